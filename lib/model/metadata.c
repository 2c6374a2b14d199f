/* The caller's metadata: set in a copy of the model, read from a file, asked for.
 *
 * A model is immutable and read by many threads, so a text is not put into it but into a copy; the sizes of all
 * texts are added up first, and the copy is one block like every model. */
#include "model/metadata.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <linclass/model.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/json_string.h"
#include "data/encoding.h"
#include "model/model.h"

static const size_t PREFIX_BYTES = sizeof METADATA_PREFIX - 1;

bool metadata_is_callers(const char *key, size_t length)
{
    return length >= PREFIX_BYTES && memcmp(key, METADATA_PREFIX, PREFIX_BYTES) == 0;
}

bool metadata_is_carried(const char *key, size_t length)
{
    return metadata_is_callers(key, length) ||
           (length == sizeof METADATA_ENCODING - 1 && memcmp(key, METADATA_ENCODING, length) == 0);
}

/* The caller's name of a key; NULL: it is none of the caller's. */
static const char *callers_key(const char *key)
{
    return strncmp(key, METADATA_PREFIX, PREFIX_BYTES) == 0 ? key + PREFIX_BYTES : NULL;
}

size_t metadata_json_bytes(size_t key_bytes, size_t value_bytes)
{
    return sizeof ",\"" METADATA_PREFIX "\":\"\"" - 1 + key_bytes + value_bytes;
}

void metadata_add(model_metadata *to, const char *key, const char *value)
{
    const char *const texts[] = {key, value};
    for (int i = 0; i < 2; i++) {
        const size_t bytes = strlen(texts[i]) + 1;
        if (to->texts != NULL)
            memcpy(to->texts + to->bytes, texts[i], bytes);
        to->bytes += bytes;
    }
}

const char *metadata_next(const model_metadata *metadata, size_t *at, const char **value)
{
    if (*at >= metadata->bytes)
        return NULL;
    const char *key = metadata->texts + *at;
    *value = key + strlen(key) + 1;
    *at += (size_t)(*value - key) + strlen(*value) + 1;
    return key;
}

/* What there is of the caller's. */
typedef struct extent {
    int keys;
    size_t json_bytes;
} extent;

static void add_counted(model_metadata *to, const char *key, const char *value, extent *callers)
{
    const char *name = callers_key(key);
    metadata_add(to, key, value);
    if (name == NULL)
        return;
    callers->keys++;
    callers->json_bytes += metadata_json_bytes(strlen(name), json_escape(value, NULL));
}

/* All pairs of `from`, with another value for key, or without it where value is NULL. */
static extent merge(const model_metadata *from, const char *key, const char *value,
                    model_metadata *to)
{
    extent callers = {0, 0};
    bool found = false;
    const char *old;
    size_t at = 0;
    for (const char *each; (each = metadata_next(from, &at, &old)) != NULL;) {
        const bool same = strcmp(each, key) == 0;
        found = found || same;
        if (!same || value != NULL)
            add_counted(to, each, same ? value : old, &callers);
    }
    if (!found && value != NULL)
        add_counted(to, key, value, &callers);
    return callers;
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

linclass_status metadata_change(linclass_context *ctx, const linclass_model *model, const char *key,
                                const char *value, linclass_encoding *encoding,
                                linclass_model **changed)
{
    *changed = NULL;
    model_metadata sizes = {NULL, 0};
    const extent callers = merge(&model->metadata, key, value, &sizes);
    linclass_status status = LINCLASS_OK;
    if (callers.keys > METADATA_MOST_KEYS || callers.json_bytes > METADATA_MOST_BYTES)
        status =
            context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                         "%d keys and %zu bytes of metadata are more than %d or %d", callers.keys,
                         callers.json_bytes, METADATA_MOST_KEYS, METADATA_MOST_BYTES);
    linclass_model *made = NULL;
    if (status == LINCLASS_OK)
        status = model_copy_without_texts(ctx, model, sizes.bytes, model->set_rows, &made);
    if (status != LINCLASS_OK) {
        encoding_destroy(encoding);
        return status;
    }
    made->encoding = encoding;
    (void)merge(&model->metadata, key, value, &made->metadata);
    *changed = made;
    return LINCLASS_OK;
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
    linclass_encoding *encoding = NULL;
    if (status == LINCLASS_OK && model->encoding != NULL)
        status = encoding_copy(ctx, model->encoding, &encoding);
    if (status != LINCLASS_OK)
        return status;
    char key_in_file[sizeof METADATA_PREFIX + METADATA_LONGEST_KEY];
    (void)snprintf(key_in_file, sizeof key_in_file, METADATA_PREFIX "%s", key);
    return metadata_change(ctx, model, key_in_file, value, encoding, changed);
}

/* The caller's next key, and its value; NULL at the end. */
static const char *next_of_caller(const model_metadata *metadata, size_t *at, const char **value)
{
    const char *key;
    while ((key = metadata_next(metadata, at, value)) != NULL)
        if (callers_key(key) != NULL)
            return callers_key(key);
    return NULL;
}

const char *linclass_model_metadata(const linclass_model *model, const char *key)
{
    const char *value;
    size_t at = 0;
    for (const char *each; (each = next_of_caller(&model->metadata, &at, &value)) != NULL;)
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
        key = next_of_caller(&model->metadata, &at, &value);
        if (key == NULL)
            return NULL;
    }
    return key;
}
