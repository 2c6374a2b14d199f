/* The seven functions of level 1 as the formulas say them: plain loops in long double over dense
 * arrays (leading dimension = row length), nothing fused, nothing blocked. The oracle. */
#ifndef SUPPORT_REFERENCE_H
#define SUPPORT_REFERENCE_H

#include <stdint.h>

/* H = X theta + bias; bias may be NULL. X: m x n, theta: n x k, bias: k, H: m x k. */
void reference_logits(int64_t m, int64_t n, int64_t k, const long double *X,
                      const long double *theta, const long double *bias, long double *H);

/* Z = softmax(H), row by row; Z may be H. */
void reference_softmax(int64_t m, int64_t k, const long double *H, long double *Z);

/* Mean over the rows of log sum_j exp(h_j) - h_y. */
long double reference_cross_entropy(int64_t m, int64_t k, const long double *H, const int64_t *y);

/* R = softmax(H) - I_y; R may be H. */
void reference_residual(int64_t m, int64_t k, const long double *H, const int64_t *y,
                        long double *R);

/* G = scale X^T R, g_bias = scale * column sums of R; g_bias may be NULL. */
void reference_gradient(int64_t m, int64_t n, int64_t k, const long double *X, const long double *R,
                        long double scale, long double *G, long double *g_bias);

/* The mean cross-entropy of X theta + bias and its gradient; m >= 1. */
long double reference_loss_gradient(int64_t m, int64_t n, int64_t k, const long double *X,
                                    const int64_t *y, const long double *theta,
                                    const long double *bias, long double *G, long double *g_bias);

/* One pass of minibatch gradient descent in row order, theta and bias (may be NULL) in place. */
void reference_sgd_epoch(int64_t m, int64_t n, int64_t k, const long double *X, const int64_t *y,
                         int64_t batch, long double learning_rate, long double *theta,
                         long double *bias);

/* Dense long double copies of a matrix; free() them. */
long double *reference_widen_f32(int64_t rows, int64_t cols, const float *A, int64_t ld);
long double *reference_widen_f64(int64_t rows, int64_t cols, const double *A, int64_t ld);

/* rows x cols zeros; free() them. */
long double *reference_new(int64_t rows, int64_t cols);

#endif
