/* Level 1, the linear maps: scores from samples, gradient from residuals.
 *
 * Conventions of all level-1 functions. Arrays are row-major. m samples, n features, k classes
 * (>= 0); a leading dimension is the distance between the starts of two rows, in elements, and at
 * least the length of a row (and at least 1). Arrays are read and written in place; an array with no
 * elements may be NULL. `_f32` functions take float, `_f64` double; both accumulate losses and sums in
 * double.
 *
 * ctx may be NULL: then the calling thread does all the work, and no error message is kept. With a
 * context, its threads share the work; the bits of the result do not depend on their number. Functions
 * must not be called with the same context from two threads at once (BUSY); different contexts are
 * independent.
 *
 * Errors of every function; outputs are unchanged after: DIMENSION (a negative size, a leading dimension
 * that is too small, a size that overflows), INVALID_ARGUMENT (NULL for an array with elements, an output
 * that overlaps an input or another output), LABEL (outside 0..k-1), MEMORY. Outputs are undefined after:
 * NON_FINITE (NaN or infinity in an input, found during the computation), NUMERIC (finite inputs whose
 * result overflows).
 *
 * The context keeps work space for the next call: lib/README.md has its size; never m x k. */
#ifndef LINCLASS_LINEAR_H
#define LINCLASS_LINEAR_H

#include <linclass/common.h>
#include <linclass/context.h>

LINCLASS_BEGIN_DECLS

/* Compute the scores H = X theta + bias.
 * X: m x n, ldx >= n. theta: n x k, ldtheta >= k. bias: k, or NULL for none.
 * H: m x k, ldh >= k, output; must not overlap an input. The padding of its rows is not written. */
LINCLASS_API linclass_status linclass_logits_f32(linclass_context *ctx, int64_t m, int64_t n,
                                                 int64_t k, const float *X, int64_t ldx,
                                                 const float *theta, int64_t ldtheta,
                                                 const float *bias, float *H, int64_t ldh);
LINCLASS_API linclass_status linclass_logits_f64(linclass_context *ctx, int64_t m, int64_t n,
                                                 int64_t k, const double *X, int64_t ldx,
                                                 const double *theta, int64_t ldtheta,
                                                 const double *bias, double *H, int64_t ldh);

/* Compute the gradients of a loss in theta and in the bias from its gradient R in the scores:
 * G = scale X^T R, g_bias = scale * column sums of R. With R = Z - I_y and scale = 1/m this is
 * the gradient of the mean cross-entropy.
 * X: m x n, ldx >= n. R: m x k, ldr >= k. G: n x k, ldg >= k, output. g_bias: k, output, or NULL.
 * m = 0 gives zeros. */
LINCLASS_API linclass_status linclass_gradient_f32(linclass_context *ctx, int64_t m, int64_t n,
                                                   int64_t k, const float *X, int64_t ldx,
                                                   const float *R, int64_t ldr, float scale,
                                                   float *G, int64_t ldg, float *g_bias);
LINCLASS_API linclass_status linclass_gradient_f64(linclass_context *ctx, int64_t m, int64_t n,
                                                   int64_t k, const double *X, int64_t ldx,
                                                   const double *R, int64_t ldr, double scale,
                                                   double *G, int64_t ldg, double *g_bias);

LINCLASS_END_DECLS

#endif
