/* Labels to the model's classes, and weights by what its fit reported:
 *
 *     w_i = sample_weight_i * class_weight_(y_i),   0 where the label is the one that was ignored */
#include "diagnostics/known_rows.h"

#include <inttypes.h>
#include <math.h>

#include "core/arguments.h"
#include "core/context.h"
#include "data/labels.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "diagnostics/standard_rows.h"
#include "model/model_view.h"
#include "model/standardization.h"

enum { IGNORED = -1 };

static bool ignores(const linclass_model *model, int64_t label)
{
    return model->has_report && model->report.has_ignore_label &&
           label == model->report.ignore_label;
}

static linclass_status encode(linclass_context *ctx, const int64_t *y, known_rows *rows)
{
    const linclass_model *model = rows->model;
    const int64_t m = rows->X.rows;
    for (int64_t i = 0; i < m; i++)
        rows->y[i] = ignores(model, y[i]) ? model->labels[0] : y[i];
    const linclass_status status =
        labels_encode(ctx, "y", m, rows->y, model->k, model->labels, rows->y);
    for (int64_t i = 0; status == LINCLASS_OK && i < m; i++)
        rows->y[i] = ignores(model, y[i]) ? IGNORED : rows->y[i];
    return status;
}

static linclass_status import_probabilities(linclass_context *ctx, const given_rows *given,
                                            known_rows *rows)
{
    const char *name = given->target_probabilities_name;
    linclass_status status =
        matrix_import(ctx, name, given->target_probabilities, &rows->probabilities);
    if (status == LINCLASS_OK)
        status = matrix_check_dense(ctx, name, &rows->probabilities);
    if (status != LINCLASS_OK)
        return status;
    if (rows->probabilities.rows != rows->X.rows || rows->probabilities.cols != rows->model->k)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s is %" PRId64 " x %" PRId64 ", not %" PRId64 " x %" PRId64, name,
                            rows->probabilities.rows, rows->probabilities.cols, rows->X.rows,
                            rows->model->k);
    rows->with_probabilities = true;
    return LINCLASS_OK;
}

static linclass_status check_probability(linclass_context *ctx, const char *name, int64_t row,
                                         int64_t column, double p)
{
    if (p >= 0 && isfinite(p))
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "%s[%" PRId64 ", %" PRId64 "] is %g, not finite and >= 0", name, row,
                        column, p);
}

/* Check the probabilities, and, where there are no labels, give each row its most probable class. */
static linclass_status read_probabilities(linclass_context *ctx, const given_rows *given,
                                          known_rows *rows)
{
    const int64_t k = rows->model->k;
    double *buffer;
    linclass_status status =
        context_allocate_doubles(ctx, k, "a row of target_probabilities", &buffer);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t i = 0; i < rows->X.rows && status == LINCLASS_OK; i++) {
        const double *p = row_block_read_f64(&rows->probabilities, i, 1, buffer).X;
        int64_t best = 0;
        for (int64_t j = 0; j < k && status == LINCLASS_OK; j++) {
            status = check_probability(ctx, given->target_probabilities_name, i, j, p[j]);
            best = p[j] > p[best] ? j : best;
        }
        if (given->y == NULL)
            rows->y[i] = best;
    }
    context_release(ctx, buffer);
    return status;
}

static linclass_status take_classes(linclass_context *ctx, const given_rows *given,
                                    known_rows *rows)
{
    void *memory;
    linclass_status status =
        context_allocate_array(ctx, rows->X.rows, sizeof(int64_t), "labels", &memory);
    if (status != LINCLASS_OK)
        return status;
    rows->y = memory;
    if (given->y != NULL)
        status = encode(ctx, given->y, rows);
    return status == LINCLASS_OK && rows->with_probabilities ? read_probabilities(ctx, given, rows)
                                                             : status;
}

double known_rows_weight(const known_rows *rows, int64_t i)
{
    if (rows->y[i] == IGNORED)
        return 0;
    const double *of_classes = rows->model->class_weights;
    const double of_row = rows->sample_weight == NULL ? 1 : rows->sample_weight[i];
    return of_classes == NULL ? of_row : of_row * of_classes[rows->y[i]];
}

linclass_status known_rows_check_weight(linclass_context *ctx, double total_weight)
{
    if (!isfinite(total_weight))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC, "the sum of the rows' weights overflows");
    if (total_weight == 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "no row counts anything: the weights are all 0, or every label is the "
                            "one to ignore");
    return LINCLASS_OK;
}

/* The rows and the model as the fit had them. */
static linclass_status standardise(linclass_context *ctx, known_rows *rows)
{
    const linclass_status status =
        standard_rows_make(ctx, rows->model, &rows->X, &rows->standardised);
    if (status != LINCLASS_OK)
        return status;
    const linclass_status made = standardization_fitted(ctx, rows->model, &rows->fitted);
    if (made == LINCLASS_OK)
        rows->model = rows->fitted;
    return made;
}

linclass_status known_rows_begin_part(linclass_context *ctx, const linclass_model *model,
                                      const given_rows *given, known_rows *rows)
{
    *rows = (known_rows){.model = model, .sample_weight = given->sample_weight};
    linclass_status status = model_view_import(ctx, model, given->X, &rows->X);
    if (status != LINCLASS_OK)
        return status;
    if (given->y == NULL && given->target_probabilities == NULL && rows->X.rows > 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL");
    if (model->column_factor != NULL && !given->as_they_are && rows->X.rows > 0)
        status = standardise(ctx, rows);
    if (status == LINCLASS_OK && given->target_probabilities != NULL)
        status = import_probabilities(ctx, given, rows);
    if (status == LINCLASS_OK)
        status =
            check_nonnegative(ctx, given->sample_weight_name, rows->X.rows, given->sample_weight);
    if (status == LINCLASS_OK)
        status = take_classes(ctx, given, rows);
    for (int64_t i = 0; status == LINCLASS_OK && i < rows->X.rows; i++)
        rows->total_weight += known_rows_weight(rows, i);
    return status;
}

linclass_status known_rows_begin(linclass_context *ctx, const linclass_model *model,
                                 const given_rows *given, known_rows *rows)
{
    const linclass_status status = known_rows_begin_part(ctx, model, given, rows);
    if (status != LINCLASS_OK)
        return status;
    if (rows->X.rows < 1)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "X has no rows");
    return known_rows_check_weight(ctx, rows->total_weight);
}

void known_rows_end(linclass_context *ctx, known_rows *rows)
{
    linclass_model_destroy(rows->fitted);
    context_release(ctx, rows->standardised);
    context_release(ctx, rows->y);
}
