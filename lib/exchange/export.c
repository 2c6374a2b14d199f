/* The bytes of a model in another format are made in memory, then written: a file is begun only when nothing but the
 * disk can fail. */
#include <linclass/exchange.h>

#include <inttypes.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/replace_file.h"
#include "exchange/exporters.h"

enum { LONGEST_NAME = 100 };

static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
static const char LETTERS_AND_DIGITS[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

bool export_has_names(const linclass_model *model)
{
    for (int64_t j = 0; j < model->k; j++)
        if (linclass_model_class_name(model, model->labels[j]) == NULL)
            return false;
    return true;
}

static linclass_status check_name(linclass_context *ctx, const char *name)
{
    const size_t length = strlen(name);
    if (length >= 1 && length <= LONGEST_NAME && strchr(LETTERS, name[0]) != NULL &&
        strspn(name, LETTERS_AND_DIGITS) == length)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "name is '%.120s', not an identifier of at most %d letters, digits and _",
                        name, LONGEST_NAME);
}

static linclass_status make(linclass_context *ctx, const linclass_model *model, int32_t format,
                            const char *name, byte_buffer *made)
{
    static exporter *const EXPORTERS[] = {
        [LINCLASS_EXPORT_ONNX] = export_onnx,
        [LINCLASS_EXPORT_C] = export_c,
        [LINCLASS_EXPORT_LIBLINEAR] = export_liblinear,
    };
    if (format < LINCLASS_EXPORT_ONNX || format > LINCLASS_EXPORT_LIBLINEAR)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "format is %d, not a LINCLASS_EXPORT", format);
    if (model->temperature != 1)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model is calibrated, and the other format has no temperature: "
                            "linclass_model_with_temperature(1) gives a model that has none");
    if (name == NULL)
        name = "linclass";
    linclass_status status = check_name(ctx, name);
    if (status == LINCLASS_OK)
        status = EXPORTERS[format](ctx, model, name, made);
    return status == LINCLASS_OK ? made->status : status;
}

static linclass_status write_file(linclass_context *ctx, const byte_buffer *made, const char *path)
{
    file_replacement file;
    linclass_status status = file_replacement_begin(ctx, path, &file);
    if (status != LINCLASS_OK)
        return status;
    status = file_replacement_write(&file, made->bytes, made->count);
    if (status == LINCLASS_OK)
        return file_replacement_commit(&file);
    file_replacement_abandon(&file);
    return status;
}

linclass_status linclass_model_export(linclass_context *ctx, const linclass_model *model,
                                      int32_t format, const char *name, const char *path)
{
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"path", path}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    byte_buffer made = byte_buffer_begin(ctx, "a model in another format");
    linclass_status status = make(ctx, model, format, name, &made);
    if (status == LINCLASS_OK)
        status = write_file(ctx, &made, path);
    byte_buffer_end(&made);
    return status;
}

static linclass_status copy_bytes(linclass_context *ctx, const byte_buffer *made, void *bytes,
                                  int64_t capacity, int64_t *length)
{
    *length = (int64_t)made->count;
    if (bytes == NULL)
        return LINCLASS_OK;
    if (capacity < *length)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "capacity is %" PRId64 ", less than the %" PRId64 " bytes of the model",
                            capacity, *length);
    memcpy(bytes, made->bytes, made->count);
    return LINCLASS_OK;
}

linclass_status linclass_model_export_bytes(linclass_context *ctx, const linclass_model *model,
                                            int32_t format, const char *name, void *bytes,
                                            int64_t capacity, int64_t *length)
{
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"length", length}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    byte_buffer made = byte_buffer_begin(ctx, "a model in another format");
    linclass_status status = make(ctx, model, format, name, &made);
    if (status == LINCLASS_OK)
        status = copy_bytes(ctx, &made, bytes, capacity, length);
    byte_buffer_end(&made);
    return status;
}
