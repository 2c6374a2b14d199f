/* Level 1 of any loss: what the public functions of softmax.h and losses.h have in common.
 *
 * loss_number: a LINCLASS_LOSS_*; INVALID_ARGUMENT when there is no such loss. Where it has one score, k = 1,
 * labels are 0 and 1, and sentences call the scores h. Arguments, errors and what is written when: as the
 * public functions promise. */
#ifndef LEVEL1_LEVEL1_LOSS_H
#define LEVEL1_LEVEL1_LOSS_H

#include <linclass/context.h>
#include <linclass/status.h>

#define DECLARE_LEVEL1_LOSS(real, suffix) \
    /* Z = softmax(H) or sigmoid(H); Z may be H with ldz == ldh. */ \
    linclass_status level1_softmax_##suffix(linclass_context *ctx, int64_t m, int64_t k, \
                                            const real *H, int64_t ldh, real *Z, int64_t ldz); \
    linclass_status level1_sigmoid_##suffix(linclass_context *ctx, int64_t m, int64_t k, \
                                            const real *H, int64_t ldh, real *Z, int64_t ldz); \
    /* *loss = mean loss of the rows. */ \
    linclass_status level1_loss_##suffix(linclass_context *ctx, int32_t loss_number, int64_t m, \
                                         int64_t k, const real *H, int64_t ldh, const int64_t *y, \
                                         double *loss); \
    /* The same, and H := gradient of each row's loss in its scores. loss may be NULL. */ \
    linclass_status level1_residual_##suffix(linclass_context *ctx, int32_t loss_number, \
                                             int64_t m, int64_t k, real *H, int64_t ldh, \
                                             const int64_t *y, double *loss); \
    /* Mean loss of the rows of X and its gradient. */ \
    linclass_status level1_loss_gradient_##suffix( \
        linclass_context *ctx, int32_t loss_number, int64_t m, int64_t n, int64_t k, \
        const real *X, int64_t ldx, const int64_t *y, const real *theta, int64_t ldtheta, \
        const real *bias, double *loss, real *G, int64_t ldg, real *g_bias); \
    /* One epoch of minibatch steps in row order, theta and bias in place. */ \
    linclass_status level1_sgd_epoch_##suffix( \
        linclass_context *ctx, int32_t loss_number, int64_t m, int64_t n, int64_t k, \
        const real *X, int64_t ldx, const int64_t *y, int64_t batch, real learning_rate, \
        real *theta, int64_t ldtheta, real *bias);

DECLARE_LEVEL1_LOSS(float, f32)
DECLARE_LEVEL1_LOSS(double, f64)

#endif
