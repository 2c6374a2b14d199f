/* Level 1, softmax regression.
 *
 *     Z = softmax(H)                                   row by row
 *     loss = 1/m sum_i (log sum_j exp(h_ij) - h_{i,y_i})
 *     R = Z - I_y,  G = X^T R / m,  g_bias = 1^T R / m
 */
#include <linclass/softmax.h>

#include <linclass/fit.h>

#include "level1/level1_loss.h"

linclass_status linclass_softmax_f32(linclass_context *ctx, int64_t m, int64_t k, const float *H,
                                     int64_t ldh, float *Z, int64_t ldz)
{
    return level1_softmax_f32(ctx, m, k, H, ldh, Z, ldz);
}

linclass_status linclass_softmax_f64(linclass_context *ctx, int64_t m, int64_t k, const double *H,
                                     int64_t ldh, double *Z, int64_t ldz)
{
    return level1_softmax_f64(ctx, m, k, H, ldh, Z, ldz);
}

linclass_status linclass_cross_entropy_f32(linclass_context *ctx, int64_t m, int64_t k,
                                           const float *H, int64_t ldh, const int64_t *y,
                                           double *loss)
{
    return level1_loss_f32(ctx, LINCLASS_LOSS_SOFTMAX, m, k, H, ldh, y, loss);
}

linclass_status linclass_cross_entropy_f64(linclass_context *ctx, int64_t m, int64_t k,
                                           const double *H, int64_t ldh, const int64_t *y,
                                           double *loss)
{
    return level1_loss_f64(ctx, LINCLASS_LOSS_SOFTMAX, m, k, H, ldh, y, loss);
}

linclass_status linclass_softmax_residual_f32(linclass_context *ctx, int64_t m, int64_t k, float *H,
                                              int64_t ldh, const int64_t *y, double *loss)
{
    return level1_residual_f32(ctx, LINCLASS_LOSS_SOFTMAX, m, k, H, ldh, y, loss);
}

linclass_status linclass_softmax_residual_f64(linclass_context *ctx, int64_t m, int64_t k,
                                              double *H, int64_t ldh, const int64_t *y,
                                              double *loss)
{
    return level1_residual_f64(ctx, LINCLASS_LOSS_SOFTMAX, m, k, H, ldh, y, loss);
}

linclass_status linclass_softmax_loss_gradient_f32(linclass_context *ctx, int64_t m, int64_t n,
                                                   int64_t k, const float *X, int64_t ldx,
                                                   const int64_t *y, const float *theta,
                                                   int64_t ldtheta, const float *bias, double *loss,
                                                   float *G, int64_t ldg, float *g_bias)
{
    return level1_loss_gradient_f32(ctx, LINCLASS_LOSS_SOFTMAX, m, n, k, X, ldx, y, theta, ldtheta,
                                    bias, loss, G, ldg, g_bias);
}

linclass_status linclass_softmax_loss_gradient_f64(linclass_context *ctx, int64_t m, int64_t n,
                                                   int64_t k, const double *X, int64_t ldx,
                                                   const int64_t *y, const double *theta,
                                                   int64_t ldtheta, const double *bias,
                                                   double *loss, double *G, int64_t ldg,
                                                   double *g_bias)
{
    return level1_loss_gradient_f64(ctx, LINCLASS_LOSS_SOFTMAX, m, n, k, X, ldx, y, theta, ldtheta,
                                    bias, loss, G, ldg, g_bias);
}

linclass_status linclass_softmax_sgd_epoch_f32(linclass_context *ctx, int64_t m, int64_t n,
                                               int64_t k, const float *X, int64_t ldx,
                                               const int64_t *y, int64_t batch, float learning_rate,
                                               float *theta, int64_t ldtheta, float *bias)
{
    return level1_sgd_epoch_f32(ctx, LINCLASS_LOSS_SOFTMAX, m, n, k, X, ldx, y, batch,
                                learning_rate, theta, ldtheta, bias);
}

linclass_status linclass_softmax_sgd_epoch_f64(linclass_context *ctx, int64_t m, int64_t n,
                                               int64_t k, const double *X, int64_t ldx,
                                               const int64_t *y, int64_t batch,
                                               double learning_rate, double *theta, int64_t ldtheta,
                                               double *bias)
{
    return level1_sgd_epoch_f64(ctx, LINCLASS_LOSS_SOFTMAX, m, n, k, X, ldx, y, batch,
                                learning_rate, theta, ldtheta, bias);
}
