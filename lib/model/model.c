/* The model's memory and what it says of itself.
 *
 * A model is one block: the struct, theta (n x k), its transpose where scores are made
 * faster from that, bias (k), labels (k), class weights (k), metadata. One allocation can fail only once, and one release
 * cannot forget a part. */
#include "model/model.h"

#include <string.h>

#include "core/context.h"
#include "linalg/transpose.h"
#include "model/parameters.h"
#include "sweep/blocks.h"

size_t model_element_bytes(int32_t dtype)
{
    return dtype == LINCLASS_FLOAT32 ? sizeof(float) : sizeof(double);
}

/* Bytes of the parts, each rounded up to the alignment of the block. */
typedef struct model_layout {
    size_t theta;
    size_t theta_by_class;
    size_t bias;
    size_t labels;
    size_t class_weights;
    size_t texts;
    size_t json;
    size_t total;
} model_layout;

/* The next part, of `bytes` bytes: where it begins, 0 when it is not wanted. */
static bool lay_part(bool wanted, size_t bytes, size_t *end, size_t *part)
{
    *part = wanted ? *end : 0;
    return !wanted || checked_add(end, bytes);
}

static bool lay_out(const model_shape *shape, model_layout *layout)
{
    const int64_t n = shape->n;
    const int64_t k = shape->k;
    const size_t element = model_element_bytes(shape->dtype);
    size_t theta;
    size_t bias;
    size_t of_classes;
    if (!checked_bytes(n, k, element, &theta) || !checked_bytes(1, k, element, &bias) ||
        !checked_bytes(1, k, sizeof(int64_t), &of_classes))
        return false;
    const size_t texts = shape->metadata.texts_bytes;
    layout->total = 0;
    size_t *end = &layout->total;
    return checked_add(end, sizeof(linclass_model)) && lay_part(true, theta, end, &layout->theta) &&
           lay_part(blocks_scores_by_class(n, k), theta, end, &layout->theta_by_class) &&
           lay_part(shape->with_bias, bias, end, &layout->bias) &&
           lay_part(true, of_classes, end, &layout->labels) &&
           lay_part(shape->with_class_weights, of_classes, end, &layout->class_weights) &&
           lay_part(texts > 0, texts, end, &layout->texts) &&
           lay_part(texts > 0, shape->metadata.json_bytes, end, &layout->json);
}

linclass_status model_new(linclass_context *ctx, int32_t loss, const model_shape *shape,
                          linclass_model **model)
{
    *model = NULL;
    model_layout layout;
    if (!lay_out(shape, &layout))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "a model of n = %lld features and k = %lld classes is too large",
                            (long long)shape->n, (long long)shape->k);
    void *taken;
    const linclass_status status = context_allocate(ctx, layout.total, "the model", &taken);
    if (status != LINCLASS_OK)
        return status;
    char *const block = memset(taken, 0, layout.total);
    linclass_model *made = taken;
    made->allocator = ctx->allocator;
    made->loss = loss;
    made->dtype = shape->dtype;
    made->n = shape->n;
    made->k = shape->k;
    made->theta = block + layout.theta;
    made->theta_by_class = layout.theta_by_class == 0 ? NULL : block + layout.theta_by_class;
    made->bias = layout.bias == 0 ? NULL : block + layout.bias;
    made->labels = (int64_t *)(block + layout.labels);
    made->class_weights =
        layout.class_weights == 0 ? NULL : (double *)(block + layout.class_weights);
    made->metadata.texts = layout.texts == 0 ? NULL : block + layout.texts;
    made->metadata.json = layout.json == 0 ? NULL : block + layout.json;
    for (int64_t j = 0; j < shape->k; j++)
        made->labels[j] = j;
    made->scale = 1;
    *model = made;
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

const double *linclass_model_class_weights(const linclass_model *model)
{
    return model->class_weights;
}
