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
    json_text key;
    json_text value;
    if (header->metadata.next != NULL)
        return fail(header, "there are two __metadata__");
    if (!json_take(cursor, '{'))
        return fail(header, "__metadata__ is not a map of strings");
    header->metadata = *cursor;
    for (int64_t index = 0;; index++) {
        const json_step step = json_next_member(cursor, index, &key);
        if (step == JSON_END)
            return LINCLASS_OK;
        if (step == JSON_ERROR || !json_take_string(cursor, &value))
            return fail(header, "__metadata__ is not a map of strings");
    }
}

static bool take_dtype(json_cursor *cursor, safetensors_tensor *tensor)
{
    json_text name;
    if (!json_take_string(cursor, &name))
        return false;
    for (int dtype = SAFETENSORS_F32; dtype <= SAFETENSORS_I64; dtype++)
        if (json_text_is(name, safetensors_dtype_name(dtype)))
            tensor->dtype = dtype;
    return tensor->dtype != 0;
}

static bool take_shape(json_cursor *cursor, safetensors_tensor *tensor)
{
    if (!json_take(cursor, '['))
        return false;
    if (json_take(cursor, ']'))
        return true;
    do {
        if (tensor->rank == SAFETENSORS_MAX_RANK ||
            !json_take_size(cursor, &tensor->shape[tensor->rank++]))
            return false;
    } while (json_take(cursor, ','));
    return json_take(cursor, ']');
}

static bool take_offsets(json_cursor *cursor, safetensors_tensor *tensor)
{
    return json_take(cursor, '[') && json_take_size(cursor, &tensor->begin) &&
           json_take(cursor, ',') && json_take_size(cursor, &tensor->end) && json_take(cursor, ']');
}

/* What a tensor's entry is made of. */
typedef struct entry_member {
    const char *key;
    bool (*take)(json_cursor *cursor, safetensors_tensor *tensor);
    const char *wrong;
} entry_member;

static const entry_member MEMBERS[] = {
    {"dtype", take_dtype, "has a dtype other than F32, F64 and I64"},
    {"shape", take_shape, "has a shape that is not a list of at most 2 sizes"},
    {"data_offsets", take_offsets, "has data_offsets that are not two sizes"},
};

enum { MEMBER_COUNT = sizeof MEMBERS / sizeof MEMBERS[0] };

static int find_member(json_text key)
{
    for (int member = 0; member < MEMBER_COUNT; member++)
        if (json_text_is(key, MEMBERS[member].key))
            return member;
    return -1;
}

/* An entry: each member once, in any order. */
static linclass_status read_entry(json_cursor *cursor, const safetensors_header *header,
                                  safetensors_tensor *tensor)
{
    static const char incomplete[] = "is not described by dtype, shape and data_offsets alone";
    bool seen[MEMBER_COUNT] = {false};
    if (!json_take(cursor, '{'))
        return fail_tensor(header, tensor, incomplete);
    for (int64_t index = 0;; index++) {
        json_text key;
        const json_step step = json_next_member(cursor, index, &key);
        if (step == JSON_END && index == MEMBER_COUNT)
            return LINCLASS_OK;
        const int member = step == JSON_MEMBER ? find_member(key) : -1;
        if (member < 0 || seen[member])
            return fail_tensor(header, tensor, incomplete);
        if (!MEMBERS[member].take(cursor, tensor))
            return fail_tensor(header, tensor, MEMBERS[member].wrong);
        seen[member] = true;
    }
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
