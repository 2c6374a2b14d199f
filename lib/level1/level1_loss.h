/* Level 1 of any loss: what the public functions of softmax.h, logistic.h and margin.h have in common.
 * For *_tmpl.c.
 *
 * loss: a LINCLASS_LOSS_*. Where it has one score, k = 1, labels are 0 and 1, and sentences call the
 * scores h. Arguments, errors and what is written when: as the public functions promise. */
#ifndef LEVEL1_LEVEL1_LOSS_H
#define LEVEL1_LEVEL1_LOSS_H

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/real.h"

/* rows_softmax or rows_sigmoid. */
typedef linclass_status (*REAL(level1_rows))(linclass_context *ctx, int64_t m, int64_t k,
                                             const real *H, int64_t ldh, real *Z, int64_t ldz);

/* Z = rows(H); Z may be H with ldz == ldh. */
linclass_status REAL(level1_activation)(linclass_context *ctx, REAL(level1_rows) rows, int64_t m,
                                        int64_t k, const real *H, int64_t ldh, real *Z,
                                        int64_t ldz);

/* *mean = mean loss of the rows. */
linclass_status REAL(level1_loss)(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                  const real *H, int64_t ldh, const int64_t *y, double *mean);

/* The same, and H := gradient of each row's loss in its scores. mean may be NULL. */
linclass_status REAL(level1_residual)(linclass_context *ctx, int32_t loss, int64_t m, int64_t k,
                                      real *H, int64_t ldh, const int64_t *y, double *mean);

/* Mean loss of the rows of X and its gradient. */
linclass_status REAL(level1_loss_gradient)(linclass_context *ctx, int32_t loss, int64_t m,
                                           int64_t n, int64_t k, const real *X, int64_t ldx,
                                           const int64_t *y, const real *theta, int64_t ldtheta,
                                           const real *bias, double *mean, real *G, int64_t ldg,
                                           real *g_bias);

/* One epoch of minibatch steps in row order, theta and bias in place. */
linclass_status REAL(level1_sgd_epoch)(linclass_context *ctx, int32_t loss, int64_t m, int64_t n,
                                       int64_t k, const real *X, int64_t ldx, const int64_t *y,
                                       int64_t batch, real learning_rate, real *theta,
                                       int64_t ldtheta, real *bias);

#endif
