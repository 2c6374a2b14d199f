/* Loss kernels over a caller's scores: the rows shared out among the workers. For *_tmpl.c.
 *
 * H: m x k, ldh. Row losses are summed in double, row by row in a slice, slice by slice, whatever the
 * number of threads. Errors: NON_FINITE naming the element, NUMERIC naming the row whose loss is
 * infinite. */
#ifndef OBJECTIVE_ROWS_H
#define OBJECTIVE_ROWS_H

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/real.h"
#include "kernel/kernel.h"

/* Z = softmax(H); Z may be H. */
linclass_status REAL(rows_softmax)(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                                   int64_t ldh, real *Z, int64_t ldz);

/* *loss = sum of the losses. */
linclass_status REAL(rows_loss)(linclass_context *ctx, const REAL(loss_kernel) * kernel, int64_t m,
                                int64_t k, const real *H, int64_t ldh, const int64_t *y,
                                double *loss);

/* The same, and H := the gradient of each row's loss in its scores. */
linclass_status REAL(rows_residual)(linclass_context *ctx, const REAL(loss_kernel) * kernel,
                                    int64_t m, int64_t k, real *H, int64_t ldh, const int64_t *y,
                                    double *loss);

#endif
