#include "level1/level1.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>

#include "core/minimum.h"
#include "core/real.h"

#if REAL_BITS == 32
#define REAL_ABS fabsf
#define REAL_MAX FLT_MAX
#else
#define REAL_ABS fabs
#define REAL_MAX DBL_MAX
#endif

/* What one worker looks at: enough to pay for its being woken. */
static const int64_t TASK_ELEMENTS = 1 << 20;

typedef struct finite_check {
    int64_t rows;
    int64_t cols;
    const real *A;
    int64_t lda;
    int64_t task_rows;
    _Atomic int64_t bad_row; /* the lowest, or INT64_MAX */
} finite_check;

/* Without a branch in the loop, so that it vectorises. */
static bool all_finite(int64_t count, const real *values)
{
    int bad = 0;
    for (int64_t j = 0; j < count; j++)
        bad |= !(REAL_ABS(values[j]) <= REAL_MAX);
    return !bad;
}

/* Rows without gaps between them are looked at as one: short ones would not fill vectors. */
static void check_rows(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    finite_check *self = argument;
    const int64_t first = task * self->task_rows;
    const int64_t end = lesser(self->rows, first + self->task_rows);
    if (self->lda == self->cols &&
        all_finite((end - first) * self->cols, self->A + first * self->lda))
        return;
    for (int64_t i = first; i < end; i++) {
        if (!all_finite(self->cols, self->A + i * self->lda)) {
            record_lowest(&self->bad_row, i);
            return;
        }
    }
}

linclass_status level1_finite(linclass_context *ctx, const char *name, int64_t rows, int64_t cols,
                              const real *A, int64_t lda)
{
    if (A == NULL || rows == 0 || cols == 0)
        return LINCLASS_OK;
    finite_check check = {.rows = rows, .cols = cols, .A = A, .lda = lda};
    atomic_init(&check.bad_row, INT64_MAX);
    check.task_rows = ctx == NULL ? rows : cols > TASK_ELEMENTS ? 1 : TASK_ELEMENTS / cols;
    const int64_t tasks = (rows - 1) / check.task_rows + 1;
    if (tasks == 1)
        check_rows(&check, 0, 0);
    else
        pool_run(&ctx->pool, tasks, check_rows, &check);
    const int64_t i = atomic_load(&check.bad_row);
    if (i == INT64_MAX)
        return LINCLASS_OK;
    int64_t j = 0;
    while (isfinite(A[i * lda + j]))
        j++;
    const double value = (double)A[i * lda + j];
    if (cols == 1 && lda == 1)
        return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "%s[%" PRId64 "] is %g", name, i,
                            value);
    return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "%s[%" PRId64 ", %" PRId64 "] is %g", name,
                        i, j, value);
}

linclass_matrix level1_view(int64_t m, int64_t n, const real *X, int64_t ldx)
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
