/* Level 1, softmax regression.
 *
 *     Z = softmax(H)                                   row by row
 *     loss = 1/m sum_i (log sum_j exp(h_ij) - h_{i,y_i})
 *     R = Z - I_y,  G = X^T R / m,  g_bias = 1^T R / m
 */
#include <linclass/softmax.h>

#include <linclass/fit.h>

#include "level1/level1_loss.h"
#include "sweep/rows.h"

linclass_status REAL(linclass_softmax)(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                                       int64_t ldh, real *Z, int64_t ldz)
{
    return REAL(level1_activation)(ctx, REAL(rows_softmax), m, k, H, ldh, Z, ldz);
}

linclass_status REAL(linclass_cross_entropy)(linclass_context *ctx, int64_t m, int64_t k,
                                             const real *H, int64_t ldh, const int64_t *y,
                                             double *loss)
{
    return REAL(level1_loss)(ctx, LINCLASS_LOSS_SOFTMAX, m, k, H, ldh, y, loss);
}

linclass_status REAL(linclass_softmax_residual)(linclass_context *ctx, int64_t m, int64_t k,
                                                real *H, int64_t ldh, const int64_t *y,
                                                double *loss)
{
    return REAL(level1_residual)(ctx, LINCLASS_LOSS_SOFTMAX, m, k, H, ldh, y, loss);
}

linclass_status REAL(linclass_softmax_loss_gradient)(linclass_context *ctx, int64_t m, int64_t n,
                                                     int64_t k, const real *X, int64_t ldx,
                                                     const int64_t *y, const real *theta,
                                                     int64_t ldtheta, const real *bias,
                                                     double *loss, real *G, int64_t ldg,
                                                     real *g_bias)
{
    return REAL(level1_loss_gradient)(ctx, LINCLASS_LOSS_SOFTMAX, m, n, k, X, ldx, y, theta,
                                      ldtheta, bias, loss, G, ldg, g_bias);
}

linclass_status REAL(linclass_softmax_sgd_epoch)(linclass_context *ctx, int64_t m, int64_t n,
                                                 int64_t k, const real *X, int64_t ldx,
                                                 const int64_t *y, int64_t batch,
                                                 real learning_rate, real *theta, int64_t ldtheta,
                                                 real *bias)
{
    return REAL(level1_sgd_epoch)(ctx, LINCLASS_LOSS_SOFTMAX, m, n, k, X, ldx, y, batch,
                                  learning_rate, theta, ldtheta, bias);
}
