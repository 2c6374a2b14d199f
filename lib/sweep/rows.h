/* Activations and losses over a caller's scores: the rows shared out among the workers. For *_tmpl.c.
 *
 * H: m x k, ldh. loss: a LINCLASS_LOSS_* that exists; where it has one score, k = 1. Row losses are
 * summed in double, row by row in a slice, slice by slice, whatever the number of threads. Errors:
 * NON_FINITE naming the element, NUMERIC naming the row without a finite loss and residual, or where
 * the sum overflows. */
#ifndef SWEEP_ROWS_H
#define SWEEP_ROWS_H

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/real.h"

#define rows_softmax  REAL(rows_softmax)  /* rows_softmax_f32, rows_softmax_f64 */
#define rows_sigmoid  REAL(rows_sigmoid)  /* rows_sigmoid_f32, rows_sigmoid_f64 */
#define rows_loss     REAL(rows_loss)     /* rows_loss_f32, rows_loss_f64 */
#define rows_residual REAL(rows_residual) /* rows_residual_f32, rows_residual_f64 */

/* Z = softmax(H); Z may be H. */
linclass_status rows_softmax(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                             int64_t ldh, real *Z, int64_t ldz);

/* Z = sigmoid(H), element by element; Z may be H. */
linclass_status rows_sigmoid(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                             int64_t ldh, real *Z, int64_t ldz);

/* *sum = sum of the losses. */
linclass_status rows_loss(linclass_context *ctx, int32_t loss, int64_t m, int64_t k, const real *H,
                          int64_t ldh, const int64_t *y, double *sum);

/* The same, and H := the gradient of each row's loss in its scores. */
linclass_status rows_residual(linclass_context *ctx, int32_t loss, int64_t m, int64_t k, real *H,
                              int64_t ldh, const int64_t *y, double *sum);

#endif
