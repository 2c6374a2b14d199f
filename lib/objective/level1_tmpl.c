#include "objective/level1.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>

#include "core/real.h"

#if REAL_BITS == 32
#define REAL_ABS fabsf
#define REAL_MAX FLT_MAX
#else
#define REAL_ABS fabs
#define REAL_MAX DBL_MAX
#endif

linclass_status REAL(level1_finite)(linclass_context *ctx, const char *name, int64_t rows,
                                    int64_t cols, const real *A, int64_t lda)
{
    for (int64_t i = 0; A != NULL && cols > 0 && i < rows; i++) {
        /* Without a branch in the loop, so that it vectorises. */
        int bad = 0;
        for (int64_t j = 0; j < cols; j++)
            bad |= !(REAL_ABS(A[i * lda + j]) <= REAL_MAX);
        if (!bad)
            continue;
        int64_t j = 0;
        while (isfinite(A[i * lda + j]))
            j++;
        const double value = (double)A[i * lda + j];
        if (cols == 1 && lda == 1)
            return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "%s[%" PRId64 "] is %g", name, i,
                                value);
        return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "%s[%" PRId64 ", %" PRId64 "] is %g",
                            name, i, j, value);
    }
    return LINCLASS_OK;
}

linclass_matrix REAL(level1_view)(int64_t m, int64_t n, const real *X, int64_t ldx)
{
    return (linclass_matrix){
        .size = sizeof(linclass_matrix),
        .dtype = REAL_DTYPE,
        .rows = m,
        .cols = n,
        .row_stride = ldx,
        .col_stride = 1,
        .data = X,
        .scale = 1,
    };
}
