/* Copies of a model, which is immutable: whoever changes one thing about it changes a copy. */
#include <string.h>

#include "data/encoding.h"
#include "model/model.h"

static void copy_doubles(int64_t count, const double *from, double *to)
{
    if (from != NULL && count > 0)
        memcpy(to, from, (size_t)count * sizeof(double));
}

static linclass_status copy_numbers(linclass_context *ctx, const linclass_model *model,
                                    size_t metadata_bytes, int64_t set_rows,
                                    bool with_standardization, linclass_model **copy)
{
    const model_shape shape = {
        .dtype = model->dtype,
        .n = model->n,
        .k = model->k,
        .with_bias = model->bias != NULL,
        .with_class_weights = model->class_weights != NULL,
        .with_standardization = with_standardization,
        .metadata_bytes = metadata_bytes,
        .set_rows = set_rows,
    };
    linclass_model *made;
    *copy = NULL;
    const linclass_status status = model_new(ctx, model->loss, &shape, &made);
    if (status != LINCLASS_OK)
        return status;
    const size_t element = model_element_bytes(model->dtype);
    const size_t k = (size_t)model->k;
    if (model->n > 0)
        memcpy(made->theta, model->theta, (size_t)model->n * k * element);
    if (model->bias != NULL)
        memcpy(made->bias, model->bias, k * element);
    copy_doubles(model->k, model->class_weights, made->class_weights);
    copy_doubles(model->n, model->column_mean, made->column_mean);
    copy_doubles(model->n, model->column_factor, made->column_factor);
    copy_doubles(model->k, model->fitted_bias, made->fitted_bias);
    memcpy(made->labels, model->labels, k * sizeof(int64_t));
    made->scale = model->scale;
    made->l1 = model->l1;
    made->l2 = model->l2;
    made->group_l1 = model->group_l1;
    made->weight_min = model->weight_min;
    made->weight_max = model->weight_max;
    made->temperature = model->temperature;
    if (set_rows > 0 && set_rows == model->set_rows) {
        made->sets = model->sets;
        memcpy(made->set_scores, model->set_scores, (size_t)set_rows * sizeof(double));
    }
    made->has_report = model->has_report;
    made->report = model->report;
    model_finish(made);
    *copy = made;
    return LINCLASS_OK;
}

linclass_status model_copy_without_texts(linclass_context *ctx, const linclass_model *model,
                                         size_t metadata_bytes, int64_t set_rows,
                                         linclass_model **copy)
{
    return copy_numbers(ctx, model, metadata_bytes, set_rows, model->column_factor != NULL, copy);
}

linclass_status model_copy_as(linclass_context *ctx, const linclass_model *model, int64_t set_rows,
                              bool with_standardization, linclass_model **copy)
{
    linclass_encoding *encoding = NULL;
    *copy = NULL;
    linclass_status status = LINCLASS_OK;
    if (model->encoding != NULL)
        status = encoding_copy(ctx, model->encoding, &encoding);
    if (status == LINCLASS_OK)
        status =
            copy_numbers(ctx, model, model->metadata.bytes, set_rows, with_standardization, copy);
    if (status != LINCLASS_OK) {
        encoding_destroy(encoding);
        return status;
    }
    if (model->metadata.bytes > 0)
        memcpy((*copy)->metadata.texts, model->metadata.texts, model->metadata.bytes);
    (*copy)->metadata.bytes = model->metadata.bytes;
    (*copy)->encoding = encoding;
    return LINCLASS_OK;
}

linclass_status model_copy(linclass_context *ctx, const linclass_model *model, int64_t set_rows,
                           linclass_model **copy)
{
    return model_copy_as(ctx, model, set_rows, model->column_factor != NULL, copy);
}
