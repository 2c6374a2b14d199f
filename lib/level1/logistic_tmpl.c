/* Level 1, two classes told apart by one score h = x^T theta + bias, with p = sigmoid(h).
 *
 *     logistic          loss = 1/m sum_i (log(1 + exp(h_i)) - y_i h_i)   r = p - y
 *     sigmoid_squared   loss = 1/m sum_i (p_i - y_i)^2 / 2               r = (p - y) p (1 - p)
 *     G = X^T r / m,  g_bias = 1^T r / m
 */
#include <linclass/logistic.h>

#include <linclass/fit.h>

#include "level1/level1_loss.h"
#include "sweep/rows.h"

linclass_status REAL(linclass_sigmoid)(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                                       int64_t ldh, real *Z, int64_t ldz)
{
    return REAL(level1_activation)(ctx, REAL(rows_sigmoid), m, k, H, ldh, Z, ldz);
}

linclass_status REAL(linclass_logistic_loss)(linclass_context *ctx, int64_t m, const real *h,
                                             int64_t ldh, const int64_t *y, double *loss)
{
    return REAL(level1_loss)(ctx, LINCLASS_LOSS_LOGISTIC, m, 1, h, ldh, y, loss);
}

linclass_status REAL(linclass_logistic_residual)(linclass_context *ctx, int64_t m, real *h,
                                                 int64_t ldh, const int64_t *y, double *loss)
{
    return REAL(level1_residual)(ctx, LINCLASS_LOSS_LOGISTIC, m, 1, h, ldh, y, loss);
}

linclass_status REAL(linclass_logistic_loss_gradient)(linclass_context *ctx, int64_t m, int64_t n,
                                                      const real *X, int64_t ldx, const int64_t *y,
                                                      const real *theta, int64_t ldtheta,
                                                      const real *bias, double *loss, real *G,
                                                      int64_t ldg, real *g_bias)
{
    return REAL(level1_loss_gradient)(ctx, LINCLASS_LOSS_LOGISTIC, m, n, 1, X, ldx, y, theta,
                                      ldtheta, bias, loss, G, ldg, g_bias);
}

linclass_status REAL(linclass_logistic_sgd_epoch)(linclass_context *ctx, int64_t m, int64_t n,
                                                  const real *X, int64_t ldx, const int64_t *y,
                                                  int64_t batch, real learning_rate, real *theta,
                                                  int64_t ldtheta, real *bias)
{
    return REAL(level1_sgd_epoch)(ctx, LINCLASS_LOSS_LOGISTIC, m, n, 1, X, ldx, y, batch,
                                  learning_rate, theta, ldtheta, bias);
}

linclass_status REAL(linclass_sigmoid_squared_loss)(linclass_context *ctx, int64_t m, const real *h,
                                                    int64_t ldh, const int64_t *y, double *loss)
{
    return REAL(level1_loss)(ctx, LINCLASS_LOSS_SIGMOID_SQUARED, m, 1, h, ldh, y, loss);
}

linclass_status REAL(linclass_sigmoid_squared_residual)(linclass_context *ctx, int64_t m, real *h,
                                                        int64_t ldh, const int64_t *y, double *loss)
{
    return REAL(level1_residual)(ctx, LINCLASS_LOSS_SIGMOID_SQUARED, m, 1, h, ldh, y, loss);
}

linclass_status REAL(linclass_sigmoid_squared_loss_gradient)(linclass_context *ctx, int64_t m,
                                                             int64_t n, const real *X, int64_t ldx,
                                                             const int64_t *y, const real *theta,
                                                             int64_t ldtheta, const real *bias,
                                                             double *loss, real *G, int64_t ldg,
                                                             real *g_bias)
{
    return REAL(level1_loss_gradient)(ctx, LINCLASS_LOSS_SIGMOID_SQUARED, m, n, 1, X, ldx, y, theta,
                                      ldtheta, bias, loss, G, ldg, g_bias);
}

linclass_status REAL(linclass_sigmoid_squared_sgd_epoch)(linclass_context *ctx, int64_t m,
                                                         int64_t n, const real *X, int64_t ldx,
                                                         const int64_t *y, int64_t batch,
                                                         real learning_rate, real *theta,
                                                         int64_t ldtheta, real *bias)
{
    return REAL(level1_sgd_epoch)(ctx, LINCLASS_LOSS_SIGMOID_SQUARED, m, n, 1, X, ldx, y, batch,
                                  learning_rate, theta, ldtheta, bias);
}
