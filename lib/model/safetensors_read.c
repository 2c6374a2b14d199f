/* Reading a safetensors header: JSON by jansson, then every number in it against every other and
 * against the bytes there are. Nothing is allocated or read on the word of a size in the header.
 *
 * Hazards. Offsets and shapes are the file's to choose, so products are checked, and the tensors are
 * put in order before they are compared with their neighbours: gaps and overlaps would let bytes go
 * unread or count twice. When
 * memory runs out jansson mostly calls it a syntax error, or says nothing: what fails is parsed once
 * more, and when memory is still wanting the very first allocation fails, which is told apart by its
 * empty message. */
#include "model/safetensors.h"

#include <jansson.h>
#include <string.h>

#include "core/allocator.h"
#include "core/context.h"

static const char METADATA[] = "__metadata__";

size_t safetensors_element_bytes(int dtype)
{
    return dtype == SAFETENSORS_F32 ? sizeof(float) : sizeof(double);
}

const char *safetensors_dtype_name(int dtype)
{
    return dtype == SAFETENSORS_F32 ? "F32" : dtype == SAFETENSORS_F64 ? "F64" : "I64";
}

/* Where in which file a sentence belongs. */
typedef struct place {
    linclass_context *ctx;
    const char *file;
    const char *tensor;
} place;

static linclass_status fail(const place *where, const char *what)
{
    return context_fail(where->ctx, LINCLASS_ERROR_FORMAT, "%.300s: tensor '%.64s' %s", where->file,
                        where->tensor, what);
}

static bool read_size(const json_t *value, int64_t *size)
{
    *size = json_integer_value(value);
    return json_is_integer(value) && *size >= 0;
}

static linclass_status read_dtype(const place *where, const json_t *value, int *dtype)
{
    const char *name = json_string_value(value);
    for (*dtype = SAFETENSORS_F32; name != NULL && *dtype <= SAFETENSORS_I64; (*dtype)++)
        if (strcmp(name, safetensors_dtype_name(*dtype)) == 0)
            return LINCLASS_OK;
    return fail(where, "has a dtype other than F32, F64 and I64");
}

static linclass_status read_shape(const place *where, const json_t *value,
                                  safetensors_tensor *tensor)
{
    if (!json_is_array(value) || json_array_size(value) > SAFETENSORS_MAX_RANK)
        return fail(where, "has a shape that is not a list of at most 2 sizes");
    tensor->rank = (int)json_array_size(value);
    for (int axis = 0; axis < tensor->rank; axis++)
        if (!read_size(json_array_get(value, (size_t)axis), &tensor->shape[axis]))
            return fail(where, "has a shape that is not a list of at most 2 sizes");
    return LINCLASS_OK;
}

static linclass_status read_offsets(const place *where, const json_t *value, int64_t data_bytes,
                                    safetensors_tensor *tensor)
{
    if (!json_is_array(value) || json_array_size(value) != 2 ||
        !read_size(json_array_get(value, 0), &tensor->begin) ||
        !read_size(json_array_get(value, 1), &tensor->end))
        return fail(where, "has data_offsets that are not two sizes");
    if (tensor->begin > tensor->end || tensor->end > data_bytes)
        return fail(where, "has data_offsets outside the file");
    const int64_t rows = tensor->rank > 0 ? tensor->shape[0] : 1;
    const int64_t cols = tensor->rank > 1 ? tensor->shape[1] : 1;
    size_t bytes;
    if (!checked_bytes(rows, cols, safetensors_element_bytes(tensor->dtype), &bytes) ||
        bytes != (size_t)(tensor->end - tensor->begin))
        return fail(where, "has data_offsets that do not fit its shape and dtype");
    return LINCLASS_OK;
}

static linclass_status read_tensor(const place *where, const json_t *entry, int64_t data_bytes,
                                   safetensors_tensor *tensor)
{
    if (!json_is_object(entry) || json_object_size(entry) != 3)
        return fail(where, "is not described by dtype, shape and data_offsets alone");
    tensor->name = where->tensor;
    linclass_status status = read_dtype(where, json_object_get(entry, "dtype"), &tensor->dtype);
    if (status == LINCLASS_OK)
        status = read_shape(where, json_object_get(entry, "shape"), tensor);
    if (status == LINCLASS_OK)
        status = read_offsets(where, json_object_get(entry, "data_offsets"), data_bytes, tensor);
    return status;
}

/* Put the last tensor in its place among those before it, which are in order. */
static void insert_last(safetensors_header *header)
{
    const safetensors_tensor last = header->tensors[header->count - 1];
    int slot = header->count - 1;
    for (; slot > 0; slot--) {
        const safetensors_tensor *before = &header->tensors[slot - 1];
        if (before->begin < last.begin || (before->begin == last.begin && before->end <= last.end))
            break;
        header->tensors[slot] = *before;
    }
    header->tensors[slot] = last;
}

static linclass_status check_cover(place where, const safetensors_header *header,
                                   int64_t data_bytes)
{
    int64_t end = 0;
    for (int i = 0; i < header->count; i++) {
        where.tensor = header->tensors[i].name;
        if (header->tensors[i].begin != end)
            return fail(&where, "does not begin where the one before it ends");
        end = header->tensors[i].end;
    }
    if (end != data_bytes)
        return context_fail(where.ctx, LINCLASS_ERROR_FORMAT,
                            "%.300s: %lld bytes after the end of the last tensor", where.file,
                            (long long)(data_bytes - end));
    return LINCLASS_OK;
}

static linclass_status check_metadata(const place *where, json_t *metadata)
{
    const char *key;
    json_t *value;
    bool strings = json_is_object(metadata);
    json_object_foreach(metadata, key, value) strings = strings && json_is_string(value);
    return strings ? LINCLASS_OK
                   : context_fail(where->ctx, LINCLASS_ERROR_FORMAT,
                                  "%.300s: %s is not a map of strings", where->file, METADATA);
}

static linclass_status read_entries(place where, int64_t data_bytes, safetensors_header *header)
{
    const char *name;
    json_t *entry;
    json_object_foreach(header->json, name, entry)
    {
        where.tensor = name;
        linclass_status status;
        if (strcmp(name, METADATA) == 0) {
            status = check_metadata(&where, entry);
        } else if (header->count == SAFETENSORS_MAX_TENSORS) {
            status = fail(&where, "is one too many");
        } else {
            status = read_tensor(&where, entry, data_bytes, &header->tensors[header->count++]);
            if (status == LINCLASS_OK)
                insert_last(header);
        }
        if (status != LINCLASS_OK)
            return status;
    }
    return check_cover(where, header, data_bytes);
}

static json_t *parse(const char *text, size_t length, json_error_t *error)
{
    json_t *json = NULL;
    for (int attempt = 0; json == NULL && attempt < 2; attempt++)
        json = json_loadb(text, length, JSON_REJECT_DUPLICATES, error);
    return json;
}

linclass_status safetensors_read_header(linclass_context *ctx, const char *file, const char *text,
                                        size_t length, int64_t data_bytes,
                                        safetensors_header *header)
{
    json_error_t error;
    *header = (safetensors_header){.json = parse(text, length, &error)};
    if (header->json == NULL &&
        (error.text[0] == '\0' || json_error_code(&error) == json_error_out_of_memory))
        return context_fail_memory(ctx, length, "the header of a model file");
    if (header->json == NULL)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%.300s: the header is not JSON: %s, at byte %d", file, error.text,
                            error.position);
    const place where = {ctx, file, ""};
    const linclass_status status =
        json_is_object(header->json)
            ? read_entries(where, data_bytes, header)
            : context_fail(ctx, LINCLASS_ERROR_FORMAT, "%.300s: the header is not an object", file);
    if (status != LINCLASS_OK)
        safetensors_end(header);
    return status;
}

void safetensors_end(safetensors_header *header)
{
    json_decref(header->json);
    header->json = NULL;
}

const char *safetensors_metadata(const safetensors_header *header, const char *key)
{
    return json_string_value(json_object_get(json_object_get(header->json, METADATA), key));
}

const safetensors_tensor *safetensors_find(const safetensors_header *header, const char *name)
{
    for (int i = 0; i < header->count; i++)
        if (strcmp(header->tensors[i].name, name) == 0)
            return &header->tensors[i];
    return NULL;
}
