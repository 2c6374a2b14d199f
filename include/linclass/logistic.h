/* Level 1, two classes told apart by one score: sigmoid, log-loss, squared error, and what softmax.h has
 * for them. The conventions of linear.h hold, with these for k = 1, which is not an argument:
 *
 * A row has one score h = x^T theta + bias, that of class 1 against class 0; labels are 0 and 1. The
 * scores h are m numbers, ldh elements apart (1: contiguous); theta and G are columns of n numbers,
 * ldtheta and ldg apart; bias and g_bias are one number, or NULL. linclass_logits and linclass_gradient
 * with k = 1 make such scores and take such residuals. A score of infinity of either sign is NON_FINITE. */
#ifndef LINCLASS_LOGISTIC_H
#define LINCLASS_LOGISTIC_H

#include <linclass/common.h>
#include <linclass/context.h>

LINCLASS_BEGIN_DECLS

/* Probabilities of class 1, z = 1 / (1 + exp(-h)), element by element, evaluated without overflow: any
 * finite score gives 0 <= z <= 1, to full relative accuracy where z is small. NaN or infinity: NON_FINITE.
 * H: m x k, ldh >= k; k = 1 for one score a row. Z: m x k, ldz >= k, output; Z may be H itself (with
 * ldz == ldh), otherwise the two do not overlap. */
LINCLASS_API linclass_status linclass_sigmoid_f32(linclass_context *ctx, int64_t m, int64_t k,
                                                  const float *H, int64_t ldh, float *Z,
                                                  int64_t ldz);
LINCLASS_API linclass_status linclass_sigmoid_f64(linclass_context *ctx, int64_t m, int64_t k,
                                                  const double *H, int64_t ldh, double *Z,
                                                  int64_t ldz);

/* Mean log-loss *loss = 1/m sum_i log(1 + exp(-s_i)), s = h for label 1, -h for label 0, evaluated
 * without overflow: it is |s| + log(1 + exp(-|s|)) where s < 0. m = 0 gives 0.
 * h: m, ldh >= 1. y: m labels, 0 or 1. loss: one double, output. */
LINCLASS_API linclass_status linclass_logistic_loss_f32(linclass_context *ctx, int64_t m,
                                                        const float *h, int64_t ldh,
                                                        const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_logistic_loss_f64(linclass_context *ctx, int64_t m,
                                                        const double *h, int64_t ldh,
                                                        const int64_t *y, double *loss);

/* Residual and loss in one pass over the scores: h := sigmoid(h) - y, the derivative of a row's log-loss
 * in its score (not divided by m): -1 / (exp(h) + 1) for label 1, without cancellation.
 * h: m, ldh >= 1, input and output. y: m labels, 0 or 1. loss: one double, output, or NULL. */
LINCLASS_API linclass_status linclass_logistic_residual_f32(linclass_context *ctx, int64_t m,
                                                            float *h, int64_t ldh, const int64_t *y,
                                                            double *loss);
LINCLASS_API linclass_status linclass_logistic_residual_f64(linclass_context *ctx, int64_t m,
                                                            double *h, int64_t ldh,
                                                            const int64_t *y, double *loss);

/* Mean log-loss and its gradient in one sweep over X, a block of rows at a time: h = X theta + bias,
 * r = sigmoid(h) - y, G = X^T r / m, g_bias = sum of r / m.
 * X: m x n, ldx >= n. y: m labels, 0 or 1. theta: n, ldtheta >= 1. bias: one number, or NULL for none.
 * loss: one double, output. G: n, ldg >= 1, output. g_bias: one number, output, or NULL. m = 0 gives
 * zeros. NUMERIC where the gradient overflows. */
LINCLASS_API linclass_status linclass_logistic_loss_gradient_f32(
    linclass_context *ctx, int64_t m, int64_t n, const float *X, int64_t ldx, const int64_t *y,
    const float *theta, int64_t ldtheta, const float *bias, double *loss, float *G, int64_t ldg,
    float *g_bias);
LINCLASS_API linclass_status linclass_logistic_loss_gradient_f64(
    linclass_context *ctx, int64_t m, int64_t n, const double *X, int64_t ldx, const int64_t *y,
    const double *theta, int64_t ldtheta, const double *bias, double *loss, double *G, int64_t ldg,
    double *g_bias);

/* One epoch of minibatch gradient descent on the log-loss in row order, parameters updated in place: for
 * each batch of B = `batch` rows (the last may be shorter, and is averaged over its own length)
 * theta := theta - (learning_rate / B) X_b^T (sigmoid(h) - y), bias likewise.
 * batch >= 1. learning_rate: finite, >= 0. theta: n, ldtheta >= 1. bias: one number, or NULL. */
LINCLASS_API linclass_status linclass_logistic_sgd_epoch_f32(linclass_context *ctx, int64_t m,
                                                             int64_t n, const float *X, int64_t ldx,
                                                             const int64_t *y, int64_t batch,
                                                             float learning_rate, float *theta,
                                                             int64_t ldtheta, float *bias);
LINCLASS_API linclass_status linclass_logistic_sgd_epoch_f64(
    linclass_context *ctx, int64_t m, int64_t n, const double *X, int64_t ldx, const int64_t *y,
    int64_t batch, double learning_rate, double *theta, int64_t ldtheta, double *bias);

/* The same four of the squared error through the sigmoid, (p - y)^2 / 2 with p = sigmoid(h), whose
 * residual is (p - y) p (1 - p). It vanishes where p is near 1 and y = 0, and the reverse: descent hardly
 * moves where the model is most wrong. Use the log-loss; this one is there to be compared with. */
LINCLASS_API linclass_status linclass_sigmoid_squared_loss_f32(linclass_context *ctx, int64_t m,
                                                               const float *h, int64_t ldh,
                                                               const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_sigmoid_squared_loss_f64(linclass_context *ctx, int64_t m,
                                                               const double *h, int64_t ldh,
                                                               const int64_t *y, double *loss);

LINCLASS_API linclass_status linclass_sigmoid_squared_residual_f32(linclass_context *ctx, int64_t m,
                                                                   float *h, int64_t ldh,
                                                                   const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_sigmoid_squared_residual_f64(linclass_context *ctx, int64_t m,
                                                                   double *h, int64_t ldh,
                                                                   const int64_t *y, double *loss);

LINCLASS_API linclass_status linclass_sigmoid_squared_loss_gradient_f32(
    linclass_context *ctx, int64_t m, int64_t n, const float *X, int64_t ldx, const int64_t *y,
    const float *theta, int64_t ldtheta, const float *bias, double *loss, float *G, int64_t ldg,
    float *g_bias);
LINCLASS_API linclass_status linclass_sigmoid_squared_loss_gradient_f64(
    linclass_context *ctx, int64_t m, int64_t n, const double *X, int64_t ldx, const int64_t *y,
    const double *theta, int64_t ldtheta, const double *bias, double *loss, double *G, int64_t ldg,
    double *g_bias);

LINCLASS_API linclass_status linclass_sigmoid_squared_sgd_epoch_f32(
    linclass_context *ctx, int64_t m, int64_t n, const float *X, int64_t ldx, const int64_t *y,
    int64_t batch, float learning_rate, float *theta, int64_t ldtheta, float *bias);
LINCLASS_API linclass_status linclass_sigmoid_squared_sgd_epoch_f64(
    linclass_context *ctx, int64_t m, int64_t n, const double *X, int64_t ldx, const int64_t *y,
    int64_t batch, double learning_rate, double *theta, int64_t ldtheta, double *bias);

LINCLASS_END_DECLS

#endif
