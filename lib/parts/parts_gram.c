/* Gram matrices are of N^2 numbers each, and a preconditioner takes one for each class: more than the rows that they
 * are made of. So the rows are asked for once, evenly spaced ones of each part by its share, and the matrices are those
 * of an objective over them. */
#include "core/context.h"
#include "parts/parts_methods.h"
#include "parts/sums.h"

void parts_forget_sample(parts_objective *self)
{
    if (self->sample != NULL)
        self->sample->methods->destroy(self->sample);
    sampled_rows_end(self->base.ctx, &self->sampled);
    self->sample = NULL;
}

static void view_rows(parts_objective *self)
{
    const sampled_rows *rows = &self->sampled;
    (void)linclass_matrix_init(&self->rows, sizeof self->rows, (int32_t)rows->dtype, rows->count,
                               rows->n, rows->features, rows->n);
    self->rows.scale = rows->factor;
    if (rows->offsets > 0) {
        self->rows.offset = rows->scores;
        self->rows.offset_stride = rows->offsets;
    }
}

static linclass_status make_objective(parts_objective *self)
{
    linclass_context *ctx = self->base.ctx;
    const part_fit *fit = &self->data->fit;
    view_rows(self);
    const objective_data data = {
        .X = &self->rows,
        .targets = {.y = self->sampled.y,
                    .weights = fit->weighted ? self->sampled.weights : NULL,
                    .smoothing = fit->smoothing},
        .total_weight = fit->total_weight,
        .columns = self->base.columns,
        .loss = (int32_t)fit->loss,
        .with_bias = fit->with_bias != 0,
    };
    const linclass_status made = fit->dtype == LINCLASS_FLOAT32
                                     ? objective_create_f32(ctx, &data, &self->sample)
                                     : objective_create_f64(ctx, &data, &self->sample);
    if (made == LINCLASS_OK)
        self->sample->methods->set_smoothing(self->sample, self->base.mu);
    return made;
}

static linclass_status take_sample(parts_objective *self, int64_t max_rows)
{
    linclass_context *ctx = self->base.ctx;
    const part_fit *fit = &self->data->fit;
    part_request request = {.identity = {.kind = PART_SAMPLE}, .fit = *fit, .max_rows = max_rows};
    part_node all;
    parts_forget_sample(self);
    linclass_status status = part_asker_ask_node(self->data->asker, &request, &all);
    if (status == LINCLASS_OK)
        status = sampled_rows_read(ctx, fit, &all, &self->sampled);
    part_sums_release(ctx, &all);
    if (status != LINCLASS_OK)
        return status;
    self->max_rows = max_rows;
    return make_objective(self);
}

static linclass_status need_sample(parts_objective *self, int64_t max_rows)
{
    if (self->sample != NULL && self->max_rows >= max_rows)
        return LINCLASS_OK;
    const linclass_status status = take_sample(self, max_rows);
    if (status != LINCLASS_OK)
        parts_forget_sample(self);
    return status;
}

linclass_status parts_gram(objective *base, int64_t max_rows, const double *row_weights,
                           const double *means, const double *units, double *gram, double *weight)
{
    parts_objective *self = (parts_objective *)base;
    const linclass_status status = need_sample(self, max_rows);
    if (status != LINCLASS_OK)
        return status;
    objective *F = self->sample;
    return F->methods->gram(F, max_rows, row_weights, means, units, gram, weight);
}

linclass_status parts_curvatures(objective *base, int64_t max_rows, const double *parameters,
                                 int64_t columns, double *curvatures, int64_t *rows)
{
    parts_objective *self = (parts_objective *)base;
    const linclass_status status = need_sample(self, max_rows);
    if (status != LINCLASS_OK)
        return status;
    objective *F = self->sample;
    return F->methods->curvatures(F, max_rows, parameters, columns, curvatures, rows);
}
