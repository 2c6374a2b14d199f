/* The model's memory and what it says of itself.
 *
 * A model is one block: the struct, theta (n x k), its transpose where scores are made
 * faster from that, bias (k), labels (k). One allocation can fail only once, and one release
 * cannot forget a part. */
#include "model/model.h"

#include <string.h>

#include "core/context.h"
#include "core/versioned.h"
#include "model/parameters.h"
#include "objective/blocks.h"

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
    size_t total;
} model_layout;

static bool lay_out(int64_t n, int64_t k, size_t element, bool with_bias, model_layout *layout)
{
    size_t theta;
    size_t bias;
    size_t labels;
    if (!checked_bytes(n, k, element, &theta) || !checked_bytes(1, k, element, &bias) ||
        !checked_bytes(1, k, sizeof(int64_t), &labels))
        return false;
    const bool transposed = blocks_scores_by_class(n, k);
    size_t end = 0;
    if (!checked_add(&end, sizeof(linclass_model)))
        return false;
    layout->theta = end;
    if (!checked_add(&end, theta))
        return false;
    layout->theta_by_class = transposed ? end : 0;
    if (!checked_add(&end, transposed ? theta : 0))
        return false;
    layout->bias = with_bias ? end : 0;
    if (!checked_add(&end, with_bias ? bias : 0))
        return false;
    layout->labels = end;
    if (!checked_add(&end, labels))
        return false;
    layout->total = end;
    return true;
}

linclass_status model_new(linclass_context *ctx, int32_t loss, int32_t dtype, int64_t n, int64_t k,
                          bool with_bias, linclass_model **model)
{
    *model = NULL;
    model_layout layout;
    if (!lay_out(n, k, model_element_bytes(dtype), with_bias, &layout))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "a model of n = %lld features and k = %lld classes is too large",
                            (long long)n, (long long)k);
    void *taken;
    const linclass_status status = context_allocate(ctx, layout.total, "the model", &taken);
    if (status != LINCLASS_OK)
        return status;
    char *const block = memset(taken, 0, layout.total);
    linclass_model *made = taken;
    made->allocator = ctx->allocator;
    made->loss = loss;
    made->dtype = dtype;
    made->n = n;
    made->k = k;
    made->theta = block + layout.theta;
    made->theta_by_class = layout.theta_by_class == 0 ? NULL : block + layout.theta_by_class;
    made->bias = layout.bias == 0 ? NULL : block + layout.bias;
    made->labels = (int64_t *)(block + layout.labels);
    for (int64_t j = 0; j < k; j++)
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
        parameters_transpose_f32(model->n, model->k, model->theta, model->theta_by_class);
    else
        parameters_transpose_f64(model->n, model->k, model->theta, model->theta_by_class);
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

linclass_status linclass_model_report(const linclass_model *model, linclass_fit_report *report)
{
    if (model == NULL || report == NULL || !model->has_report)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    return versioned_write(NULL, "report", report, &model->report, sizeof model->report,
                           FIT_REPORT_FIRST_SIZE);
}
