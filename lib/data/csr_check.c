/* One pass over the columns, rows shared out among the workers. A column that is not above the one before it
 * is a descent; where rows meet there may be one. So the descents among all the columns of some rows are counted
 * in a loop without a branch, which vectorises, and compared with those where rows meet. Where columns ascend, the
 * first and the last of a row tell whether all are in range. Only rows in which something is wrong are looked at one
 * by one. */
#include "data/csr_check.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/minimum.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/sparse_rows.h"

enum { TASK_ROWS = 4096, COUNTED = 1 << 20 };

static const int64_t FEW_ELEMENTS = 1 << 18; /* too few to wake a worker for */

typedef struct csr_job {
    const linclass_matrix *view;
    _Atomic int64_t bad_row; /* the lowest, or INT64_MAX */
} csr_job;

static int64_t count_int32(const int32_t *columns, int64_t count)
{
    int64_t descents = 0;
    for (int64_t first = 1; first < count; first += COUNTED) {
        const int64_t end = lesser(count, first + COUNTED);
        int32_t some = 0;
        for (int64_t i = first; i < end; i++)
            some += columns[i] <= columns[i - 1];
        descents += some;
    }
    return descents;
}

static int64_t count_int64(const int64_t *columns, int64_t count)
{
    int64_t descents = 0;
    for (int64_t i = 1; i < count; i++)
        descents += columns[i] <= columns[i - 1];
    return descents;
}

/* Whether the columns of rows first..end-1 are in range and ascend within each. */
static bool rows_are_good(const linclass_matrix *view, int64_t first, int64_t end)
{
    const int64_t *starts = view->row_starts;
    const int64_t begin = starts[first];
    const int64_t count = starts[end] - begin;
    if (count == 0)
        return true;
    const int64_t descents = view->column_dtype == LINCLASS_INT32
                                 ? count_int32((const int32_t *)view->columns + begin, count)
                                 : count_int64((const int64_t *)view->columns + begin, count);
    int64_t where_rows_meet = 0;
    int64_t last = sparse_column(view, starts[end] - 1);
    bool in_range = sparse_column(view, begin) >= 0 && last < view->cols;
    int64_t before = begin; /* where the row before begins that has elements */
    for (int64_t row = first + 1; row < end; row++) {
        const int64_t at = starts[row];
        if (at == before || at == starts[row + 1])
            continue;
        const int64_t least = sparse_column(view, at);
        last = sparse_column(view, at - 1);
        in_range &= least >= 0 && last < view->cols;
        where_rows_meet += least <= last;
        before = at;
    }
    return in_range && descents == where_rows_meet;
}

static void check_rows(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    csr_job *job = argument;
    const int64_t first = task * TASK_ROWS;
    const int64_t end = lesser(job->view->rows, first + TASK_ROWS);
    if (rows_are_good(job->view, first, end))
        return;
    int64_t row = first;
    while (rows_are_good(job->view, row, row + 1))
        row++;
    record_lowest(&job->bad_row, row);
}

static linclass_status fail_row(linclass_context *ctx, const char *name,
                                const linclass_matrix *view, int64_t row)
{
    const int64_t begin = view->row_starts[row];
    for (int64_t e = begin;; e++) {
        const int64_t column = sparse_column(view, e);
        if (view->cols == 0)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "%s.columns[%" PRId64 "], in row %" PRId64 ", is %" PRId64
                                ", of no columns",
                                name, e, row, column);
        if (column < 0 || column >= view->cols)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "%s.columns[%" PRId64 "], in row %" PRId64 ", is %" PRId64
                                ", not in 0..%" PRId64,
                                name, e, row, column, view->cols - 1);
        if (e > begin && column <= sparse_column(view, e - 1))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "%s.columns[%" PRId64 "], in row %" PRId64 ", is %" PRId64
                                ", after %" PRId64 ": the columns of a row must ascend, none twice",
                                name, e, row, column, sparse_column(view, e - 1));
    }
}

static linclass_status check_columns(linclass_context *ctx, const char *name,
                                     const linclass_matrix *view)
{
    csr_job job = {.view = view};
    const int64_t tasks = (view->rows + TASK_ROWS - 1) / TASK_ROWS;
    atomic_init(&job.bad_row, INT64_MAX);
    if (ctx != NULL && matrix_nonzeros(view) > FEW_ELEMENTS)
        pool_run(&ctx->pool, tasks, check_rows, &job);
    else
        for (int64_t task = 0; task < tasks; task++)
            check_rows(&job, task, 0);
    const int64_t row = atomic_load(&job.bad_row);
    return row == INT64_MAX ? LINCLASS_OK : fail_row(ctx, name, view, row);
}

static linclass_status check_starts(linclass_context *ctx, const char *name,
                                    const linclass_matrix *view)
{
    const int64_t *starts = view->row_starts;
    if (starts[0] < 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.row_starts[0] is %" PRId64 ", less than 0", name, starts[0]);
    for (int64_t row = 0; row < view->rows; row++) {
        if (starts[row + 1] < starts[row])
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "%s.row_starts[%" PRId64 "] is %" PRId64 ", less than %" PRId64
                                " before it",
                                name, row + 1, starts[row + 1], starts[row]);
    }
    if (starts[view->rows] > INT64_MAX / (int64_t)sizeof(double))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s.row_starts[%" PRId64 "] is %" PRId64 ", too many elements", name,
                            view->rows, starts[view->rows]);
    return LINCLASS_OK;
}

static linclass_status check_pointer(linclass_context *ctx, const char *name, const char *member,
                                     const void *pointer, size_t element)
{
    if (pointer == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s.%s is NULL", name, member);
    if ((uintptr_t)pointer % element != 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.%s is %p, not aligned to its elements of %zu bytes", name, member,
                            pointer, element);
    return LINCLASS_OK;
}

linclass_status csr_check(linclass_context *ctx, const char *name, const linclass_matrix *view)
{
    if (view->cols > INT32_MAX)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s has %" PRId64 " columns; sparse rows have at most 2^31 - 1", name,
                            view->cols);
    if (view->column_dtype != LINCLASS_INT32 && view->column_dtype != LINCLASS_INT64)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.column_dtype is %d, neither LINCLASS_INT32 nor LINCLASS_INT64",
                            name, (int)view->column_dtype);
    if (view->rows == 0)
        return LINCLASS_OK;
    linclass_status status =
        check_pointer(ctx, name, "row_starts", view->row_starts, sizeof(int64_t));
    if (status == LINCLASS_OK)
        status = check_starts(ctx, name, view);
    if (status != LINCLASS_OK || matrix_nonzeros(view) == 0)
        return status;
    status = check_pointer(ctx, name, "columns", view->columns, element_bytes(view->column_dtype));
    if (status == LINCLASS_OK && view->data != NULL)
        status = check_pointer(ctx, name, "data", view->data, element_bytes(view->dtype));
    return status == LINCLASS_OK ? check_columns(ctx, name, view) : status;
}
