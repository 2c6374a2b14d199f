/* Level 1, softmax regression: probabilities, cross-entropy, residual, gradient, one SGD epoch.
 * The conventions and errors of linear.h apply. */
#ifndef LINCLASS_SOFTMAX_H
#define LINCLASS_SOFTMAX_H

#include <linclass/common.h>
#include <linclass/context.h>

LINCLASS_BEGIN_DECLS

/* Compute probabilities Z = softmax(H), row by row: z_j = exp(h_j - max h) / sum_l exp(h_l - max h).
 * H: m x k, ldh >= k. Z: m x k, ldz >= k, output; Z may be H itself (with ldz == ldh), otherwise
 * the two must not overlap. Any finite logits give finite probabilities; a logit of -infinity gives
 * probability 0. NaN, +infinity, or a row of -infinity only: NON_FINITE. */
LINCLASS_API linclass_status linclass_softmax_f32(linclass_context *ctx, int64_t m, int64_t k,
                                                  const float *H, int64_t ldh, float *Z,
                                                  int64_t ldz);
LINCLASS_API linclass_status linclass_softmax_f64(linclass_context *ctx, int64_t m, int64_t k,
                                                  const double *H, int64_t ldh, double *Z,
                                                  int64_t ldz);

/* Compute the mean cross-entropy *loss = 1/m sum_i (log sum_j exp(h_ij) - h_{i,y_i}) without
 * overflow. m = 0 gives 0. A label whose logit is -infinity: NUMERIC.
 * H: m x k, ldh >= k. y: m labels in 0..k-1. loss: one double, output. */
LINCLASS_API linclass_status linclass_cross_entropy_f32(linclass_context *ctx, int64_t m, int64_t k,
                                                        const float *H, int64_t ldh,
                                                        const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_cross_entropy_f64(linclass_context *ctx, int64_t m, int64_t k,
                                                        const double *H, int64_t ldh,
                                                        const int64_t *y, double *loss);

/* Compute residual and loss in one pass over the logits: H := softmax(H) - I_y, the gradient of a row's
 * cross-entropy in its logits (not divided by m); *loss as linclass_cross_entropy.
 * H: m x k, ldh >= k, input and output. y: m. loss: one double, output, or NULL. */
LINCLASS_API linclass_status linclass_softmax_residual_f32(linclass_context *ctx, int64_t m,
                                                           int64_t k, float *H, int64_t ldh,
                                                           const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_softmax_residual_f64(linclass_context *ctx, int64_t m,
                                                           int64_t k, double *H, int64_t ldh,
                                                           const int64_t *y, double *loss);

/* Compute the mean cross-entropy and its gradient in one sweep over X, a block of rows at a time:
 * H = X theta + bias, R = softmax(H) - I_y, G = X^T R / m, g_bias = column sums of R / m.
 * X: m x n, ldx >= n. y: m. theta: n x k, ldtheta >= k. bias: k or NULL. loss: one double, output.
 * G: n x k, ldg >= k, output. g_bias: k, output, or NULL. m = 0 gives zeros. */
LINCLASS_API linclass_status linclass_softmax_loss_gradient_f32(
    linclass_context *ctx, int64_t m, int64_t n, int64_t k, const float *X, int64_t ldx,
    const int64_t *y, const float *theta, int64_t ldtheta, const float *bias, double *loss,
    float *G, int64_t ldg, float *g_bias);
LINCLASS_API linclass_status linclass_softmax_loss_gradient_f64(
    linclass_context *ctx, int64_t m, int64_t n, int64_t k, const double *X, int64_t ldx,
    const int64_t *y, const double *theta, int64_t ldtheta, const double *bias, double *loss,
    double *G, int64_t ldg, double *g_bias);

/* Run one epoch of minibatch gradient descent in row order, updating the parameters in place: for each
 * batch of B = `batch` rows (the last may be shorter, and is averaged over its own length)
 * theta := theta - (learning_rate / B) X_b^T (Z - I_y), bias likewise.
 * With batch = 1 rows 2 t and 2 t + 1 of a call share a pass over theta: scores of the second are corrected for the
 * step on the first, not computed anew. An epoch in several calls has the bits of one call where each part but the last
 * has an even number of rows; else results are the same but for rounding.
 * batch >= 1. learning_rate: finite, >= 0. theta: n x k, ldtheta >= k. bias: k or NULL. */
LINCLASS_API linclass_status linclass_softmax_sgd_epoch_f32(linclass_context *ctx, int64_t m,
                                                            int64_t n, int64_t k, const float *X,
                                                            int64_t ldx, const int64_t *y,
                                                            int64_t batch, float learning_rate,
                                                            float *theta, int64_t ldtheta,
                                                            float *bias);
LINCLASS_API linclass_status linclass_softmax_sgd_epoch_f64(linclass_context *ctx, int64_t m,
                                                            int64_t n, int64_t k, const double *X,
                                                            int64_t ldx, const int64_t *y,
                                                            int64_t batch, double learning_rate,
                                                            double *theta, int64_t ldtheta,
                                                            double *bias);

LINCLASS_END_DECLS

#endif
