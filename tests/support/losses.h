/* Every loss by its definition in long double, and how far a computed loss or residual may lie from it;
 * softmax's means and bounds are those of reference.h and bounds.h.
 *
 * loss: a LINCLASS_LOSS_*. One score a row (k = 1, labels 0 and 1) where it is of two classes. The functions
 * abort where the table lacks a loss. */
#ifndef SUPPORT_LOSSES_H
#define SUPPORT_LOSSES_H

#include <stdbool.h>
#include <stdint.h>

#include "support/bounds.h"

enum { LOSS_SCORES = 104, WORKED_SCORES = 4 };

/* What the library must agree with. */
typedef struct loss_definition {
    int32_t number;
    const char *name; /* linclass_loss_name */
    bool one_score;
    bool convex;
    bool smooth; /* the gradient has no jumps */
    bool probabilities;
    double worked_loss; /* an example worked by hand: the scores losses_worked, label 0 */
    double worked_residual[WORKED_SCORES];
} loss_definition;

/* The scores of the example; a loss of one score has the first. */
extern const double losses_worked[WORKED_SCORES];

/* The entry of a loss. */
const loss_definition *losses_find(int32_t loss);

/* Whether the table has the number. The library's losses are 1..., without a gap. */
bool losses_defined(int32_t loss);

/* Scores of a row: one for the losses of two classes, else k. */
int64_t losses_columns(int32_t loss, int64_t k);

/* loss(h, y). h: k scores. r: k, the gradient. H: k x k, the second derivatives, generalised where the
 * gradient has kinks, or NULL; of a loss that is not convex a diagonal that bounds them from above. */
long double losses_row(int32_t loss, int64_t k, const long double *h, int64_t y, long double *r,
                       long double *H);

/* The loss of the scores of k classes: where it has one score, of the difference of both. */
long double losses_of_classes(int32_t loss, int64_t k, const long double *h, int64_t y);

/* An upper bound on d^T loss'' d over all scores, for row scores that differ by at most d >= 0 each. */
long double losses_curvature_bound(int32_t loss, int64_t k, const long double *d);

/* What an error of a score of at most `largest` >= 1 is multiplied by in the loss, to a small factor. */
long double losses_growth(int32_t loss, long double largest);

/* 1 / (1 + exp(-h)). */
long double losses_sigmoid(long double h);

/* Mean loss of the rows; R (m x k, may be H): each row's gradient in its scores. */
long double losses_mean(int32_t loss, int64_t m, int64_t k, const long double *H, const int64_t *y,
                        long double *R);

/* A bound of the mean's error, and in dR (m x k) of the residual's, where scores are within dH (NULL:
 * exact). Where a kink lies within the rounding of a violation, either side of it is allowed.
 *
 * exp is within 2 ulp, and q = |sigmoid(h) - y| comes from it by a sum and a quotient or two: 12 u of
 * relative error; the slopes of log(1 + exp), of the two residuals and of the squared error are at most
 * 1, 1/4, 0.16 and 0.15. A violation carries the rounding of a difference and a sum. */
double losses_bound(int32_t loss, arithmetic a, int64_t m, int64_t k, const long double *H,
                    const double *dH, const int64_t *y, double *dR);

#endif
