/* The header of a model file against what this library reads: words, tensors, numbers. Unknown keys of
 * the metadata are passed over, so that a later release may say more about a model; anything that
 * would change what a model computes comes with another schema number, loss or tensor, and those are
 * refused. */
#include "model/description.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "model/file_fields.h"

typedef struct place {
    linclass_context *ctx;
    const char *path;
} place;

static linclass_status fail(const place *at, const char *what)
{
    return context_fail(at->ctx, LINCLASS_ERROR_FORMAT, "%.300s: %s", at->path, what);
}

static linclass_status check_word(const place *at, const safetensors_header *header,
                                  const char *key, const char *expected)
{
    const char *value = safetensors_metadata(header, key);
    if (value != NULL && strcmp(value, expected) == 0)
        return LINCLASS_OK;
    return context_fail(at->ctx, LINCLASS_ERROR_FORMAT,
                        "%.300s: metadata '%s' is '%.64s', not '%s', which this library reads",
                        at->path, key, value == NULL ? "missing" : value, expected);
}

static linclass_status read_fields(const place *at, const safetensors_header *header,
                                   const file_field *fields, int count, void *object)
{
    for (int i = 0; i < count; i++) {
        const char *value = safetensors_metadata(header, fields[i].key);
        if (value == NULL || !file_field_parse(&fields[i], value, object))
            return context_fail(at->ctx, LINCLASS_ERROR_FORMAT,
                                "%.300s: metadata '%s' is '%.64s', not a number of its type",
                                at->path, fields[i].key, value == NULL ? "missing" : value);
    }
    return LINCLASS_OK;
}

static bool is_vector(const safetensors_tensor *tensor, int dtype, int64_t length)
{
    return tensor->dtype == dtype && tensor->rank == 1 && tensor->shape[0] == length;
}

static linclass_status check_tensors(const place *at, const safetensors_header *header,
                                     model_description *described)
{
    described->labels = safetensors_find(header, "labels");
    described->theta = safetensors_find(header, "theta");
    described->bias = safetensors_find(header, "bias");
    const safetensors_tensor *theta = described->theta;
    if (theta == NULL || described->labels == NULL)
        return fail(at, "tensor 'theta' or 'labels' is missing");
    if (header->count != (described->bias == NULL ? 2 : 3))
        return fail(at, "there is a tensor other than 'theta', 'bias' and 'labels'");
    if (theta->dtype == SAFETENSORS_I64 || theta->rank != 2 || theta->shape[1] < 1)
        return fail(at, "tensor 'theta' is not n x k, k >= 1, of F32 or F64");
    if (!is_vector(described->labels, SAFETENSORS_I64, theta->shape[1]))
        return fail(at, "tensor 'labels' is not k of I64");
    if (described->bias != NULL && !is_vector(described->bias, theta->dtype, theta->shape[1]))
        return fail(at, "tensor 'bias' is not k of the type of 'theta'");
    return check_word(at, header, "dtype", safetensors_dtype_name(theta->dtype));
}

linclass_status describe_model(linclass_context *ctx, const char *path,
                               const safetensors_header *header, model_description *described)
{
    const place *at = &(place){ctx, path};
    linclass_status status = check_word(at, header, "format", FILE_FORMAT);
    if (status == LINCLASS_OK)
        status = check_word(at, header, "schema", FILE_SCHEMA);
    if (status != LINCLASS_OK)
        return status;
    const char *name = safetensors_metadata(header, "loss");
    described->loss = name == NULL ? NULL : model_loss_named(name);
    if (described->loss == NULL)
        return context_fail(at->ctx, LINCLASS_ERROR_FORMAT,
                            "%.300s: metadata 'loss' is '%.64s', which this library does not know",
                            at->path, name == NULL ? "missing" : name);
    return check_tensors(at, header, described);
}

linclass_status describe_training(linclass_context *ctx, const char *path,
                                  const safetensors_header *header, linclass_model *model)
{
    const place *at = &(place){ctx, path};
    linclass_status status =
        read_fields(at, header, FILE_MODEL_FIELDS, FILE_MODEL_FIELD_COUNT, model);
    if (status != LINCLASS_OK)
        return status;
    if (!isfinite(model->scale) || model->scale == 0 || !isfinite(model->l1) || model->l1 < 0 ||
        !isfinite(model->l2) || model->l2 < 0)
        return fail(at, "metadata 'scale', 'l1' or 'l2' is out of range");
    model->has_report = safetensors_metadata(header, FILE_REPORT_FIELDS[0].key) != NULL;
    if (!model->has_report)
        return LINCLASS_OK;
    model->report.size = sizeof model->report;
    return read_fields(at, header, FILE_REPORT_FIELDS, FILE_REPORT_FIELD_COUNT, &model->report);
}
