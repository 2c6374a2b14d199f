/* Gram matrices are of N^2 numbers each, and a preconditioner takes one for each class: more than the rows that they are
 * made of. So the rows are asked for once, evenly spaced ones of each part by its share, and the matrices are those
 * of an objective over them. */
#include <math.h>

#include "core/context.h"
#include "core/space.h"
#include "parts/parts_methods.h"
#include "parts/sums.h"

typedef struct sample_targets {
    int64_t rows;
    int64_t *y;
    double *weights;
} sample_targets;

static void lay_out(void *owner, space_plan *plan)
{
    sample_targets *self = owner;
    self->y = space_next(plan, self->rows, 1, sizeof *self->y);
    self->weights = space_doubles(plan, self->rows, 1);
}

void parts_forget_sample(parts_objective *self)
{
    linclass_context *ctx = self->base.ctx;
    if (self->sample != NULL)
        self->sample->methods->destroy(self->sample);
    context_release(ctx, self->memory);
    context_release(ctx, self->sampled);
    self->sample = NULL;
    self->memory = NULL;
    self->sampled = NULL;
}

static linclass_status read_targets(parts_objective *self, sample_targets *targets)
{
    const part_fit *fit = &self->data->fit;
    const double *row = self->sampled;
    linclass_status status =
        space_lay_out(self->base.ctx, lay_out, targets, "sampled rows", &self->memory);
    for (int64_t i = 0; i < targets->rows && status == LINCLASS_OK; i++) {
        const double class = row[SAMPLE_CLASS];
        const double weight = row[SAMPLE_WEIGHT];
        if (!(class >= 0 && class < (double)fit->k && weight >= 0 && isfinite(weight)))
            status = context_fail(self->base.ctx, LINCLASS_ERROR_FORMAT,
                                  "the reply has a row of class %g and weight %g", class, weight);
        else
            targets->y[i] = (int64_t) class;
        targets->weights[i] = weight;
        row += SAMPLE_FEATURES + fit->n;
    }
    return status;
}

static linclass_status make_objective(parts_objective *self)
{
    linclass_context *ctx = self->base.ctx;
    const part_fit *fit = &self->data->fit;
    sample_targets targets = {.rows = self->rows.rows};
    const linclass_status status = read_targets(self, &targets);
    if (status != LINCLASS_OK)
        return status;
    const objective_data data = {
        .X = &self->rows,
        .targets = {.y = targets.y,
                    .weights = fit->weighted ? targets.weights : NULL,
                    .smoothing = fit->smoothing},
        .total_weight = fit->total_weight,
        .columns = self->base.columns,
        .loss = (int32_t)fit->loss,
        .with_bias = fit->with_bias != 0,
    };
    return fit->dtype == LINCLASS_FLOAT32 ? objective_create_f32(ctx, &data, &self->sample)
                                          : objective_create_f64(ctx, &data, &self->sample);
}

static linclass_status take_sample(parts_objective *self, int64_t max_rows)
{
    linclass_context *ctx = self->base.ctx;
    const int64_t n = self->data->fit.n;
    const int64_t width = SAMPLE_FEATURES + n;
    part_request request = {
        .identity = {.kind = PART_SAMPLE}, .fit = self->data->fit, .max_rows = max_rows};
    int64_t length;
    parts_forget_sample(self);
    const linclass_status status =
        part_asker_ask(self->data->asker, &request, -1, &self->sampled, &length);
    if (status != LINCLASS_OK)
        return status;
    if (length == 0 || length % width != 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "the reply has %lld numbers, not rows of %lld", (long long)length,
                            (long long)width);
    (void)linclass_matrix_init(&self->rows, sizeof self->rows, LINCLASS_FLOAT64, length / width, n,
                               self->sampled + SAMPLE_FEATURES, width);
    self->max_rows = max_rows;
    return make_objective(self);
}

linclass_status parts_gram(objective *base, int64_t max_rows, const double *parameters,
                           int64_t column, const double *means, const double *units, double *gram,
                           double *weight)
{
    parts_objective *self = (parts_objective *)base;
    if (self->sample == NULL || self->max_rows != max_rows) {
        const linclass_status status = take_sample(self, max_rows);
        if (status != LINCLASS_OK) {
            parts_forget_sample(self);
            return status;
        }
    }
    objective *F = self->sample;
    return F->methods->gram(F, F->samples, parameters, column, means, units, gram, weight);
}
