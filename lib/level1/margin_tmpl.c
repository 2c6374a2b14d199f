/* Level 1, losses of margins. With the violations v_j = max(0, h_j - h_y + margin) of the classes j other
 * than the label,
 *
 *     perceptron      margin 0   sum_j v_j      r_j = [v_j > 0], or of a tie
 *     hinge           margin 1   sum_j v_j      r_j = [v_j > 0]
 *     squared_hinge   margin 1   sum_j v_j^2    r_j = 2 v_j
 *
 * and r_y = -(sum of the others);  G = X^T R / m,  g_bias = 1^T R / m. */
#include <linclass/margin.h>

#include <linclass/fit.h>

#include "level1/level1_loss.h"

linclass_status REAL(linclass_perceptron_loss)(linclass_context *ctx, int64_t m, int64_t k,
                                               const real *H, int64_t ldh, const int64_t *y,
                                               double *loss)
{
    return REAL(level1_loss)(ctx, LINCLASS_LOSS_PERCEPTRON, m, k, H, ldh, y, loss);
}

linclass_status REAL(linclass_perceptron_residual)(linclass_context *ctx, int64_t m, int64_t k,
                                                   real *H, int64_t ldh, const int64_t *y,
                                                   double *loss)
{
    return REAL(level1_residual)(ctx, LINCLASS_LOSS_PERCEPTRON, m, k, H, ldh, y, loss);
}

linclass_status REAL(linclass_perceptron_loss_gradient)(linclass_context *ctx, int64_t m, int64_t n,
                                                        int64_t k, const real *X, int64_t ldx,
                                                        const int64_t *y, const real *theta,
                                                        int64_t ldtheta, const real *bias,
                                                        double *loss, real *G, int64_t ldg,
                                                        real *g_bias)
{
    return REAL(level1_loss_gradient)(ctx, LINCLASS_LOSS_PERCEPTRON, m, n, k, X, ldx, y, theta,
                                      ldtheta, bias, loss, G, ldg, g_bias);
}

linclass_status REAL(linclass_perceptron_sgd_epoch)(linclass_context *ctx, int64_t m, int64_t n,
                                                    int64_t k, const real *X, int64_t ldx,
                                                    const int64_t *y, int64_t batch,
                                                    real learning_rate, real *theta,
                                                    int64_t ldtheta, real *bias)
{
    return REAL(level1_sgd_epoch)(ctx, LINCLASS_LOSS_PERCEPTRON, m, n, k, X, ldx, y, batch,
                                  learning_rate, theta, ldtheta, bias);
}

linclass_status REAL(linclass_hinge_loss)(linclass_context *ctx, int64_t m, int64_t k,
                                          const real *H, int64_t ldh, const int64_t *y,
                                          double *loss)
{
    return REAL(level1_loss)(ctx, LINCLASS_LOSS_HINGE, m, k, H, ldh, y, loss);
}

linclass_status REAL(linclass_hinge_residual)(linclass_context *ctx, int64_t m, int64_t k, real *H,
                                              int64_t ldh, const int64_t *y, double *loss)
{
    return REAL(level1_residual)(ctx, LINCLASS_LOSS_HINGE, m, k, H, ldh, y, loss);
}

linclass_status REAL(linclass_hinge_loss_gradient)(linclass_context *ctx, int64_t m, int64_t n,
                                                   int64_t k, const real *X, int64_t ldx,
                                                   const int64_t *y, const real *theta,
                                                   int64_t ldtheta, const real *bias, double *loss,
                                                   real *G, int64_t ldg, real *g_bias)
{
    return REAL(level1_loss_gradient)(ctx, LINCLASS_LOSS_HINGE, m, n, k, X, ldx, y, theta, ldtheta,
                                      bias, loss, G, ldg, g_bias);
}

linclass_status REAL(linclass_hinge_sgd_epoch)(linclass_context *ctx, int64_t m, int64_t n,
                                               int64_t k, const real *X, int64_t ldx,
                                               const int64_t *y, int64_t batch, real learning_rate,
                                               real *theta, int64_t ldtheta, real *bias)
{
    return REAL(level1_sgd_epoch)(ctx, LINCLASS_LOSS_HINGE, m, n, k, X, ldx, y, batch,
                                  learning_rate, theta, ldtheta, bias);
}

linclass_status REAL(linclass_squared_hinge_loss)(linclass_context *ctx, int64_t m, int64_t k,
                                                  const real *H, int64_t ldh, const int64_t *y,
                                                  double *loss)
{
    return REAL(level1_loss)(ctx, LINCLASS_LOSS_SQUARED_HINGE, m, k, H, ldh, y, loss);
}

linclass_status REAL(linclass_squared_hinge_residual)(linclass_context *ctx, int64_t m, int64_t k,
                                                      real *H, int64_t ldh, const int64_t *y,
                                                      double *loss)
{
    return REAL(level1_residual)(ctx, LINCLASS_LOSS_SQUARED_HINGE, m, k, H, ldh, y, loss);
}

linclass_status REAL(linclass_squared_hinge_loss_gradient)(linclass_context *ctx, int64_t m,
                                                           int64_t n, int64_t k, const real *X,
                                                           int64_t ldx, const int64_t *y,
                                                           const real *theta, int64_t ldtheta,
                                                           const real *bias, double *loss, real *G,
                                                           int64_t ldg, real *g_bias)
{
    return REAL(level1_loss_gradient)(ctx, LINCLASS_LOSS_SQUARED_HINGE, m, n, k, X, ldx, y, theta,
                                      ldtheta, bias, loss, G, ldg, g_bias);
}

linclass_status REAL(linclass_squared_hinge_sgd_epoch)(linclass_context *ctx, int64_t m, int64_t n,
                                                       int64_t k, const real *X, int64_t ldx,
                                                       const int64_t *y, int64_t batch,
                                                       real learning_rate, real *theta,
                                                       int64_t ldtheta, real *bias)
{
    return REAL(level1_sgd_epoch)(ctx, LINCLASS_LOSS_SQUARED_HINGE, m, n, k, X, ldx, y, batch,
                                  learning_rate, theta, ldtheta, bias);
}
