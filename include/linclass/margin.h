/* Level 1, losses of margins between several classes: perceptron, hinge, squared hinge. The conventions
 * of linear.h hold. With the violations v_j = max(0, h_j - h_y + margin) of the classes j other than the
 * label y, a row's loss and its residual, the gradient in its scores, are
 *
 *     perceptron      margin 0   sum_j v_j      r_j = 1 where h_j >= h_y, else 0
 *     hinge           margin 1   sum_j v_j      r_j = 1 where v_j > 0, else 0
 *     squared_hinge   margin 1   sum_j v_j^2    r_j = 2 v_j
 *
 * and r_y = -(sum of the others). Where a loss has a kink the residual is a subgradient; a tie is a
 * violation to the perceptron, or zero parameters would be at rest (Rosenblatt 1958; hinge losses over all
 * violations: Weston and Watkins 1999). A score of -infinity is a class that is out of the question; the
 * label's, or a loss or residual that overflows: NUMERIC. NaN or +infinity: NON_FINITE. */
#ifndef LINCLASS_MARGIN_H
#define LINCLASS_MARGIN_H

#include <linclass/common.h>
#include <linclass/context.h>

LINCLASS_BEGIN_DECLS

/* Mean loss of the rows of H. m = 0 gives 0.
 * H: m x k, ldh >= k. y: m labels in 0..k-1. loss: one double, output. */
LINCLASS_API linclass_status linclass_perceptron_loss_f32(linclass_context *ctx, int64_t m,
                                                          int64_t k, const float *H, int64_t ldh,
                                                          const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_perceptron_loss_f64(linclass_context *ctx, int64_t m,
                                                          int64_t k, const double *H, int64_t ldh,
                                                          const int64_t *y, double *loss);

LINCLASS_API linclass_status linclass_hinge_loss_f32(linclass_context *ctx, int64_t m, int64_t k,
                                                     const float *H, int64_t ldh, const int64_t *y,
                                                     double *loss);
LINCLASS_API linclass_status linclass_hinge_loss_f64(linclass_context *ctx, int64_t m, int64_t k,
                                                     const double *H, int64_t ldh, const int64_t *y,
                                                     double *loss);

LINCLASS_API linclass_status linclass_squared_hinge_loss_f32(linclass_context *ctx, int64_t m,
                                                             int64_t k, const float *H, int64_t ldh,
                                                             const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_squared_hinge_loss_f64(linclass_context *ctx, int64_t m,
                                                             int64_t k, const double *H,
                                                             int64_t ldh, const int64_t *y,
                                                             double *loss);

/* Residual and loss in one pass over the scores: H := R, not divided by m; linclass_gradient with scale
 * 1 / m makes the gradient of the mean loss of it.
 * H: m x k, ldh >= k, input and output. y: m. loss: one double, output, or NULL. */
LINCLASS_API linclass_status linclass_perceptron_residual_f32(linclass_context *ctx, int64_t m,
                                                              int64_t k, float *H, int64_t ldh,
                                                              const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_perceptron_residual_f64(linclass_context *ctx, int64_t m,
                                                              int64_t k, double *H, int64_t ldh,
                                                              const int64_t *y, double *loss);

LINCLASS_API linclass_status linclass_hinge_residual_f32(linclass_context *ctx, int64_t m,
                                                         int64_t k, float *H, int64_t ldh,
                                                         const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_hinge_residual_f64(linclass_context *ctx, int64_t m,
                                                         int64_t k, double *H, int64_t ldh,
                                                         const int64_t *y, double *loss);

LINCLASS_API linclass_status linclass_squared_hinge_residual_f32(linclass_context *ctx, int64_t m,
                                                                 int64_t k, float *H, int64_t ldh,
                                                                 const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_squared_hinge_residual_f64(linclass_context *ctx, int64_t m,
                                                                 int64_t k, double *H, int64_t ldh,
                                                                 const int64_t *y, double *loss);

/* Mean loss and its gradient in one sweep over X, a block of rows at a time: H = X theta + bias, R as
 * above, G = X^T R / m, g_bias = column sums of R / m.
 * X: m x n, ldx >= n. y: m. theta: n x k, ldtheta >= k. bias: k or NULL. loss: one double, output.
 * G: n x k, ldg >= k, output. g_bias: k, output, or NULL. m = 0 gives zeros. NUMERIC where the gradient
 * overflows. */
LINCLASS_API linclass_status linclass_perceptron_loss_gradient_f32(
    linclass_context *ctx, int64_t m, int64_t n, int64_t k, const float *X, int64_t ldx,
    const int64_t *y, const float *theta, int64_t ldtheta, const float *bias, double *loss,
    float *G, int64_t ldg, float *g_bias);
LINCLASS_API linclass_status linclass_perceptron_loss_gradient_f64(
    linclass_context *ctx, int64_t m, int64_t n, int64_t k, const double *X, int64_t ldx,
    const int64_t *y, const double *theta, int64_t ldtheta, const double *bias, double *loss,
    double *G, int64_t ldg, double *g_bias);

LINCLASS_API linclass_status linclass_hinge_loss_gradient_f32(linclass_context *ctx, int64_t m,
                                                              int64_t n, int64_t k, const float *X,
                                                              int64_t ldx, const int64_t *y,
                                                              const float *theta, int64_t ldtheta,
                                                              const float *bias, double *loss,
                                                              float *G, int64_t ldg, float *g_bias);
LINCLASS_API linclass_status linclass_hinge_loss_gradient_f64(
    linclass_context *ctx, int64_t m, int64_t n, int64_t k, const double *X, int64_t ldx,
    const int64_t *y, const double *theta, int64_t ldtheta, const double *bias, double *loss,
    double *G, int64_t ldg, double *g_bias);

LINCLASS_API linclass_status linclass_squared_hinge_loss_gradient_f32(
    linclass_context *ctx, int64_t m, int64_t n, int64_t k, const float *X, int64_t ldx,
    const int64_t *y, const float *theta, int64_t ldtheta, const float *bias, double *loss,
    float *G, int64_t ldg, float *g_bias);
LINCLASS_API linclass_status linclass_squared_hinge_loss_gradient_f64(
    linclass_context *ctx, int64_t m, int64_t n, int64_t k, const double *X, int64_t ldx,
    const int64_t *y, const double *theta, int64_t ldtheta, const double *bias, double *loss,
    double *G, int64_t ldg, double *g_bias);

/* One epoch of minibatch subgradient descent in row order, parameters updated in place: for each batch of
 * B = `batch` rows (the last may be shorter, and is averaged over its own length)
 * theta := theta - (learning_rate / B) X_b^T R, bias likewise. With batch = 1 and the perceptron loss this
 * is Rosenblatt's rule for several classes.
 * batch >= 1. learning_rate: finite, >= 0. theta: n x k, ldtheta >= k. bias: k or NULL. */
LINCLASS_API linclass_status linclass_perceptron_sgd_epoch_f32(linclass_context *ctx, int64_t m,
                                                               int64_t n, int64_t k, const float *X,
                                                               int64_t ldx, const int64_t *y,
                                                               int64_t batch, float learning_rate,
                                                               float *theta, int64_t ldtheta,
                                                               float *bias);
LINCLASS_API linclass_status linclass_perceptron_sgd_epoch_f64(linclass_context *ctx, int64_t m,
                                                               int64_t n, int64_t k,
                                                               const double *X, int64_t ldx,
                                                               const int64_t *y, int64_t batch,
                                                               double learning_rate, double *theta,
                                                               int64_t ldtheta, double *bias);

LINCLASS_API linclass_status linclass_hinge_sgd_epoch_f32(linclass_context *ctx, int64_t m,
                                                          int64_t n, int64_t k, const float *X,
                                                          int64_t ldx, const int64_t *y,
                                                          int64_t batch, float learning_rate,
                                                          float *theta, int64_t ldtheta,
                                                          float *bias);
LINCLASS_API linclass_status linclass_hinge_sgd_epoch_f64(linclass_context *ctx, int64_t m,
                                                          int64_t n, int64_t k, const double *X,
                                                          int64_t ldx, const int64_t *y,
                                                          int64_t batch, double learning_rate,
                                                          double *theta, int64_t ldtheta,
                                                          double *bias);

LINCLASS_API linclass_status linclass_squared_hinge_sgd_epoch_f32(linclass_context *ctx, int64_t m,
                                                                  int64_t n, int64_t k,
                                                                  const float *X, int64_t ldx,
                                                                  const int64_t *y, int64_t batch,
                                                                  float learning_rate, float *theta,
                                                                  int64_t ldtheta, float *bias);
LINCLASS_API linclass_status linclass_squared_hinge_sgd_epoch_f64(
    linclass_context *ctx, int64_t m, int64_t n, int64_t k, const double *X, int64_t ldx,
    const int64_t *y, int64_t batch, double learning_rate, double *theta, int64_t ldtheta,
    double *bias);

LINCLASS_END_DECLS

#endif
