/* Reading a safetensors header: every number in it against every other and against the bytes there
 * are. Nothing is allocated or read on the word of a size in the header.
 *
 * Hazards. Offsets and shapes are the file's to choose, so products are checked, and the tensors are
 * put in order before they are compared with their neighbours: gaps and overlaps would let bytes go
 * unread or count twice. A key that stands twice means one thing to one reader and another to the next:
 * it is refused where it would be used. */
#include "model_file/safetensors.h"

#include <string.h>

#include "core/allocator.h"
#include "core/context.h"
#include "core/safetensors_entry.h"

size_t safetensors_element_bytes(int dtype)
{
    return dtype == SAFETENSORS_F32 ? sizeof(float) : sizeof(double);
}

const char *safetensors_dtype_name(int dtype)
{
    return dtype == SAFETENSORS_F32 ? "F32" : dtype == SAFETENSORS_F64 ? "F64" : "I64";
}

static linclass_status fail(const safetensors_header *header, const char *what)
{
    return context_fail(header->ctx, LINCLASS_ERROR_FORMAT, "%.300s: %s", header->file, what);
}

static linclass_status fail_tensor(const safetensors_header *header,
                                   const safetensors_tensor *tensor, const char *what)
{
    return context_fail(header->ctx, LINCLASS_ERROR_FORMAT, "%.300s: tensor '%s' %s", header->file,
                        tensor->name, what);
}

/* A text as a string of C; false when it is too long. */
static bool copy_text(json_text text, char copy[SAFETENSORS_TEXT])
{
    if (text.length >= SAFETENSORS_TEXT)
        return false;
    memcpy(copy, text.begin, text.length);
    copy[text.length] = '\0';
    return true;
}

/* Pass over the members of the metadata, its closing brace included. */
static linclass_status read_metadata(json_cursor *cursor, safetensors_header *header)
{
    if (header->metadata.next != NULL)
        return fail(header, "there are two __metadata__");
    header->metadata = *cursor;
    if (!json_take(&header->metadata, '{') || !safetensors_metadata_skip(cursor))
        return fail(header, "__metadata__ is not a map of strings");
    return LINCLASS_OK;
}

static const char *text_of(entry_result result)
{
    switch (result) {
    case ENTRY_BAD_DTYPE:
        return "has a dtype other than F32, F64 and I64";
    case ENTRY_BAD_SHAPE:
        return "has a shape that is not a list of at most 2 sizes";
    case ENTRY_BAD_OFFSETS:
        return "has data_offsets that are not two sizes";
    default:
        return "is not described by dtype, shape and data_offsets alone";
    }
}

static linclass_status read_entry(json_cursor *cursor, const safetensors_header *header,
                                  safetensors_tensor *tensor)
{
    safetensors_entry entry;
    entry_result result = safetensors_entry_read(cursor, SAFETENSORS_MAX_RANK, &entry);
    for (int dtype = SAFETENSORS_F32; result == ENTRY_READ && dtype <= SAFETENSORS_I64; dtype++)
        if (json_text_is(entry.dtype, safetensors_dtype_name(dtype)))
            tensor->dtype = dtype;
    if (result == ENTRY_READ && tensor->dtype == 0)
        result = ENTRY_BAD_DTYPE;
    if (result != ENTRY_READ)
        return fail_tensor(header, tensor, text_of(result));
    tensor->rank = entry.rank;
    memcpy(tensor->shape, entry.shape, sizeof tensor->shape);
    tensor->begin = entry.begin;
    tensor->end = entry.end;
    return LINCLASS_OK;
}

static linclass_status check_extent(const safetensors_header *header,
                                    const safetensors_tensor *tensor, int64_t data_bytes)
{
    if (tensor->begin > tensor->end || tensor->end > data_bytes)
        return fail_tensor(header, tensor, "has data_offsets outside the file");
    const int64_t rows = tensor->rank > 0 ? tensor->shape[0] : 1;
    const int64_t cols = tensor->rank > 1 ? tensor->shape[1] : 1;
    size_t bytes;
    if (!checked_bytes(rows, cols, safetensors_element_bytes(tensor->dtype), &bytes) ||
        bytes != (size_t)(tensor->end - tensor->begin))
        return fail_tensor(header, tensor, "has data_offsets that do not fit its shape and dtype");
    return LINCLASS_OK;
}

/* Put a tensor in its place among those before it, which are in order. */
static void insert(safetensors_header *header, const safetensors_tensor *tensor)
{
    int slot = header->count++;
    for (; slot > 0; slot--) {
        const safetensors_tensor *before = &header->tensors[slot - 1];
        if (before->begin < tensor->begin ||
            (before->begin == tensor->begin && before->end <= tensor->end))
            break;
        header->tensors[slot] = *before;
    }
    header->tensors[slot] = *tensor;
}

static linclass_status read_tensor(json_cursor *cursor, json_text name, int64_t data_bytes,
                                   safetensors_header *header)
{
    safetensors_tensor tensor = {.name = ""};
    if (!copy_text(name, tensor.name))
        return fail(header, "the name of a tensor is too long");
    if (header->count == SAFETENSORS_MAX_TENSORS || safetensors_find(header, tensor.name) != NULL)
        return fail_tensor(header, &tensor, "is one too many");
    linclass_status status = read_entry(cursor, header, &tensor);
    if (status == LINCLASS_OK)
        status = check_extent(header, &tensor, data_bytes);
    if (status == LINCLASS_OK)
        insert(header, &tensor);
    return status;
}

static linclass_status check_cover(const safetensors_header *header, int64_t data_bytes)
{
    int64_t end = 0;
    for (int i = 0; i < header->count; i++) {
        if (header->tensors[i].begin != end)
            return fail_tensor(header, &header->tensors[i],
                               "does not begin where the one before it ends");
        end = header->tensors[i].end;
    }
    if (end != data_bytes)
        return context_fail(header->ctx, LINCLASS_ERROR_FORMAT,
                            "%.300s: %lld bytes after the end of the last tensor", header->file,
                            (long long)(data_bytes - end));
    return LINCLASS_OK;
}

static linclass_status fail_syntax(const safetensors_header *header, ptrdiff_t at)
{
    return context_fail(header->ctx, LINCLASS_ERROR_FORMAT,
                        "%.300s: the header is not an object of JSON, at its byte %td",
                        header->file, at);
}

linclass_status safetensors_read_header(linclass_context *ctx, const char *file, const char *text,
                                        size_t length, int64_t data_bytes,
                                        safetensors_header *header)
{
    *header = (safetensors_header){.ctx = ctx, .file = file};
    json_cursor cursor = {text, text + length};
    if (!json_take(&cursor, '{'))
        return fail_syntax(header, 0);
    for (int64_t index = 0;; index++) {
        json_text name;
        const json_step step = json_next_member(&cursor, index, &name);
        if (step == JSON_END && json_at_end(&cursor))
            return check_cover(header, data_bytes);
        if (step != JSON_MEMBER)
            return fail_syntax(header, cursor.next - text);
        const linclass_status status = json_text_is(name, "__metadata__")
                                           ? read_metadata(&cursor, header)
                                           : read_tensor(&cursor, name, data_bytes, header);
        if (status != LINCLASS_OK)
            return status;
    }
}

bool safetensors_next_metadata(json_cursor *cursor, int64_t index, json_text *key, json_text *value)
{
    return json_next_member(cursor, index, key) == JSON_MEMBER && json_take_string(cursor, value);
}

/* How often a key is there; the last of its values. */
static int64_t count_metadata(const safetensors_header *header, const char *key, json_text *value)
{
    json_cursor cursor = header->metadata;
    json_text each;
    json_text its_value;
    int64_t count = 0;
    for (int64_t index = 0; safetensors_next_metadata(&cursor, index, &each, &its_value); index++) {
        if (!json_text_is(each, key))
            continue;
        *value = its_value;
        count++;
    }
    return count;
}

bool safetensors_has_metadata(const safetensors_header *header, const char *key)
{
    json_text value;
    return count_metadata(header, key, &value) > 0;
}

linclass_status safetensors_metadata(const safetensors_header *header, const char *key,
                                     char value[SAFETENSORS_TEXT])
{
    json_text text = {"", 0};
    const int64_t count = count_metadata(header, key, &text);
    if (count == 1 && copy_text(text, value))
        return LINCLASS_OK;
    const char *wrong = count == 0 ? "is missing" : count > 1 ? "is there twice" : "is too long";
    return context_fail(header->ctx, LINCLASS_ERROR_FORMAT, "%.300s: metadata '%s' %s",
                        header->file, key, wrong);
}

const safetensors_tensor *safetensors_find(const safetensors_header *header, const char *name)
{
    for (int i = 0; i < header->count; i++)
        if (strcmp(header->tensors[i].name, name) == 0)
            return &header->tensors[i];
    return NULL;
}
