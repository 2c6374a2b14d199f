/* Level 1 for sparse rows, by their public names. */
#include <linclass/csr.h>

#include <linclass/fit.h>

#include "level1/level1_loss.h"
#include "level1/linear.h"

linclass_status linclass_logits_csr_f32(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                        const float *theta, int64_t ldtheta, const float *bias,
                                        float *H, int64_t ldh)
{
    return level1_logits_csr_f32(ctx, X, k, theta, ldtheta, bias, H, ldh);
}

linclass_status linclass_gradient_csr_f32(linclass_context *ctx, const linclass_matrix *X,
                                          int64_t k, const float *R, int64_t ldr, float scale,
                                          float *G, int64_t ldg, float *g_bias)
{
    return level1_gradient_csr_f32(ctx, X, k, R, ldr, scale, G, ldg, g_bias);
}

linclass_status linclass_loss_gradient_csr_f32(linclass_context *ctx, int32_t loss_number,
                                               const linclass_matrix *X, int64_t k,
                                               const int64_t *y, const float *theta,
                                               int64_t ldtheta, const float *bias, double *loss,
                                               float *G, int64_t ldg, float *g_bias)
{
    return level1_loss_gradient_csr_f32(ctx, loss_number, X, k, y, theta, ldtheta, bias, loss, G,
                                        ldg, g_bias);
}

linclass_status linclass_softmax_loss_gradient_csr_f32(linclass_context *ctx,
                                                       const linclass_matrix *X, int64_t k,
                                                       const int64_t *y, const float *theta,
                                                       int64_t ldtheta, const float *bias,
                                                       double *loss, float *G, int64_t ldg,
                                                       float *g_bias)
{
    return level1_loss_gradient_csr_f32(ctx, LINCLASS_LOSS_SOFTMAX, X, k, y, theta, ldtheta, bias,
                                        loss, G, ldg, g_bias);
}

linclass_status linclass_logits_csr_f64(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                        const double *theta, int64_t ldtheta, const double *bias,
                                        double *H, int64_t ldh)
{
    return level1_logits_csr_f64(ctx, X, k, theta, ldtheta, bias, H, ldh);
}

linclass_status linclass_gradient_csr_f64(linclass_context *ctx, const linclass_matrix *X,
                                          int64_t k, const double *R, int64_t ldr, double scale,
                                          double *G, int64_t ldg, double *g_bias)
{
    return level1_gradient_csr_f64(ctx, X, k, R, ldr, scale, G, ldg, g_bias);
}

linclass_status linclass_loss_gradient_csr_f64(linclass_context *ctx, int32_t loss_number,
                                               const linclass_matrix *X, int64_t k,
                                               const int64_t *y, const double *theta,
                                               int64_t ldtheta, const double *bias, double *loss,
                                               double *G, int64_t ldg, double *g_bias)
{
    return level1_loss_gradient_csr_f64(ctx, loss_number, X, k, y, theta, ldtheta, bias, loss, G,
                                        ldg, g_bias);
}

linclass_status linclass_softmax_loss_gradient_csr_f64(linclass_context *ctx,
                                                       const linclass_matrix *X, int64_t k,
                                                       const int64_t *y, const double *theta,
                                                       int64_t ldtheta, const double *bias,
                                                       double *loss, double *G, int64_t ldg,
                                                       double *g_bias)
{
    return level1_loss_gradient_csr_f64(ctx, LINCLASS_LOSS_SOFTMAX, X, k, y, theta, ldtheta, bias,
                                        loss, G, ldg, g_bias);
}
