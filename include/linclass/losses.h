/* Level 1 of any loss, given by its number, LINCLASS_LOSS_* of fit.h, and the sigmoid. The conventions of
 * linear.h apply, and these.
 *
 * The losses are defined beside their enumerators in fit.h. A row's residual r is the gradient of its loss in
 * its scores. Where a loss has a kink the residual is a subgradient, that of the side where it is 0; but a tie is
 * a violation to the perceptron, or zero parameters would be at rest (Rosenblatt 1958; hinge losses over all
 * violations: Weston and Watkins 1999).
 *
 * Losses of several classes: labels are 0..k-1. A score of -infinity excludes a class; for the label, or
 * where a loss or residual overflows: NUMERIC. NaN or +infinity: NON_FINITE.
 *
 * Losses of two classes have one score a row, that of class 1 against class 0: labels are 0 and 1, k = 1
 * (linclass_loss_columns), so that theta and G are columns of n numbers and bias and g_bias one number, and
 * error messages call the scores h. They are evaluated without overflow or cancellation. The residual of the
 * squared error through the sigmoid, (p - y) p (1 - p) with p = sigmoid(h), vanishes where p is near 1 and
 * y = 0, and the reverse: descent hardly moves where the model is most wrong. Use the logistic loss; the other
 * exists to be compared with. A score of infinity of either sign is NON_FINITE.
 *
 * A number without a loss: INVALID_ARGUMENT. k other than 1 with a loss of one score: DIMENSION. */
#ifndef LINCLASS_LOSSES_H
#define LINCLASS_LOSSES_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/fit.h>

LINCLASS_BEGIN_DECLS

/* Compute probabilities of class 1, z = 1 / (1 + exp(-h)), element by element, without overflow: any finite
 * score gives 0 <= z <= 1, to full relative accuracy where z is small. NaN or infinity: NON_FINITE.
 * H: m x k, ldh >= k; k = 1 for one score a row. Z: m x k, ldz >= k, output; Z may be H itself (with
 * ldz == ldh), otherwise the two do not overlap. */
LINCLASS_API linclass_status linclass_sigmoid_f32(linclass_context *ctx, int64_t m, int64_t k,
                                                  const float *H, int64_t ldh, float *Z,
                                                  int64_t ldz);
LINCLASS_API linclass_status linclass_sigmoid_f64(linclass_context *ctx, int64_t m, int64_t k,
                                                  const double *H, int64_t ldh, double *Z,
                                                  int64_t ldz);

/* Compute the mean loss of the rows of H. m = 0 gives 0.
 * H: m x k, ldh >= k. y: m labels. loss: one double, output. */
LINCLASS_API linclass_status linclass_loss_mean_f32(linclass_context *ctx, int32_t loss_number,
                                                    int64_t m, int64_t k, const float *H,
                                                    int64_t ldh, const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_loss_mean_f64(linclass_context *ctx, int32_t loss_number,
                                                    int64_t m, int64_t k, const double *H,
                                                    int64_t ldh, const int64_t *y, double *loss);

/* Compute residual and loss in one pass over the scores: H := R, not divided by m; linclass_gradient with
 * scale 1 / m turns it into the gradient of the mean loss.
 * H: m x k, ldh >= k, input and output. y: m labels. loss: one double, output, or NULL. */
LINCLASS_API linclass_status linclass_loss_residual_f32(linclass_context *ctx, int32_t loss_number,
                                                        int64_t m, int64_t k, float *H, int64_t ldh,
                                                        const int64_t *y, double *loss);
LINCLASS_API linclass_status linclass_loss_residual_f64(linclass_context *ctx, int32_t loss_number,
                                                        int64_t m, int64_t k, double *H,
                                                        int64_t ldh, const int64_t *y,
                                                        double *loss);

/* Compute the mean loss and its gradient in one sweep over X, a block of rows at a time: H = X theta + bias, R as
 * above, G = X^T R / m, g_bias = column sums of R / m.
 * X: m x n, ldx >= n. y: m labels. theta: n x k, ldtheta >= k. bias: k or NULL. loss: one double, output.
 * G: n x k, ldg >= k, output. g_bias: k, output, or NULL. m = 0 gives zeros. NUMERIC where the gradient
 * overflows. */
LINCLASS_API linclass_status linclass_loss_gradient_f32(
    linclass_context *ctx, int32_t loss_number, int64_t m, int64_t n, int64_t k, const float *X,
    int64_t ldx, const int64_t *y, const float *theta, int64_t ldtheta, const float *bias,
    double *loss, float *G, int64_t ldg, float *g_bias);
LINCLASS_API linclass_status linclass_loss_gradient_f64(
    linclass_context *ctx, int32_t loss_number, int64_t m, int64_t n, int64_t k, const double *X,
    int64_t ldx, const int64_t *y, const double *theta, int64_t ldtheta, const double *bias,
    double *loss, double *G, int64_t ldg, double *g_bias);

/* Run one epoch of minibatch descent in row order, updating the parameters in place: for each batch of B = `batch`
 * rows (the last may be shorter, and is averaged over its own length)
 * theta := theta - (learning_rate / B) X_b^T R, bias likewise. With batch = 1 and the perceptron loss this
 * is Rosenblatt's rule for several classes.
 * With batch = 1 rows 2 t and 2 t + 1 of a call share a pass over theta: scores of the second are corrected for the
 * step on the first, not computed anew. An epoch in several calls has the bits of one call where each part but the last
 * has an even number of rows; else results are the same but for rounding.
 * batch >= 1. learning_rate: finite, >= 0. theta: n x k, ldtheta >= k. bias: k or NULL. */
LINCLASS_API linclass_status linclass_sgd_epoch_f32(linclass_context *ctx, int32_t loss_number,
                                                    int64_t m, int64_t n, int64_t k, const float *X,
                                                    int64_t ldx, const int64_t *y, int64_t batch,
                                                    float learning_rate, float *theta,
                                                    int64_t ldtheta, float *bias);
LINCLASS_API linclass_status linclass_sgd_epoch_f64(linclass_context *ctx, int32_t loss_number,
                                                    int64_t m, int64_t n, int64_t k,
                                                    const double *X, int64_t ldx, const int64_t *y,
                                                    int64_t batch, double learning_rate,
                                                    double *theta, int64_t ldtheta, double *bias);

LINCLASS_END_DECLS

#endif
