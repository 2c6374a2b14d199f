/* The model's memory and what it says of itself.
 *
 * A model is one block: the struct, theta (n x k), its transpose where scores are made
 * faster from that, bias (k), labels (k), class weights (k), scores of held-out rows for prediction sets, metadata. One
 * allocation can fail only once, and one release cannot forget a part. Only the encoding of a table, where there is
 * one, is apart. */
#include "model/model.h"

#include <math.h>
#include <string.h>

#include <linclass/calibration.h>

#include "core/context.h"
#include "core/space.h"
#include "data/encoding.h"
#include "linalg/transpose.h"
#include "model/parameters.h"
#include "sweep/blocks.h"

size_t model_element_bytes(int32_t dtype)
{
    return dtype == LINCLASS_FLOAT32 ? sizeof(float) : sizeof(double);
}

typedef struct model_layout {
    const model_shape *shape;
    linclass_model
        model; /* its pointers are into the block, of which the model itself is the first part */
} model_layout;

static void lay_out(void *owner, space_plan *plan)
{
    model_layout *self = owner;
    const model_shape *shape = self->shape;
    const int64_t n = shape->n;
    const int64_t k = shape->k;
    const size_t element = model_element_bytes(shape->dtype);
    linclass_model *made = &self->model;
    (void)space_next(plan, 1, 1, sizeof *made);
    made->theta = space_next(plan, n, k, element);
    if (blocks_scores_by_class(n, k))
        made->theta_by_class = space_next(plan, n, k, element);
    if (shape->with_bias)
        made->bias = space_next(plan, 1, k, element);
    made->labels = space_next(plan, 1, k, sizeof *made->labels);
    if (shape->with_class_weights)
        made->class_weights = space_doubles(plan, 1, k);
    if (shape->with_standardization) {
        made->column_mean = space_doubles(plan, 1, n);
        made->column_factor = space_doubles(plan, 1, n);
    }
    if (shape->with_standardization && shape->with_bias)
        made->fitted_bias = space_doubles(plan, 1, k);
    made->set_rows = shape->set_rows;
    if (shape->set_rows > 0)
        made->set_scores = space_doubles(plan, 1, shape->set_rows);
    if (shape->metadata_bytes > 0)
        made->metadata.texts = space_next(plan, 1, 1, shape->metadata_bytes);
}

linclass_status model_new(linclass_context *ctx, int32_t loss, const model_shape *shape,
                          linclass_model **model)
{
    model_layout layout = {.shape = shape,
                           .model = {.allocator = ctx->allocator,
                                     .loss = loss,
                                     .dtype = shape->dtype,
                                     .n = shape->n,
                                     .k = shape->k,
                                     .scale = 1,
                                     .weight_min = -(double)INFINITY,
                                     .weight_max = (double)INFINITY,
                                     .temperature = 1}};
    *model = NULL;
    space_plan measured = {0};
    lay_out(&layout, &measured);
    if (measured.overflow)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "a model of n = %lld features and k = %lld classes is too large",
                            (long long)shape->n, (long long)shape->k);
    void *block;
    const linclass_status status = context_allocate(ctx, measured.bytes, "the model", &block);
    if (status != LINCLASS_OK)
        return status;
    memset(block, 0, measured.bytes);
    space_plan laid_out = {.base = block};
    lay_out(&layout, &laid_out);
    for (int64_t j = 0; j < shape->k; j++)
        layout.model.labels[j] = j;
    *model = block;
    **model = layout.model;
    return LINCLASS_OK;
}

void model_finish(linclass_model *model)
{
    if (model->theta_by_class == NULL)
        return;
    if (model->dtype == LINCLASS_FLOAT32)
        transpose_f32(model->n, model->k, model->theta, model->k, model->theta_by_class, model->n);
    else
        transpose_f64(model->n, model->k, model->theta, model->k, model->theta_by_class, model->n);
}

int64_t model_find_not_ascending(int64_t k, const int64_t *labels)
{
    for (int64_t i = 1; i < k; i++)
        if (labels[i] <= labels[i - 1])
            return i;
    return -1;
}

int64_t model_find_non_finite(int32_t dtype, int64_t count, const void *values)
{
    return dtype == LINCLASS_FLOAT32 ? parameters_find_non_finite_f32(count, values)
                                     : parameters_find_non_finite_f64(count, values);
}

double model_value(int32_t dtype, const void *values, int64_t index)
{
    return dtype == LINCLASS_FLOAT32 ? (double)((const float *)values)[index]
                                     : ((const double *)values)[index];
}

void model_copy_parameters(const linclass_model *self, int64_t columns, double *parameters)
{
    const int64_t k = self->k;
    const int64_t rows = self->n + (self->bias != NULL);
    for (int64_t i = 0; i < rows; i++) {
        const void *values = i < self->n ? self->theta : self->bias;
        const int64_t row = i < self->n ? i : 0;
        for (int64_t j = 0; j < columns; j++) {
            const double value = model_value(self->dtype, values, row * k + (k - columns) + j);
            /* One score is what class 1 has over class 0. */
            const double other = columns < k ? model_value(self->dtype, values, row * k) : 0;
            parameters[i * columns + j] = value - other;
        }
    }
}

void linclass_model_destroy(linclass_model *model)
{
    if (model == NULL)
        return;
    const allocator source = model->allocator;
    encoding_destroy(model->encoding);
    allocator_give(&source, model);
}

int64_t linclass_model_features(const linclass_model *model)
{
    return model->n;
}

int64_t linclass_model_classes(const linclass_model *model)
{
    return model->k;
}

int32_t linclass_model_dtype(const linclass_model *model)
{
    return model->dtype;
}

int32_t linclass_model_loss(const linclass_model *model)
{
    return model->loss;
}

const int64_t *linclass_model_labels(const linclass_model *model)
{
    return model->labels;
}

const void *linclass_model_theta(const linclass_model *model)
{
    return model->theta;
}

const void *linclass_model_bias(const linclass_model *model)
{
    return model->bias;
}

double linclass_model_scale(const linclass_model *model)
{
    return model->scale;
}

double linclass_model_l1(const linclass_model *model)
{
    return model->l1;
}

double linclass_model_l2(const linclass_model *model)
{
    return model->l2;
}

int32_t linclass_model_group_l1(const linclass_model *model)
{
    return model->group_l1;
}

double linclass_model_weight_min(const linclass_model *model)
{
    return model->weight_min;
}

double linclass_model_weight_max(const linclass_model *model)
{
    return model->weight_max;
}

int32_t linclass_model_sets(const linclass_model *model)
{
    return model->sets;
}

int64_t linclass_model_sets_samples(const linclass_model *model)
{
    return model->set_rows;
}

double linclass_model_temperature(const linclass_model *model)
{
    return model->temperature;
}

const double *linclass_model_class_weights(const linclass_model *model)
{
    return model->class_weights;
}
