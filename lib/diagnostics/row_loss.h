/* The losses of one row of scores in plain double, as docs/mathematics.md has them: what certificates
 * are computed by, and so no relation of the kernels that fits are computed by. */
#ifndef DIAGNOSTICS_ROW_LOSS_H
#define DIAGNOSTICS_ROW_LOSS_H

#include <stdint.h>

/* What a row is fitted to: its class, smoothed; or probabilities of all classes. */
typedef struct row_target {
    int64_t y;
    double smoothing;
    const double *probabilities; /* k, or NULL */
} row_target;

/* The loss at scores h, and its derivative in them, residual; both of `columns` numbers: k, or 1 for a
 * loss of two classes. */
double row_loss(int32_t loss, int64_t columns, const double *h, const row_target *target,
                double *residual);

/* Violations of a hinge or perceptron within `delta` of their kink; 0 for other losses. */
int64_t row_loss_kinks(int32_t loss, int64_t columns, const double *h, int64_t y, double delta);

/* How far an element of the residual may move when no score moves by more than delta, to first order. */
double row_loss_sensitivity(int32_t loss, int64_t columns, const double *h, int64_t y,
                            double delta);

#endif
