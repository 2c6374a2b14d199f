/* Checks and conversions shared by the functions of level 1. For *_tmpl.c. */
#ifndef LEVEL1_LEVEL1_H
#define LEVEL1_LEVEL1_H

#include <linclass/matrix.h>

#include "core/context_call.h"
#include "core/real.h"

#define level1_finite REAL(level1_finite) /* level1_finite_f32, level1_finite_f64 */
#define level1_view   REAL(level1_view)   /* level1_view_f32, level1_view_f64 */

/* NON_FINITE naming the first element of A (rows x cols) that is not finite; NULL passes. */
linclass_status level1_finite(linclass_context *ctx, const char *name, int64_t rows, int64_t cols,
                              const real *A, int64_t lda);

/* A view of a caller's X. */
linclass_matrix level1_view(int64_t m, int64_t n, const real *X, int64_t ldx);

#endif
