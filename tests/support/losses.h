/* Every loss by its definition, in long double over dense arrays, and how far a computed loss or residual
 * may lie from it; softmax's are those of reference.h and bounds.h.
 *
 * loss: a LINCLASS_LOSS_*. One score a row (k = 1, labels 0 and 1) where it is of two classes. */
#ifndef SUPPORT_LOSSES_H
#define SUPPORT_LOSSES_H

#include <stdint.h>

#include "support/bounds.h"

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
