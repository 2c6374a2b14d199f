/* The sums of a fit over the rows of a part, by the objective over a design matrix. Its means are over the weight of
 * all parts, which the request has: a part's share of F, of a gradient or a Hessian product is then what there is to
 * add, and of the size that single precision has digits for. */
#include "parts/answer.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "data/column_statistics.h"
#include "objective/dual_passes.h"
#include "objective/objective.h"
#include "parts/sampled_rows.h"
#include "parts/sums.h"

static linclass_status make_objective(linclass_context *ctx, const part_fit *fit,
                                      const part_rows *rows, objective **made)
{
    const objective_data data = {
        .X = &rows->X,
        .targets = {.y = rows->y,
                    .weights = rows->sample_weights,
                    .smoothing = fit->smoothing,
                    .probabilities = fit->with_probabilities ? &rows->probabilities : NULL},
        .total_weight = fit->total_weight,
        .columns = part_fit_columns(fit),
        .loss = (int32_t)fit->loss,
        .with_bias = fit->with_bias != 0,
    };
    return fit->dtype == LINCLASS_FLOAT32 ? objective_create_f32(ctx, &data, made)
                                          : objective_create_f64(ctx, &data, made);
}

static linclass_status evaluate(objective *F, const part_request *request, double *sums)
{
    objective_value value;
    const linclass_status status =
        F->methods->evaluate(F, NULL, request->parameters, &value,
                             request->with_gradient ? sums + EVALUATE_GRADIENT : NULL);
    sums[EVALUATE_LOSS] = value.loss;
    sums[EVALUATE_ERROR] = value.error;
    return status;
}

/* A part's share of so many evenly spaced rows of all parts, at least one. */
static int64_t share_of(const part_request *request, int64_t rows)
{
    const double share = (double)rows / (double)request->fit.samples;
    return (int64_t)fmin(ceil((double)request->max_rows * share), (double)rows);
}

static linclass_status add_moments(objective *F, const part_request *request, double *sums)
{
    const int64_t N = part_fit_features(&request->fit);
    double *const arrays = sums + MOMENTS_ARRAYS;
    feature_sums found = {
        .square = arrays,
        .shift = arrays + N,
        .distance = arrays + 2 * N,
        .spread = arrays + 3 * N,
    };
    const int64_t rows = share_of(request, F->samples);
    const linclass_status status = F->methods->moments(F, rows, &found);
    sums[MOMENTS_ROWS] = (double)rows;
    sums[MOMENTS_WEIGHT] = found.weight;
    return status;
}

static linclass_status add_dual_sums(objective *F, const part_request *request, double *sums)
{
    return request->fit.dtype == LINCLASS_FLOAT32
               ? objective_dual_sums_f32(F, request->parameters, sums)
               : objective_dual_sums_f64(F, request->parameters, sums);
}

static linclass_status add_dual_gradient(objective *F, const part_request *request, double *sums)
{
    const dual_point *point = &request->point;
    double *const G = sums + DUAL_GRADIENT;
    dual_shares found = {0, 0};
    const linclass_status status =
        request->fit.dtype == LINCLASS_FLOAT32
            ? objective_dual_gradient_f32(F, request->parameters, point, &found, G)
            : objective_dual_gradient_f64(F, request->parameters, point, &found, G);
    sums[DUAL_LOSS] = found.loss;
    sums[DUAL_APART] = found.apart;
    return status;
}

static linclass_status ask_objective(objective *F, const part_request *request, double *sums)
{
    switch (request->identity.kind) {
    case PART_MOMENTS:
        return add_moments(F, request, sums);
    case PART_EVALUATE:
        return evaluate(F, request, sums);
    case PART_PRODUCT:
        return F->methods->hessian_product(F, request->parameters, request->direction, sums);
    case PART_HESSIAN:
        return F->methods->hessian(F, request->parameters, request->means, NULL, 0, sums);
    case PART_DUAL_SUMS:
        return add_dual_sums(F, request, sums);
    case PART_DUAL_GRADIENT:
        return add_dual_gradient(F, request, sums);
    default:
        return LINCLASS_ERROR_INTERNAL;
    }
}

enum { TYPICAL_SAMPLE = 64 };

/* Rows that count nothing have no mean: their largest and typical values are taken with a weight of 1 each. */
static linclass_status add_statistics(linclass_context *ctx, const part_rows *rows, double *sums)
{
    const int64_t n = rows->X.cols;
    double *const arrays = sums + STATISTICS_ARRAYS;
    column_statistics found = {.mean = NULL};
    linclass_status status = column_statistics_begin(
        &found, ctx, &rows->X, rows->weight > 0 ? rows->sample_weights : NULL);
    sums[STATISTICS_WEIGHT] = rows->weight;
    for (int64_t j = 0; status == LINCLASS_OK && j < n; j++) {
        arrays[j] = found.mean[j];
        arrays[n + j] = found.variance[j] * rows->weight;
        arrays[2 * n + j] = found.largest[j];
        arrays[3 * n + j] = found.typical[j];
        arrays[4 * n + j] = found.typical[j] > 0 ? (double)rows->X.rows : 0;
    }
    column_statistics_end(&found, ctx);
    return status;
}

/* How many numbers a part answers with; -1 where that overflows. */
static int64_t answer_length(const part_request *request, const linclass_matrix *X)
{
    const part_fit *fit = &request->fit;
    const int64_t N = part_fit_features(fit);
    const int64_t P = part_fit_parameters(fit);
    switch (request->identity.kind) {
    case PART_STATISTICS:
        return STATISTICS_ARRAYS + STATISTICS_COLUMNS * fit->n;
    case PART_MOMENTS:
        return MOMENTS_ARRAYS + MOMENTS_COLUMNS * N;
    case PART_SAMPLE:
        return sampled_rows_length(fit, X, share_of(request, X->rows));
    case PART_EVALUATE:
        return EVALUATE_GRADIENT + (request->with_gradient ? P : 0);
    case PART_PRODUCT:
        return P;
    case PART_HESSIAN:
        return P > 0 && P > INT64_MAX / P ? -1 : P * P;
    case PART_DUAL_SUMS:
        return dual_sums_length(part_fit_columns(fit));
    case PART_DUAL_GRADIENT:
        return DUAL_GRADIENT + fit->n * part_fit_columns(fit);
    default:
        return -1;
    }
}

linclass_status part_answer_fit(linclass_context *ctx, const part_request *request,
                                const part_rows *rows, part_node *node)
{
    node->length = answer_length(request, &rows->X);
    if (node->length < 0)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the size of an answer overflows");
    linclass_status status =
        context_allocate_doubles(ctx, node->length, "the answer of a part", &node->sums);
    if (status != LINCLASS_OK)
        return status;
    if (request->identity.kind == PART_SAMPLE)
        return sampled_rows_write(ctx, &request->fit, rows, share_of(request, rows->X.rows),
                                  node->sums);
    memset(node->sums, 0, (size_t)node->length * sizeof *node->sums);
    if (rows->X.rows == 0)
        return LINCLASS_OK;
    if (request->identity.kind == PART_STATISTICS)
        return add_statistics(ctx, rows, node->sums);
    objective *F;
    status = make_objective(ctx, &request->fit, rows, &F);
    if (status != LINCLASS_OK)
        return status;
    F->methods->set_smoothing(F, request->fit.mu);
    status = ask_objective(F, request, node->sums);
    F->methods->destroy(F);
    return status;
}
