/* The answer in double precision, for problems of any size: what a float32 result is checked
 * against before it is timed. */
#ifndef BENCH_REFERENCE_H
#define BENCH_REFERENCE_H

#include <stdint.h>

/* Mean cross-entropy and its gradient (G: n x k, ld k) for float32 data, by whole double-precision
 * products over blocks of rows. X: m x n, theta: n x k, both dense; no bias. */
void reference_loss_gradient(int64_t m, int64_t n, int64_t k, const float *X, const int64_t *y,
                             const float *theta, double *loss, double *G);

/* ||a - b|| / ||b|| over count numbers. */
double reference_error(const float *a, const double *b, int64_t count);

/* |a - b| / |b| */
double reference_error_of(double a, double b);

#endif
