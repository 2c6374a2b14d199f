/* Rows of probabilities p, p_j >= 0, of sum 1. The loss of a row is sum_j p_j loss(h, j), which for a sum
 * s is that of a row that counts s times: sums within 1e-3 of 1, as rounded or averaged targets have
 * them, are taken as they are. */
#include "fit/fit_probabilities.h"

#include <inttypes.h>
#include <math.h>

#include "core/context.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "fit/fit_initial.h"

static const double SUM_TOLERANCE = 1e-3;

static linclass_status check_row(linclass_context *ctx, int64_t row, int64_t k, const double *p)
{
    double sum = 0;
    for (int64_t j = 0; j < k; j++) {
        if (!(p[j] >= 0) || !isfinite(p[j]))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "options.target_probabilities[%" PRId64 ", %" PRId64
                                "] is %g, not finite and >= 0",
                                row, j, p[j]);
        sum += p[j];
    }
    if (fabs(sum - 1) <= SUM_TOLERANCE)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "row %" PRId64 " of options.target_probabilities sums to %g, not to 1", row,
                        sum);
}

/* Memory for one row of the probabilities. */
static linclass_status take_row(linclass_context *ctx, const fit_rows *rows, double **buffer)
{
    void *memory;
    const linclass_status status =
        context_allocate(ctx, (size_t)rows->probabilities.cols * sizeof(double),
                         "a row of target_probabilities", &memory);
    if (status == LINCLASS_OK)
        *buffer = memory;
    return status;
}

linclass_status fit_probabilities_read(linclass_context *ctx, const linclass_fit_options *options,
                                       fit_rows *rows)
{
    if (options->target_probabilities == NULL)
        return LINCLASS_OK;
    linclass_status status = matrix_import(ctx, "options.target_probabilities",
                                           options->target_probabilities, &rows->probabilities);
    if (status == LINCLASS_OK)
        status = matrix_check_dense(ctx, "options.target_probabilities", &rows->probabilities);
    if (status != LINCLASS_OK)
        return status;
    const int64_t k = rows->probabilities.cols;
    if (rows->probabilities.rows != rows->X.rows || k < 1)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "options.target_probabilities is %" PRId64 " x %" PRId64
                            ", X has %" PRId64 " rows",
                            rows->probabilities.rows, k, rows->X.rows);
    double *buffer;
    status = take_row(ctx, rows, &buffer);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t i = 0; status == LINCLASS_OK && i < rows->X.rows; i++) {
        status = check_row(ctx, i, k, row_block_read_f64(&rows->probabilities, i, 1, buffer).X);
    }
    context_release(ctx, buffer);
    rows->with_probabilities = status == LINCLASS_OK;
    return status;
}

static linclass_status number_classes(linclass_context *ctx, int64_t k, fit_classes *classes)
{
    void *memory;
    const linclass_status status =
        context_allocate(ctx, (size_t)k * sizeof(int64_t), "classes", &memory);
    if (status != LINCLASS_OK)
        return status;
    classes->labels = memory;
    classes->k = k;
    for (int64_t j = 0; j < k; j++)
        classes->labels[j] = j;
    return LINCLASS_OK;
}

static int64_t most_probable(int64_t k, const double *p)
{
    int64_t best = 0;
    for (int64_t j = 1; j < k; j++)
        best = p[j] > p[best] ? j : best;
    return best;
}

linclass_status fit_probabilities_classes(linclass_context *ctx,
                                          const linclass_fit_options *options, fit_rows *rows,
                                          fit_classes *classes)
{
    const int64_t m = rows->X.rows;
    const int64_t k = rows->probabilities.cols;
    linclass_status status = options->initial != NULL
                                 ? fit_initial_classes(ctx, options->initial, classes)
                                 : number_classes(ctx, k, classes);
    if (status == LINCLASS_OK)
        status = fit_probabilities_check(ctx, rows, classes);
    if (status != LINCLASS_OK)
        return status;
    void *memory;
    status = context_allocate(ctx, (size_t)m * sizeof(int64_t), "labels", &memory);
    if (status != LINCLASS_OK)
        return status;
    rows->y = memory;
    double *buffer;
    status = take_row(ctx, rows, &buffer);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t i = 0; i < m; i++) {
        rows->y[i] = most_probable(k, row_block_read_f64(&rows->probabilities, i, 1, buffer).X);
    }
    context_release(ctx, buffer);
    return LINCLASS_OK;
}

linclass_status fit_probabilities_check(linclass_context *ctx, const fit_rows *rows,
                                        const fit_classes *classes)
{
    if (!rows->with_probabilities || rows->probabilities.cols == classes->k)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                        "options.target_probabilities has %" PRId64 " columns for %" PRId64
                        " classes",
                        rows->probabilities.cols, classes->k);
}
