/* Approach 1: the gradient of the softmax loss by the chain rule with everything materialised,
 *
 *     dl/dtheta = dl/dh * dh/dtheta,       [1, k] times [k, n k]
 *
 * in numerator layout, theta (n x k) flattened row by row: the j-th feature's weight for class c is
 * column j k + c. It is kept as the measure of the structured way and as the oracle of the tests. */
#ifndef BENCH_NAIVE_H
#define BENCH_NAIVE_H

#include <stdint.h>

/* The Jacobian of the scores of B samples, one below the other: J is (B k) x (n k), row-major,
 * row i k + c the gradient of h_ic, with every zero written. X: B x n, ldx >= n. */
void naive_jacobian_f32(int64_t B, int64_t n, int64_t k, const float *X, int64_t ldx, float *J);
void naive_jacobian_f64(int64_t B, int64_t n, int64_t k, const double *X, int64_t ldx, double *J);

/* G = dl_dh J by BLAS. dl_dh: B k. G: n k. (B k) and (n k) below 2^31.
 * G may be J: then the product is written over J's first row, and the approach needs the memory of
 * its two factors, k^2 n + k for a sample, and none for the result. */
void naive_product_f32(int64_t B, int64_t n, int64_t k, const float *dl_dh, float *J, float *G);

/* The same by plain loops, into G: n x k; J is kept. */
void naive_product_f64(int64_t B, int64_t n, int64_t k, const double *dl_dh, const double *J,
                       double *G);

/* The whole of it for a small problem: mean loss and its gradient over m samples, scores, softmax and
 * chain rule by plain loops in double, one sample's Jacobian at a time. X: m x n, ld n. y: m labels.
 * theta, G: n x k, ld k. bias, g_bias: k, may be NULL. Returns 0, or -1 without memory. */
int naive_loss_gradient_f64(int64_t m, int64_t n, int64_t k, const double *X, const int64_t *y,
                            const double *theta, const double *bias, double *loss, double *G,
                            double *g_bias);

#endif
