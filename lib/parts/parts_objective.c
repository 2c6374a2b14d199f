/* The objective over parts: each method is a request, and the sum of its answers what the objective over all rows would
 * compute; the penalties are added here, at the parameters as the parts round them. */
#include "parts/parts_objective.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "parts/parts_methods.h"
#include "parts/sums.h"
#include "sweep/losses.h"

double parts_round(const objective *F, double value)
{
    return F->epsilon > DBL_EPSILON ? (double)(float)value : value;
}

double parts_penalty(const objective *F, const double *parameters)
{
    double absolute = 0;
    double square = 0;
    for (int64_t e = 0; e < F->weights && (F->l1 > 0 || F->l2 > 0); e++) {
        const double weight = parts_round(F, parameters[e]);
        absolute += fabs(weight);
        square += weight * weight;
    }
    return F->l1 * absolute + F->l2 / 2 * square;
}

/* target := sums + l2 times the weights that the parts saw. */
static void add_l2(const objective *F, const double *sums, const double *weights, double *target)
{
    memcpy(target, sums, (size_t)F->parameters * sizeof *target);
    for (int64_t e = 0; e < F->weights && F->l2 > 0; e++)
        target[e] += F->l2 * parts_round(F, weights[e]);
}

linclass_status parts_ask(const parts_objective *self, part_request *request, int64_t kind,
                          int64_t length, double **sums)
{
    request->identity.kind = kind;
    request->fit = self->data->fit;
    request->fit.mu = self->base.mu;
    return part_asker_ask(self->data->asker, request, length, sums, NULL);
}

static bool has_curvature(const linclass_context *ctx, int32_t loss)
{
    return loss_kernel_of_f64(ctx->vector_set, loss)->curvature != NULL;
}

static void set_penalties(objective *base, double l1, double l2)
{
    base->l1 = l1;
    base->l2 = l2;
}

static void set_smoothing(objective *base, double mu)
{
    parts_objective *self = (parts_objective *)base;
    const int32_t loss = (int32_t)self->data->fit.loss;
    base->mu = mu;
    base->smooth = mu > 0 || loss_is_smooth(loss);
    base->twice_differentiable = mu > 0 || has_curvature(base->ctx, loss);
    base->curvature_jumps = mu > 0 || loss_curvature_jumps(loss);
    if (self->sample != NULL)
        self->sample->methods->set_smoothing(self->sample, mu);
}

static linclass_status evaluate(objective *base, const sample_batch *batch,
                                const double *parameters, objective_value *value, double *gradient)
{
    if (batch != NULL)
        return context_fail(base->ctx, LINCLASS_ERROR_UNSUPPORTED, "parts have no minibatches");
    part_request request = {.with_gradient = gradient != NULL, .parameters = parameters};
    double *sums;
    const linclass_status status =
        parts_ask((parts_objective *)base, &request, PART_EVALUATE,
                  EVALUATE_GRADIENT + (gradient != NULL ? base->parameters : 0), &sums);
    if (status != LINCLASS_OK)
        return status;
    value->loss = sums[EVALUATE_LOSS];
    value->error = sums[EVALUATE_ERROR];
    value->objective = value->loss + parts_penalty(base, parameters);
    if (gradient != NULL)
        add_l2(base, sums + EVALUATE_GRADIENT, parameters, gradient);
    context_release(base->ctx, sums);
    if (!isfinite(value->objective))
        return context_fail(base->ctx, LINCLASS_ERROR_NUMERIC, "the objective overflows");
    return LINCLASS_OK;
}

static linclass_status hessian_product(objective *base, const double *parameters,
                                       const double *direction, double *product)
{
    if (!base->twice_differentiable)
        return context_fail(base->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the loss has no second derivative");
    part_request request = {.parameters = parameters, .direction = direction};
    double *sums;
    const linclass_status status =
        parts_ask((parts_objective *)base, &request, PART_PRODUCT, base->parameters, &sums);
    if (status == LINCLASS_OK)
        add_l2(base, sums, direction, product);
    context_release(base->ctx, sums);
    return status;
}

/* The parts answer for all parameters; of which some may be chosen here. */
static linclass_status hessian(objective *base, const double *parameters, const double *means,
                               const int64_t *chosen, int64_t count, double *target)
{
    const int64_t P = base->parameters;
    part_request request = {.parameters = parameters, .means = means};
    double *sums;
    if (P > 0 && P > INT64_MAX / (int64_t)sizeof(double) / P)
        return context_fail(base->ctx, LINCLASS_ERROR_DIMENSION, "the size of F'' overflows");
    const linclass_status status =
        parts_ask((parts_objective *)base, &request, PART_HESSIAN, P * P, &sums);
    if (status == LINCLASS_OK) {
        for (int64_t a = 0; a < base->weights; a++)
            sums[a * P + a] += base->l2;
        for (int64_t a = 0; chosen != NULL && a < count; a++) {
            for (int64_t b = 0; b < count; b++)
                target[a * count + b] = sums[chosen[a] * P + chosen[b]];
        }
        if (chosen == NULL)
            memcpy(target, sums, (size_t)(P * P) * sizeof *target);
    }
    context_release(base->ctx, sums);
    return status;
}

static linclass_status moments(objective *base, int64_t max_rows, feature_sums *sums)
{
    const int64_t N = base->parameters / base->columns;
    const size_t bytes = (size_t)N * sizeof(double);
    part_request request = {.max_rows = max_rows};
    double *found;
    const linclass_status status = parts_ask((parts_objective *)base, &request, PART_MOMENTS,
                                             MOMENTS_ARRAYS + MOMENTS_COLUMNS * N, &found);
    if (status != LINCLASS_OK)
        return status;
    const double *arrays = found + MOMENTS_ARRAYS;
    sums->weight = found[MOMENTS_WEIGHT];
    memcpy(sums->square, arrays, bytes);
    memcpy(sums->shift, arrays + N, bytes);
    memcpy(sums->distance, arrays + 2 * N, bytes);
    memcpy(sums->spread, arrays + 3 * N, bytes);
    context_release(base->ctx, found);
    return LINCLASS_OK;
}

static linclass_status steps_begin(objective *base, const double *parameters, int64_t max_batch,
                                   double momentum)
{
    (void)parameters;
    (void)max_batch;
    (void)momentum;
    return context_fail(base->ctx, LINCLASS_ERROR_UNSUPPORTED, "parts have no minibatches");
}

static linclass_status step(objective *base, const sample_batch *batch, double learning_rate)
{
    (void)batch;
    (void)learning_rate;
    return context_fail(base->ctx, LINCLASS_ERROR_UNSUPPORTED, "parts have no minibatches");
}

static void steps_store(objective *base, double *parameters)
{
    (void)base;
    (void)parameters;
}

static void steps_end(objective *base)
{
    (void)base;
}

static void destroy(objective *base)
{
    parts_objective *self = (parts_objective *)base;
    parts_forget_sample(self);
    context_release(base->ctx, self);
}

static const objective_methods METHODS = {
    .set_penalties = set_penalties,
    .set_smoothing = set_smoothing,
    .evaluate = evaluate,
    .lower_bound = parts_lower_bound,
    .hessian_product = hessian_product,
    .hessian = hessian,
    .gram = parts_gram,
    .curvatures = parts_curvatures,
    .moments = moments,
    .steps_begin = steps_begin,
    .step = step,
    .steps_store = steps_store,
    .steps_end = steps_end,
    .destroy = destroy,
};

static void describe(linclass_context *ctx, const parts_data *data, objective *F)
{
    const int32_t loss = (int32_t)data->fit.loss;
    const int64_t columns = part_fit_columns(&data->fit);
    *F = (objective){
        .methods = &METHODS,
        .ctx = ctx,
        .samples = data->fit.samples,
        .columns = columns,
        .weights = data->fit.n * columns,
        .parameters = part_fit_parameters(&data->fit),
        .convex = loss_is_convex(loss),
        .smooth = loss_is_smooth(loss),
        .twice_differentiable = has_curvature(ctx, loss),
        .can_smooth = loss_kernel_of_f64(ctx->vector_set, loss)->smooth_residual != NULL,
        .curvature_jumps = loss_curvature_jumps(loss),
        .epsilon = data->fit.dtype == LINCLASS_FLOAT32 ? (double)FLT_EPSILON : DBL_EPSILON,
        .curvature_bound = loss_curvature_bound(loss),
        .step_curvature = loss_step_curvature(loss, columns),
        .elements = data->elements,
        .largest_weight = data->largest_weight,
        .lower = -INFINITY,
        .upper = INFINITY,
        .in_parts = true,
    };
}

linclass_status parts_objective_create(linclass_context *ctx, const parts_data *data,
                                       objective **made)
{
    void *memory;
    const linclass_status status =
        context_allocate(ctx, sizeof(parts_objective), "the objective", &memory);
    if (status != LINCLASS_OK)
        return status;
    parts_objective *self = memory;
    memset(self, 0, sizeof *self);
    self->data = data;
    describe(ctx, data, &self->base);
    *made = &self->base;
    return LINCLASS_OK;
}

linclass_status parts_statistics(linclass_context *ctx, const parts_data *data,
                                 column_statistics *made)
{
    const int64_t n = data->fit.n;
    part_request request = {.identity = {.kind = PART_STATISTICS}, .fit = data->fit};
    double *sums;
    linclass_status status = part_asker_ask(
        data->asker, &request, STATISTICS_ARRAYS + STATISTICS_COLUMNS * n, &sums, NULL);
    if (status != LINCLASS_OK)
        return status;
    double *means;
    status = context_allocate_doubles(ctx, 4 * n, "statistics of columns", &means);
    if (status == LINCLASS_OK) {
        *made = (column_statistics){means, means + n, means + 2 * n, means + 3 * n};
        memcpy(means, sums + STATISTICS_ARRAYS, (size_t)(4 * n) * sizeof *means);
        for (int64_t j = 0; j < n; j++)
            made->variance[j] /= sums[STATISTICS_WEIGHT];
    }
    context_release(ctx, sums);
    return status;
}
