/* What a row counts:
 *
 *     w_i = sample_weight_i * class_weight_(y_i),   0 where the label is the one to ignore
 *     balanced: class_weight_c = S / (k S_c),  S_c = sum of sample_weight over the rows of class c,
 *                                              S = sum of all S_c
 *
 * so that with balanced weights every class counts S / k. The objective is a weighted mean and does
 * not see a common factor, but single precision has a range: the weights are divided by the power of
 * two, which is exact, that brings the largest into 1/2..1. */
#include "fit/fit_rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "data/automatic_scale.h"
#include "data/labels.h"
#include "data/matrix.h"
#include "data/sparse_ones.h"
#include "fit/fit_initial.h"
#include "fit/fit_probabilities.h"

/* Where rows and their weights come from, with the names of the arguments. */
typedef struct row_source {
    const char *X_name;
    const char *y_name;
    const char *weight_name;
    const char *words;
    const int64_t *y;
    const double *sample_weight;
} row_source;

static bool ignored(const linclass_fit_options *options, int64_t label)
{
    return options->has_ignore_label && label == options->ignore_label;
}

static linclass_status import(linclass_context *ctx, const char *name, const linclass_matrix *given,
                              linclass_matrix *view)
{
    const linclass_status status = matrix_import_rows(ctx, name, given, view);
    if (status == LINCLASS_OK && view->rows < 1)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "%s has no rows", name);
    return status;
}

/* Those of the model to start from, or the distinct labels but the one to ignore. */
static linclass_status find_classes(linclass_context *ctx, int64_t m, const int64_t *y,
                                    const linclass_fit_options *options, fit_classes *classes)
{
    if (options->initial != NULL)
        return fit_initial_classes(ctx, options->initial, classes);
    const linclass_status status = labels_classes(ctx, m, y, &classes->labels, &classes->k);
    if (status != LINCLASS_OK)
        return status;
    int64_t kept = 0;
    for (int64_t j = 0; j < classes->k; j++) {
        if (!ignored(options, classes->labels[j]))
            classes->labels[kept++] = classes->labels[j];
    }
    classes->k = kept;
    if (kept == 0)
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "every label of y is %" PRId64 ", the one to ignore",
                            options->ignore_label);
    return LINCLASS_OK;
}

/* Labels to classes; rows to be ignored get the first class and, later, no weight. */
static linclass_status encode(linclass_context *ctx, const row_source *source,
                              const linclass_fit_options *options, const fit_classes *classes,
                              fit_rows *rows)
{
    const int64_t m = rows->X.rows;
    void *memory;
    const linclass_status status =
        context_allocate_array(ctx, m, sizeof(int64_t), "labels", &memory);
    if (status != LINCLASS_OK)
        return status;
    rows->y = memory;
    for (int64_t i = 0; i < m; i++)
        rows->y[i] = ignored(options, source->y[i]) ? classes->labels[0] : source->y[i];
    return labels_encode(ctx, source->y_name, m, rows->y, classes->k, classes->labels, rows->y);
}

static double sample_weight(const row_source *source, const linclass_fit_options *options,
                            int64_t row)
{
    if (source->y != NULL && ignored(options, source->y[row]))
        return 0;
    return source->sample_weight == NULL ? 1 : source->sample_weight[row];
}

/* Balanced class weights from the training rows; 0 for a class whose rows count nothing. */
static void balance(const row_source *source, const linclass_fit_options *options,
                    const fit_rows *rows, fit_classes *classes)
{
    memset(classes->class_weights, 0, (size_t)classes->k * sizeof(double));
    double all = 0;
    for (int64_t i = 0; i < rows->X.rows; i++) {
        const double weight = sample_weight(source, options, i);
        classes->class_weights[rows->y[i]] += weight;
        all += weight;
    }
    for (int64_t j = 0; j < classes->k; j++) {
        const double of_class = classes->class_weights[j];
        classes->class_weights[j] = of_class > 0 ? all / ((double)classes->k * of_class) : 0;
    }
}

static linclass_status weigh_classes(linclass_context *ctx, const row_source *source,
                                     const linclass_fit_options *options, const fit_rows *rows,
                                     fit_classes *classes)
{
    if (options->class_weight == NULL && !options->class_weight_balanced)
        return LINCLASS_OK;
    if (options->class_weight != NULL && options->class_weight_count != classes->k)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "options.class_weight_count is %" PRId64 ", y has %" PRId64 " classes",
                            options->class_weight_count, classes->k);
    if (options->class_weight != NULL) {
        const linclass_status status =
            check_weights(ctx, "options.class_weight", classes->k, options->class_weight);
        if (status != LINCLASS_OK)
            return status;
    }
    const linclass_status status =
        context_allocate_doubles(ctx, classes->k, "class weights", &classes->class_weights);
    if (status != LINCLASS_OK)
        return status;
    if (options->class_weight != NULL)
        memcpy(classes->class_weights, options->class_weight, (size_t)classes->k * sizeof(double));
    else
        balance(source, options, rows, classes);
    return LINCLASS_OK;
}

/* Divide by the power of two that brings the largest into 1/2..1, and add up. */
static linclass_status sum_weights(linclass_context *ctx, const row_source *source, fit_rows *rows)
{
    const int64_t m = rows->X.rows;
    double largest = 0;
    for (int64_t i = 0; i < m; i++) {
        if (!isfinite(rows->sample_weights[i]))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "%s[%" PRId64 "] times the weight of its class overflows",
                                source->weight_name, i);
        largest = fmax(largest, rows->sample_weights[i]);
    }
    if (largest == 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "the weights of the %s rows are all 0", source->words);
    int exponent;
    (void)frexp(largest, &exponent);
    rows->total_weight = 0;
    for (int64_t i = 0; i < m; i++) {
        rows->sample_weights[i] = ldexp(rows->sample_weights[i], -exponent);
        rows->total_weight += rows->sample_weights[i];
    }
    rows->weight_sum = ldexp(rows->total_weight, exponent);
    return LINCLASS_OK;
}

static linclass_status weigh_rows(linclass_context *ctx, const row_source *source,
                                  const linclass_fit_options *options, const fit_classes *classes,
                                  fit_rows *rows)
{
    const int64_t m = rows->X.rows;
    rows->total_weight = (double)m;
    rows->weight_sum = (double)m;
    if (source->sample_weight == NULL && classes->class_weights == NULL &&
        !options->has_ignore_label)
        return LINCLASS_OK;
    const linclass_status status =
        context_allocate_doubles(ctx, m, "weights of the rows", &rows->sample_weights);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t i = 0; i < m; i++) {
        const double of_class =
            classes->class_weights == NULL ? 1 : classes->class_weights[rows->y[i]];
        rows->sample_weights[i] = sample_weight(source, options, i) * of_class;
    }
    return sum_weights(ctx, source, rows);
}

/* One class leaves nothing to learn: every answer is right. Labels that all are one are a mistake. */
static linclass_status check_count(linclass_context *ctx, const row_source *source,
                                   const linclass_fit_options *options, const fit_classes *classes)
{
    if (classes->k > 1)
        return LINCLASS_OK;
    const char *holder = options->initial != NULL ? "options.initial"
                         : source->y != NULL      ? source->y_name
                                                  : "options.target_probabilities";
    return context_fail(ctx, LINCLASS_ERROR_LABEL,
                        "%s holds one class only (label %" PRId64
                        "): a classifier needs at least two",
                        holder, classes->labels[0]);
}

/* The classes, and each row's. */
static linclass_status read_targets(linclass_context *ctx, const row_source *source,
                                    const linclass_fit_options *options, fit_rows *rows,
                                    fit_classes *classes)
{
    rows->smoothing = options->label_smoothing;
    linclass_status status = fit_probabilities_read(ctx, options, rows);
    if (status != LINCLASS_OK)
        return status;
    if (source->y == NULL && !rows->with_probabilities)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL");
    if (source->y == NULL && options->has_ignore_label)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "y is NULL: there are no labels to ignore");
    status = source->y == NULL ? fit_probabilities_classes(ctx, options, rows, classes)
                               : find_classes(ctx, rows->X.rows, source->y, options, classes);
    if (status == LINCLASS_OK)
        status = check_count(ctx, source, options, classes);
    if (source->y == NULL)
        return status;
    if (status == LINCLASS_OK)
        status = encode(ctx, source, options, classes, rows);
    return status == LINCLASS_OK ? fit_probabilities_check(ctx, rows, classes) : status;
}

linclass_status fit_rows_training(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                                  const linclass_fit_options *options, fit_rows *rows,
                                  fit_classes *classes)
{
    const row_source source = {
        .X_name = "X",
        .y_name = "y",
        .weight_name = "options.sample_weight",
        .words = "training",
        .y = y,
        .sample_weight = options->sample_weight,
    };
    linclass_status status = import(ctx, source.X_name, X, &rows->X);
    if (status == LINCLASS_OK && rows->X.scale == 0)
        rows->X.scale = automatic_scale(&rows->X);
    if (status == LINCLASS_OK)
        sparse_leave_out_ones(ctx, &rows->X);
    if (status == LINCLASS_OK && options->sample_weight != NULL)
        status = check_weights(ctx, source.weight_name, rows->X.rows, options->sample_weight);
    if (status == LINCLASS_OK)
        status = read_targets(ctx, &source, options, rows, classes);
    if (status == LINCLASS_OK)
        status = weigh_classes(ctx, &source, options, rows, classes);
    if (status == LINCLASS_OK)
        status = weigh_rows(ctx, &source, options, classes, rows);
    return status;
}

/* An automatic scale of validation rows is that of the training rows, if both are bytes or neither. */
static linclass_status take_scale(linclass_context *ctx, const linclass_matrix *training,
                                  linclass_matrix *view)
{
    if (view->scale != 0)
        return LINCLASS_OK;
    const bool alike = (view->dtype == LINCLASS_UINT8) == (training->dtype == LINCLASS_UINT8);
    if (!alike && automatic_scale(view) != training->scale)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "validation_X.scale is 0, automatic: that of X is %g, but only one of "
                            "both has bytes; give both scales",
                            training->scale);
    view->scale = training->scale;
    return LINCLASS_OK;
}

linclass_status fit_rows_validation(linclass_context *ctx, const linclass_fit_options *options,
                                    const fit_classes *classes, const linclass_matrix *training,
                                    fit_rows *rows)
{
    const row_source source = {
        .X_name = "validation_X",
        .y_name = "validation_y",
        .weight_name = "options.validation_sample_weight",
        .words = "validation",
        .y = options->validation_y,
        .sample_weight = options->validation_sample_weight,
    };
    if (options->validation_X == NULL)
        return LINCLASS_OK;
    linclass_status status = import(ctx, source.X_name, options->validation_X, &rows->X);
    if (status != LINCLASS_OK)
        return status;
    if (rows->X.cols != training->cols)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "validation_X has %" PRId64 " columns, X has %" PRId64, rows->X.cols,
                            training->cols);
    status = take_scale(ctx, training, &rows->X);
    if (status != LINCLASS_OK)
        return status;
    /* Before the training, which would be for nothing. */
    status = matrix_find_non_finite(ctx, source.X_name, &rows->X, 0, rows->X.rows);
    if (status == LINCLASS_OK && source.sample_weight != NULL)
        status = check_weights(ctx, source.weight_name, rows->X.rows, source.sample_weight);
    if (status == LINCLASS_OK)
        status = encode(ctx, &source, options, classes, rows);
    if (status == LINCLASS_OK)
        status = weigh_rows(ctx, &source, options, classes, rows);
    return status;
}

void fit_rows_end(linclass_context *ctx, fit_rows *rows)
{
    context_release(ctx, rows->sample_weights);
    context_release(ctx, rows->y);
}

void fit_classes_end(linclass_context *ctx, fit_classes *classes)
{
    context_release(ctx, classes->class_weights);
    context_release(ctx, classes->labels);
}
