/* The losses by number: their kernels and what a fit must know of them. */
#ifndef SWEEP_LOSSES_H
#define SWEEP_LOSSES_H

#include <stdbool.h>

#include "kernel/kernel.h"

/* Whether there is such a loss. */
bool loss_exists(int32_t loss);

/* Two classes told apart by the sign of one score: theta has one column, labels are 0 and 1. */
bool loss_has_one_score(int32_t loss);

/* Whether its gradient has no jumps. */
bool loss_is_smooth(int32_t loss);

bool loss_is_convex(int32_t loss);

/* A bound on the largest eigenvalue of a row's second derivative in its scores. */
double loss_curvature_bound(int32_t loss);

/* Whether the second derivative has jumps. */
bool loss_curvature_jumps(int32_t loss);

/* The curvature of a row that a step with a fixed rate has to allow for, with k scores. */
double loss_step_curvature(int32_t loss, int64_t k);

/* A bound on |r_j|, the derivatives of a row's loss in its k scores; infinite where there is none. */
double loss_residual_bound(int32_t loss, int64_t k);

const loss_kernel_f32 *loss_kernel_of_f32(int32_t loss);
const loss_kernel_f64 *loss_kernel_of_f64(int32_t loss);

#ifdef REAL_BITS /* in *_tmpl.c */
#define loss_kernel_of REAL(loss_kernel_of)
#endif

#endif
