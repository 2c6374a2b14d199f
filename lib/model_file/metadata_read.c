/* The texts of a model in the header of a file: measured, so that the model can be one block, then read.
 *
 * Hazard: the number of keys is the file's to choose, and looking for a key's double takes a walk over all of
 * them; it is held against its limit first. */
#include "model_file/metadata_read.h"

#include <string.h>

#include "core/context.h"
#include "core/json_string.h"

static const size_t PREFIX_BYTES = sizeof METADATA_PREFIX - 1;

/* The next pair that a model carries; false at the end. */
static bool next_pair(json_cursor *cursor, int64_t *index, json_text *key, json_text *value)
{
    while (safetensors_next_metadata(cursor, (*index)++, key, value)) {
        if (metadata_is_carried(key->begin, key->length))
            return true;
    }
    return false;
}

static linclass_status fail(const safetensors_header *header, json_text key, const char *what)
{
    const size_t longest = PREFIX_BYTES + METADATA_LONGEST_KEY;
    const int shown = (int)(key.length > longest ? longest : key.length);
    return context_fail(header->ctx, LINCLASS_ERROR_FORMAT, "%.300s: metadata '%.*s' %s",
                        header->file, shown, key.begin, what);
}

/* How often a key is there. */
static int count_key(const safetensors_header *header, json_text wanted)
{
    json_cursor cursor = header->metadata;
    json_text key;
    json_text value;
    int count = 0;
    for (int64_t index = 0; next_pair(&cursor, &index, &key, &value);)
        count += json_texts_equal(key, wanted);
    return count;
}

static linclass_status measure_all(const safetensors_header *header, size_t *bytes)
{
    json_cursor cursor = header->metadata;
    json_text key;
    json_text value;
    int count = 0;
    int own = 0;
    size_t json_bytes = 0;
    for (int64_t index = 0; next_pair(&cursor, &index, &key, &value);) {
        size_t length;
        if (!json_unescape(value, NULL, &length))
            return fail(header, key, "is no text in UTF-8");
        *bytes += key.length + 1 + length + 1;
        if (!metadata_is_callers(key.begin, key.length)) {
            if (++own > 1)
                return fail(header, key, "is there twice");
            continue;
        }
        if (++count > METADATA_MOST_KEYS)
            return fail(header, key, "is one more than there may be");
        const size_t name = key.length - PREFIX_BYTES;
        if (!metadata_is_key(key.begin + PREFIX_BYTES, name))
            return fail(header, key, "is no key of 1 to 48 characters of printable ASCII");
        json_bytes += metadata_json_bytes(name, value.length);
        if (json_bytes > METADATA_MOST_BYTES)
            return fail(header, key, "is more than there is room for");
    }
    return LINCLASS_OK;
}

linclass_status metadata_measure(const safetensors_header *header, size_t *bytes)
{
    *bytes = 0;
    const linclass_status status = measure_all(header, bytes);
    if (status != LINCLASS_OK)
        return status;
    json_cursor cursor = header->metadata;
    json_text key;
    json_text value;
    for (int64_t index = 0; next_pair(&cursor, &index, &key, &value);)
        if (count_key(header, key) > 1)
            return fail(header, key, "is there twice");
    return LINCLASS_OK;
}

void metadata_read(const safetensors_header *header, model_metadata *metadata)
{
    json_cursor cursor = header->metadata;
    json_text key;
    json_text value;
    for (int64_t index = 0; next_pair(&cursor, &index, &key, &value);) {
        char *const its_key = metadata->texts + metadata->bytes;
        char *const its_value = its_key + key.length + 1;
        size_t length = 0;
        memcpy(its_key, key.begin, key.length);
        its_key[key.length] = '\0';
        (void)json_unescape(value, its_value, &length);
        its_value[length] = '\0';
        metadata->bytes += key.length + 1 + length + 1;
    }
}
