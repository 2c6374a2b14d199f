/* Rows of probabilities p, p_j >= 0, of sum 1. The loss of a row is sum_j p_j loss(h, j), which for a sum
 * s is that of a row that counts s times: sums within 1e-3 of 1, as rounded or averaged targets have
 * them, are taken as they are. */
#include "data/probabilities.h"

#include <inttypes.h>
#include <math.h>

#include "core/context.h"
#include "data/matrix.h"
#include "data/row_block.h"

static const double SUM_TOLERANCE = 1e-3;

linclass_status probabilities_import(linclass_context *ctx, const char *name,
                                     const linclass_matrix *given, int64_t rows,
                                     linclass_matrix *view)
{
    linclass_status status = matrix_import(ctx, name, given, view);
    if (status == LINCLASS_OK)
        status = matrix_check_dense(ctx, name, view);
    if (status != LINCLASS_OK || (view->rows == rows && view->cols > 0))
        return status;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                        "%s is %" PRId64 " x %" PRId64 ", X has %" PRId64 " rows", name, view->rows,
                        view->cols, rows);
}

static linclass_status check_row(linclass_context *ctx, const char *name, int64_t row, int64_t k,
                                 const double *p)
{
    double sum = 0;
    for (int64_t j = 0; j < k; j++) {
        if (!(p[j] >= 0) || !isfinite(p[j]))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "%s[%" PRId64 ", %" PRId64 "] is %g, not finite and >= 0", name,
                                row, j, p[j]);
        sum += p[j];
    }
    if (fabs(sum - 1) <= SUM_TOLERANCE)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "row %" PRId64 " of %s sums to %g, not to 1", row, name, sum);
}

linclass_status probabilities_check(linclass_context *ctx, const char *name,
                                    const linclass_matrix *view)
{
    double *buffer;
    linclass_status status =
        context_allocate_doubles(ctx, view->cols, "a row of target_probabilities", &buffer);
    for (int64_t i = 0; status == LINCLASS_OK && i < view->rows; i++)
        status = check_row(ctx, name, i, view->cols, row_block_read_f64(view, i, 1, buffer).X);
    context_release(ctx, buffer);
    return status;
}

linclass_status probabilities_best(linclass_context *ctx, const linclass_matrix *view,
                                   int64_t *columns)
{
    double *buffer;
    const linclass_status status =
        context_allocate_doubles(ctx, view->cols, "a row of target_probabilities", &buffer);
    for (int64_t i = 0; status == LINCLASS_OK && i < view->rows; i++) {
        const double *p = row_block_read_f64(view, i, 1, buffer).X;
        columns[i] = 0;
        for (int64_t j = 1; j < view->cols; j++)
            columns[i] = p[j] > p[columns[i]] ? j : columns[i];
    }
    context_release(ctx, buffer);
    return status;
}
