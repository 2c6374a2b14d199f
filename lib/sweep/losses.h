/* The losses by number, LINCLASS_LOSS_*: one table of all that the library knows about each (losses.c).
 *
 * Every function except loss_exists and those of names requires a loss that exists. The kernel of a loss shows
 * whether it is twice differentiable, whether it can be fitted to probabilities, and whether its kinks can be rounded
 * off: its curvature, its soft or its smooth functions are not NULL. */
#ifndef SWEEP_LOSSES_H
#define SWEEP_LOSSES_H

#include <stdbool.h>

#include "kernel/kernel.h"

/* Whether there is such a loss. */
bool loss_exists(int32_t loss);

/* Its name in error messages and in model files, which never changes; NULL when there is no such loss. */
const char *loss_name(int32_t loss);

/* The loss of that name; 0 when there is none. */
int32_t loss_named(const char *name);

/* Whether the sign of one score separates two classes: theta has one column, labels are 0 and 1. */
bool loss_has_one_score(int32_t loss);

/* Whether its gradient has no jumps. */
bool loss_is_smooth(int32_t loss);

bool loss_is_convex(int32_t loss);

/* Whether the softmax or sigmoid of the scores estimates P(class | x). */
bool loss_gives_probabilities(int32_t loss);

/* Whether it is minus the logarithm of a likelihood. */
bool loss_is_likelihood(int32_t loss);

/* Whether no scores have a smaller loss than scores of 0: with any penalty F is least at theta = 0. */
bool loss_is_least_at_zero(int32_t loss);

/* A bound on the largest eigenvalue of a row's second derivative in its scores. */
double loss_curvature_bound(int32_t loss);

/* What the dual points of a loss are made of, row by row (dual_rows.h). */
typedef enum loss_dual {
    LOSS_DUAL_NONE,            /* a loss that is not convex: it has none */
    LOSS_DUAL_PROBABILITIES,   /* of the classes, less the target; one score: of class 1 */
    LOSS_DUAL_MARGINS,         /* 0 <= a_j <= 1 for each class but the label's */
    LOSS_DUAL_SQUARED_MARGINS, /* 0 <= a_j */
    LOSS_DUAL_LARGEST_MARGIN, /* 0 <= a_j, of sum 1 with the label's, which is what the others leave */
} loss_dual;
loss_dual loss_dual_of(int32_t loss);

/* Whether the rows of a dual point are shares of the classes, of sum 1, less the target. */
bool loss_dual_is_of_shares(loss_dual kind);

/* What a score has to exceed another by, for the losses of margins. */
double loss_margin(int32_t loss);

/* Whether the second derivative has jumps. */
bool loss_curvature_jumps(int32_t loss);

/* The curvature of a row that limits a step with a fixed rate, with k scores. */
double loss_step_curvature(int32_t loss, int64_t k);

/* A bound on |r_j|, the derivatives of a row's loss in its k scores; infinite where there is none. */
double loss_residual_bound(int32_t loss, int64_t k);

/* Of the kernels of a vector set that is usable; NULL when there is no such loss. */
const loss_kernel_f32 *loss_kernel_of_f32(int32_t set, int32_t loss);
const loss_kernel_f64 *loss_kernel_of_f64(int32_t set, int32_t loss);

#ifdef REAL_BITS /* in *_tmpl.c */
#define loss_kernel_of REAL(loss_kernel_of)
#endif

#endif
