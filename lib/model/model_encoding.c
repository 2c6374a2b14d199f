/* A model that knows the table it was fitted to: the encoding is kept as it is used, and as the text that a
 * file has. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linclass/model.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/json_string.h"
#include "data/encoding.h"
#include "data/encoding_text.h"
#include "model/model.h"

/* Whether the features of the encoding can be those of a model of n. */
static bool fits(const linclass_encoding *encoding, int64_t n)
{
    return encoding->columns == 0 || linclass_encoding_features(encoding) == n;
}

static linclass_status with_encoding(linclass_context *ctx, const linclass_model *model,
                                     const linclass_encoding *encoding, linclass_model **changed)
{
    char *text;
    linclass_status status = encoding_text(ctx, encoding, &text);
    if (status != LINCLASS_OK)
        return status;
    const size_t bytes = json_escape(text, NULL);
    linclass_encoding *copy = NULL;
    if (bytes > METADATA_ENCODING_BYTES)
        status = context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                              "the names and categories of the table are %zu bytes, more than %d",
                              bytes, METADATA_ENCODING_BYTES);
    else
        status = encoding_copy(ctx, encoding, &copy);
    if (status == LINCLASS_OK)
        status = metadata_change(ctx, model, METADATA_ENCODING, text, copy, changed);
    context_release(ctx, text);
    return status;
}

linclass_status linclass_model_with_encoding(linclass_context *ctx, const linclass_model *model,
                                             const linclass_encoding *encoding,
                                             linclass_model **changed)
{
    if (changed != NULL)
        *changed = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"changed", changed}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (encoding == NULL)
        return metadata_change(ctx, model, METADATA_ENCODING, NULL, NULL, changed);
    if (!fits(encoding, model->n))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "encoding has %" PRId64 " features and the model %" PRId64,
                            linclass_encoding_features(encoding), model->n);
    return with_encoding(ctx, model, encoding, changed);
}

static linclass_status check_class_names(linclass_context *ctx, int64_t count,
                                         const char *const *names)
{
    const linclass_status status = check_dimension(ctx, "count", count);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t c = 0; c < count; c++) {
        if (names == NULL || names[c] == NULL)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "names[%" PRId64 "] is NULL",
                                c);
        const size_t length = strlen(names[c]);
        const size_t valid = utf8_valid_bytes(names[c], length);
        if (valid < length)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "names[%" PRId64 "] is no UTF-8: its byte %zu is 0x%02x", c, valid,
                                (unsigned)(unsigned char)names[c][valid]);
        if (c > 0 && strcmp(names[c - 1], names[c]) >= 0)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "names[%" PRId64 "] is '%.100s', not after '%.100s' before it", c,
                                names[c], names[c - 1]);
    }
    return LINCLASS_OK;
}

/* *named: the encoding of the model with other names of classes, or one of nothing else. Errors: MEMORY. */
static linclass_status name_classes(linclass_context *ctx, const linclass_model *model,
                                    int64_t count, const char *const *names,
                                    linclass_encoding **named)
{
    linclass_status status = model->encoding == NULL ? encoding_new(ctx, 0, named)
                                                     : encoding_copy(ctx, model->encoding, named);
    if (status != LINCLASS_OK)
        return status;
    text_list_end(&(*named)->class_names, &(*named)->allocator);
    for (int64_t c = 0; c < count && status == LINCLASS_OK; c++)
        status = text_list_append(ctx, &(*named)->class_names, names[c], strlen(names[c]));
    if (status != LINCLASS_OK) {
        encoding_destroy(*named);
        *named = NULL;
    }
    return status;
}

linclass_status linclass_model_with_class_names(linclass_context *ctx, const linclass_model *model,
                                                int64_t count, const char *const *names,
                                                linclass_model **changed)
{
    if (changed != NULL)
        *changed = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"changed", changed}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_status status = check_class_names(ctx, count, names);
    if (status != LINCLASS_OK)
        return status;
    const bool of_table = model->encoding != NULL && model->encoding->columns > 0;
    if (count == 0 && !of_table)
        return metadata_change(ctx, model, METADATA_ENCODING, NULL, NULL, changed);
    linclass_encoding *named;
    status = name_classes(ctx, model, count, names, &named);
    if (status == LINCLASS_OK)
        status = with_encoding(ctx, model, named, changed);
    encoding_destroy(named);
    return status;
}

linclass_status model_read_encoding(linclass_context *ctx, const char *name, linclass_model *model)
{
    const char *value;
    size_t at = 0;
    for (const char *key; (key = metadata_next(&model->metadata, &at, &value)) != NULL;) {
        if (strcmp(key, METADATA_ENCODING) != 0)
            continue;
        char what[340];
        (void)snprintf(what, sizeof what, "%.300s: metadata '" METADATA_ENCODING "'", name);
        const linclass_status status = encoding_parse(ctx, what, value, &model->encoding);
        if (status != LINCLASS_OK || fits(model->encoding, model->n))
            return status;
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s has %" PRId64 " features, not %" PRId64,
                            what, linclass_encoding_features(model->encoding), model->n);
    }
    return LINCLASS_OK;
}

const linclass_encoding *linclass_model_encoding(const linclass_model *model)
{
    return model->encoding;
}

const char *linclass_model_class_name(const linclass_model *model, int64_t label)
{
    return model->encoding == NULL ? NULL : linclass_encoding_class_name(model->encoding, label);
}
