/* The caller's metadata: set in a copy of the model, read from a file, asked for.
 *
 * A model is immutable and read by many threads, so a text is not put into it but into a copy; the sizes of all
 * texts are added up first, and the copy is one block like every model. */
#include "model/metadata.h"

#include <stdbool.h>
#include <string.h>

#include <linclass/model.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/json_string.h"
#include "model/model.h"

void metadata_append_json(model_metadata *to, const char *key, const char *value)
{
    const char *const parts[] = {",\"" METADATA_PREFIX, key, "\":\""};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const size_t bytes = strlen(parts[i]);
        if (to->json != NULL)
            memcpy(to->json + to->json_bytes, parts[i], bytes);
        to->json_bytes += bytes;
    }
    to->json_bytes += json_escape(value, to->json == NULL ? NULL : to->json + to->json_bytes);
    if (to->json != NULL)
        to->json[to->json_bytes] = '"';
    to->json_bytes++;
}

/* Append a pair, or only count its bytes while there is no memory. */
static void add(model_metadata *to, const char *key, const char *value)
{
    const char *const texts[] = {key, value};
    for (int i = 0; i < 2; i++) {
        const size_t bytes = strlen(texts[i]) + 1;
        if (to->texts != NULL)
            memcpy(to->texts + to->texts_bytes, texts[i], bytes);
        to->texts_bytes += bytes;
    }
    metadata_append_json(to, key, value);
}

/* The key of the pair at *at, and its value; *at := the next. NULL at the end. */
static const char *next_pair(const model_metadata *metadata, size_t *at, const char **value)
{
    if (*at >= metadata->texts_bytes)
        return NULL;
    const char *key = metadata->texts + *at;
    *value = key + strlen(key) + 1;
    *at += (size_t)(*value - key) + strlen(*value) + 1;
    return key;
}

/* All pairs of `from`, with another value for key, or without it where value is NULL. Returns how many. */
static int merge(const model_metadata *from, const char *key, const char *value, model_metadata *to)
{
    int count = 0;
    bool found = false;
    const char *old;
    size_t at = 0;
    for (const char *each; (each = next_pair(from, &at, &old)) != NULL;) {
        const bool same = strcmp(each, key) == 0;
        found = found || same;
        if (same && value == NULL)
            continue;
        add(to, each, same ? value : old);
        count++;
    }
    if (found || value == NULL)
        return count;
    add(to, key, value);
    return count + 1;
}

bool metadata_is_key(const char *key, size_t length)
{
    if (length < 1 || length > METADATA_LONGEST_KEY)
        return false;
    for (size_t i = 0; i < length; i++)
        if (key[i] < ' ' || key[i] > '~' || key[i] == '"' || key[i] == '\\')
            return false;
    return true;
}

static linclass_status check_pair(linclass_context *ctx, const char *key, const char *value)
{
    if (!metadata_is_key(key, strlen(key)))
        return context_fail(
            ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
            "key is '%.80s', not 1 to %d characters of printable ASCII without quotes "
            "and backslashes",
            key, METADATA_LONGEST_KEY);
    if (value == NULL)
        return LINCLASS_OK;
    const size_t length = strlen(value);
    const size_t valid = utf8_valid_bytes(value, length);
    if (valid < length)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "value is no UTF-8: its byte %zu is 0x%02x", valid,
                            (unsigned)(unsigned char)value[valid]);
    return LINCLASS_OK;
}

static void copy_model(const linclass_model *model, linclass_model *made)
{
    const size_t element = model_element_bytes(model->dtype);
    const size_t k = (size_t)model->k;
    memcpy(made->theta, model->theta, (size_t)model->n * k * element);
    if (model->bias != NULL)
        memcpy(made->bias, model->bias, k * element);
    if (model->class_weights != NULL)
        memcpy(made->class_weights, model->class_weights, k * sizeof(double));
    memcpy(made->labels, model->labels, k * sizeof(int64_t));
    made->scale = model->scale;
    made->l1 = model->l1;
    made->l2 = model->l2;
    made->has_report = model->has_report;
    made->report = model->report;
    model_finish(made);
}

linclass_status linclass_model_with_metadata(linclass_context *ctx, const linclass_model *model,
                                             const char *key, const char *value,
                                             linclass_model **changed)
{
    if (changed != NULL)
        *changed = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {
        {"ctx", ctx}, {"model", model}, {"key", key}, {"changed", changed}};
    if (!all_given(ctx, 4, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_status status = check_pair(ctx, key, value);
    if (status != LINCLASS_OK)
        return status;
    model_shape shape = {
        .dtype = model->dtype,
        .n = model->n,
        .k = model->k,
        .with_bias = model->bias != NULL,
        .with_class_weights = model->class_weights != NULL,
    };
    const int count = merge(&model->metadata, key, value, &shape.metadata);
    if (count > METADATA_MOST_KEYS || shape.metadata.json_bytes > METADATA_MOST_BYTES)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%d keys and %zu bytes of metadata are more than %d or %d", count,
                            shape.metadata.json_bytes, METADATA_MOST_KEYS, METADATA_MOST_BYTES);
    linclass_model *made;
    status = model_new(ctx, model->loss, &shape, &made);
    if (status != LINCLASS_OK)
        return status;
    copy_model(model, made);
    (void)merge(&model->metadata, key, value, &made->metadata);
    *changed = made;
    return LINCLASS_OK;
}

const char *linclass_model_metadata(const linclass_model *model, const char *key)
{
    const char *value;
    size_t at = 0;
    for (const char *each; (each = next_pair(&model->metadata, &at, &value)) != NULL;)
        if (strcmp(each, key) == 0)
            return value;
    return NULL;
}

const char *linclass_model_metadata_key(const linclass_model *model, int64_t index)
{
    const char *key = NULL;
    const char *value;
    size_t at = 0;
    for (int64_t i = 0; i <= index; i++) {
        key = next_pair(&model->metadata, &at, &value);
        if (key == NULL)
            return NULL;
    }
    return key;
}
