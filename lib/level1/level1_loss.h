/* Level 1 of any loss: the functions behind those of softmax.h and losses.h.
 *
 * loss: a LINCLASS_LOSS_*; INVALID_ARGUMENT when there is no such loss. Where it has one score, k = 1,
 * labels are 0 and 1, and error messages call the scores h. Arguments, errors and what is written when: as the
 * public functions promise. */
#ifndef LEVEL1_LEVEL1_LOSS_H
#define LEVEL1_LEVEL1_LOSS_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

/* Z = softmax(H) or sigmoid(H); Z may be H with ldz == ldh. */
linclass_status level1_softmax_f32(linclass_context *ctx, int64_t m, int64_t k, const float *H,
                                   int64_t ldh, float *Z, int64_t ldz);
linclass_status level1_softmax_f64(linclass_context *ctx, int64_t m, int64_t k, const double *H,
                                   int64_t ldh, double *Z, int64_t ldz);

linclass_status level1_sigmoid_f32(linclass_context *ctx, int64_t m, int64_t k, const float *H,
                                   int64_t ldh, float *Z, int64_t ldz);
linclass_status level1_sigmoid_f64(linclass_context *ctx, int64_t m, int64_t k, const double *H,
                                   int64_t ldh, double *Z, int64_t ldz);

/* *mean = mean loss of the rows. */
linclass_status level1_loss_f32(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                const float *H, int64_t ldh, const int64_t *y, double *mean);
linclass_status level1_loss_f64(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                const double *H, int64_t ldh, const int64_t *y, double *mean);

/* The same, and H := gradient of each row's loss in its scores. mean may be NULL. */
linclass_status level1_residual_f32(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                    float *H, int64_t ldh, const int64_t *y, double *mean);
linclass_status level1_residual_f64(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                    double *H, int64_t ldh, const int64_t *y, double *mean);

/* Mean loss of the rows of X and its gradient. */
linclass_status level1_loss_gradient_f32(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                         int64_t k, const float *X, int64_t ldx, const int64_t *y,
                                         const float *theta, int64_t ldtheta, const float *bias,
                                         double *mean, float *G, int64_t ldg, float *g_bias);
linclass_status level1_loss_gradient_f64(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                         int64_t k, const double *X, int64_t ldx, const int64_t *y,
                                         const double *theta, int64_t ldtheta, const double *bias,
                                         double *mean, double *G, int64_t ldg, double *g_bias);

/* The same for sparse rows. */
linclass_status level1_loss_gradient_csr_f32(linclass_context *ctx, int32_t loss,
                                             const linclass_matrix *X, int64_t k, const int64_t *y,
                                             const float *theta, int64_t ldtheta, const float *bias,
                                             double *mean, float *G, int64_t ldg, float *g_bias);
linclass_status level1_loss_gradient_csr_f64(linclass_context *ctx, int32_t loss,
                                             const linclass_matrix *X, int64_t k, const int64_t *y,
                                             const double *theta, int64_t ldtheta,
                                             const double *bias, double *mean, double *G,
                                             int64_t ldg, double *g_bias);

/* One epoch of minibatch steps in row order, theta and bias in place. */
linclass_status level1_sgd_epoch_f32(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                     int64_t k, const float *X, int64_t ldx, const int64_t *y,
                                     int64_t batch, float learning_rate, float *theta,
                                     int64_t ldtheta, float *bias);
linclass_status level1_sgd_epoch_f64(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                     int64_t k, const double *X, int64_t ldx, const int64_t *y,
                                     int64_t batch, double learning_rate, double *theta,
                                     int64_t ldtheta, double *bias);

#ifdef REAL_BITS /* in *_tmpl.c */
#define level1_softmax       REAL(level1_softmax)
#define level1_sigmoid       REAL(level1_sigmoid)
#define level1_loss          REAL(level1_loss)
#define level1_residual      REAL(level1_residual)
#define level1_loss_gradient REAL(level1_loss_gradient)

#define level1_loss_gradient_csr REAL(level1_loss_gradient_csr)
#define level1_sgd_epoch         REAL(level1_sgd_epoch)
#endif

#endif
