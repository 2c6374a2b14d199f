/* Level 1, the linear maps, by their public names. */
#include <linclass/linear.h>

#include "level1/linear.h"

linclass_status linclass_logits_f32(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                    const float *X, int64_t ldx, const float *theta,
                                    int64_t ldtheta, const float *bias, float *H, int64_t ldh)
{
    return level1_logits_f32(ctx, m, n, k, X, ldx, theta, ldtheta, bias, H, ldh);
}

linclass_status linclass_logits_f64(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                    const double *X, int64_t ldx, const double *theta,
                                    int64_t ldtheta, const double *bias, double *H, int64_t ldh)
{
    return level1_logits_f64(ctx, m, n, k, X, ldx, theta, ldtheta, bias, H, ldh);
}

linclass_status linclass_gradient_f32(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                      const float *X, int64_t ldx, const float *R, int64_t ldr,
                                      float scale, float *G, int64_t ldg, float *g_bias)
{
    return level1_gradient_f32(ctx, m, n, k, X, ldx, R, ldr, scale, G, ldg, g_bias);
}

linclass_status linclass_gradient_f64(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                      const double *X, int64_t ldx, const double *R, int64_t ldr,
                                      double scale, double *G, int64_t ldg, double *g_bias)
{
    return level1_gradient_f64(ctx, m, n, k, X, ldx, R, ldr, scale, G, ldg, g_bias);
}
