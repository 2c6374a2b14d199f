/* safetensors: a header in JSON that names tensors, and their bytes; see model_file/safetensors.h for the
 * container. Tensors are read where they lie, in the mapped file, as far as they are aligned.
 *
 * Hazard: names and places are the file's to choose. Each place is held against the bytes present, and the
 * tensors must cover them without gap or overlap; names are compared by sorting, not each with each. */
#include <stdio.h>
#include <string.h>

#include "core/byte_order.h"
#include "core/context.h"
#include "core/safetensors_entry.h"
#include "core/sort.h"
#include "data/formats/array.h"
#include "data/formats/array_choice.h"
#include "data/formats/content.h"
#include "data/text_codes.h"

enum { LENGTH_BYTES = 8, MAX_TENSORS = 1 << 16, MAX_HEADER = 100000000 };

typedef struct tensor_file {
    linclass_context *ctx;
    const char *file;
    const char *header;
    size_t header_bytes;
    const uint8_t *data;
    int64_t data_bytes;
    array_list list;
    safetensors_entry *entry; /* list.names.count */
} tensor_file;

typedef struct tensor_type {
    const char *name;
    int bytes;
    array_kind kind;
    int32_t dtype;
} tensor_type;

static const tensor_type TYPES[] = {
    {"F32", 4, ARRAY_NUMBERS, LINCLASS_FLOAT32}, {"F64", 8, ARRAY_NUMBERS, LINCLASS_FLOAT64},
    {"F16", 2, ARRAY_NUMBERS, LINCLASS_FLOAT16}, {"BF16", 2, ARRAY_NUMBERS, LINCLASS_BFLOAT16},
    {"I8", 1, ARRAY_NUMBERS, LINCLASS_INT8},     {"U8", 1, ARRAY_NUMBERS, LINCLASS_UINT8},
    {"I16", 2, ARRAY_NUMBERS, LINCLASS_INT16},   {"U16", 2, ARRAY_NUMBERS, LINCLASS_UINT16},
    {"I32", 4, ARRAY_NUMBERS, LINCLASS_INT32},   {"I64", 8, ARRAY_NUMBERS, LINCLASS_INT64},
    {"BOOL", 1, ARRAY_NUMBERS, LINCLASS_UINT8},  {"U32", 4, ARRAY_UINT32, LINCLASS_INT64},
    {"U64", 8, ARRAY_UINT64, LINCLASS_INT64},
};

static const tensor_type *find_type(json_text name)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++)
        if (json_text_is(name, TYPES[i].name))
            return &TYPES[i];
    return NULL;
}

static linclass_status fail_header(const tensor_file *self, const char *at)
{
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                        "%s: the header is not an object of JSON that describes tensors, at its "
                        "byte %td",
                        self->file, at - self->header);
}

static linclass_status fail_tensor(const tensor_file *self, int64_t index, const char *what)
{
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT, "%s: tensor '%.100s' %s", self->file,
                        text_list_get(&self->list.names, index), what);
}

/* Describe a tensor. False: its dtype is not one of TYPES. */
static bool describe(const tensor_file *self, int64_t index, file_array *array)
{
    const safetensors_entry *const entry = &self->entry[index];
    const tensor_type *const type = find_type(entry->dtype);
    *array = (file_array){0};
    (void)snprintf(array->name, sizeof array->name, "%s: tensor '%.80s'", self->file,
                   text_list_get(&self->list.names, index));
    (void)snprintf(array->type, sizeof array->type, "%.*s",
                   (int)(entry->dtype.length < 40 ? entry->dtype.length : 40), entry->dtype.begin);
    array->dimensions = entry->rank;
    memcpy(array->shape, entry->shape, sizeof entry->shape);
    array->elements = self->data + entry->begin;
    if (type == NULL)
        return false;
    array->kind = type->kind;
    array->dtype = type->dtype;
    array->element_bytes = (size_t)type->bytes;
    array->swapped = BIG_ENDIAN_MACHINE && type->bytes > 1;
    return true;
}

static linclass_status check_tensor(tensor_file *self, int64_t index)
{
    const safetensors_entry *const entry = &self->entry[index];
    if (entry->begin > entry->end || entry->end > self->data_bytes)
        return fail_tensor(self, index, "has data_offsets outside the file");
    file_array array;
    const bool known = describe(self, index, &array);
    self->list.dimensions[index] = known ? entry->rank : -1;
    if (!known)
        return LINCLASS_OK;
    const linclass_status status = array_measure(self->ctx, &array);
    if (status == LINCLASS_OK && array.bytes != (size_t)(entry->end - entry->begin))
        return fail_tensor(self, index, "has data_offsets that do not fit its shape and dtype");
    return status;
}

static inline bool lies_after(const void *keys, int64_t a, int64_t b)
{
    const safetensors_entry *const entry = keys;
    return entry[a].begin != entry[b].begin ? entry[a].begin > entry[b].begin
                                            : entry[a].end > entry[b].end;
}

/* No name twice, no gaps, no overlaps. */
static linclass_status check_all(tensor_file *self)
{
    const int64_t count = self->list.names.count;
    text_list distinct = {0};
    void *taken;
    linclass_status status =
        context_allocate_array(self->ctx, count, sizeof(int64_t), "the order of tensors", &taken);
    if (status != LINCLASS_OK)
        return status;
    int64_t *const order = taken;
    status = text_codes(self->ctx, &self->list.names, &distinct, order);
    if (status == LINCLASS_OK && distinct.count < count)
        status = context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                              "%s: the name of a tensor is there twice", self->file);
    text_list_end(&distinct, &self->ctx->allocator);
    for (int64_t i = 0; i < count; i++)
        order[i] = i;
    heap_sort(count, order, lies_after, self->entry);
    int64_t end = 0;
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++) {
        if (self->entry[order[i]].begin != end)
            status = fail_tensor(self, order[i], "does not begin where the one before it ends");
        end = self->entry[order[i]].end;
    }
    if (status == LINCLASS_OK && end != self->data_bytes)
        status = context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                              "%s: %lld bytes after the end of the last tensor", self->file,
                              (long long)(self->data_bytes - end));
    context_release(self->ctx, order);
    return status;
}

/* Room for as many tensors as the header can describe, and one for an entry that is damaged. */
static linclass_status make_room(tensor_file *self)
{
    static const char MEMBER[] = "\"data_offsets\"";
    const char *at = self->header;
    const char *const end = self->header + self->header_bytes;
    int64_t count = 1;
    while ((at = memmem(at, (size_t)(end - at), MEMBER, sizeof MEMBER - 1)) != NULL) {
        at += sizeof MEMBER - 1;
        count++;
    }
    if (count > MAX_TENSORS)
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT, "%s has more than %d tensors",
                            self->file, (int)MAX_TENSORS);
    void *taken;
    linclass_status status =
        context_allocate_array(self->ctx, count, sizeof(int), "tensors", &taken);
    if (status != LINCLASS_OK)
        return status;
    self->list.dimensions = taken;
    status = context_allocate_array(self->ctx, count, sizeof(safetensors_entry), "tensors", &taken);
    if (status == LINCLASS_OK)
        self->entry = taken;
    return status;
}

static linclass_status read_entries(tensor_file *self)
{
    json_cursor cursor = {self->header, self->header + self->header_bytes};
    if (!json_take(&cursor, '{'))
        return fail_header(self, cursor.next);
    for (int64_t index = 0;; index++) {
        json_text name;
        const json_step step = json_next_member(&cursor, index, &name);
        if (step == JSON_END && json_at_end(&cursor))
            return check_all(self);
        if (step != JSON_MEMBER)
            return fail_header(self, cursor.next);
        if (json_text_is(name, "__metadata__")) {
            if (!safetensors_metadata_skip(&cursor))
                return fail_header(self, cursor.next);
            continue;
        }
        const int64_t place = self->list.names.count;
        if (safetensors_entry_read(&cursor, SAFETENSORS_ENTRY_MAX_RANK, &self->entry[place]) !=
            ENTRY_READ)
            return fail_header(self, cursor.next);
        linclass_status status =
            text_list_append(self->ctx, &self->list.names, name.begin, name.length);
        if (status == LINCLASS_OK)
            status = check_tensor(self, place);
        if (status != LINCLASS_OK)
            return status;
    }
}

static linclass_status open_header(tensor_file *self, const file_content *content)
{
    uint64_t length = 0;
    if (content->count >= LENGTH_BYTES)
        memcpy(&length, content->bytes, sizeof length);
    length = little_endian(length);
    if (content->count < LENGTH_BYTES || length > MAX_HEADER ||
        length > content->count - LENGTH_BYTES)
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                            "%s is no safetensors file, or truncated: it has %zu bytes, and says "
                            "that its header has %llu",
                            self->file, content->count, (unsigned long long)length);
    self->header = (const char *)content->bytes + LENGTH_BYTES;
    self->header_bytes = (size_t)length;
    self->data = content->bytes + LENGTH_BYTES + length;
    self->data_bytes = (int64_t)(content->count - LENGTH_BYTES - length);
    const size_t valid = utf8_valid_bytes(self->header, self->header_bytes);
    if (valid < self->header_bytes)
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                            "%s: the header is not UTF-8 at its byte %zu", self->file, valid);
    const linclass_status status = make_room(self);
    return status == LINCLASS_OK ? read_entries(self) : status;
}

static linclass_status take_tensor(const tensor_file *self, int64_t index, file_array *array)
{
    if (!describe(self, index, array))
        return context_fail(self->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "%s has elements of dtype '%s', which are not read: save it as F32 or "
                            "F16",
                            array->name, array->type);
    return array_measure(self->ctx, array);
}

static linclass_status read_arrays(tensor_file *self, const linclass_read_options *options,
                                   linclass_dataset *dataset)
{
    int64_t index;
    file_array array;
    linclass_status status =
        array_choose_samples(self->ctx, self->file, &self->list, options->samples, &index);
    if (status == LINCLASS_OK)
        status = take_tensor(self, index, &array);
    if (status == LINCLASS_OK)
        status = array_samples(self->ctx, &array, dataset);
    if (status != LINCLASS_OK || options->labels_path != NULL)
        return status;
    status = array_choose_labels(self->ctx, self->file, &self->list, options->label,
                                 text_list_get(&self->list.names, index), &index);
    if (status != LINCLASS_OK || index < 0)
        return status;
    status = take_tensor(self, index, &array);
    return status == LINCLASS_OK ? array_labels(self->ctx, &array, dataset) : status;
}

static linclass_status read_format(linclass_context *ctx, const format_input *input,
                                   linclass_dataset *dataset)
{
    file_content content;
    tensor_file file = {.ctx = ctx, .file = byte_reader_name(input->reader)};
    linclass_status status = content_open(ctx, input, 0, &content);
    if (status == LINCLASS_OK)
        status = open_header(&file, &content);
    if (status == LINCLASS_OK)
        status = read_arrays(&file, input->options, dataset);
    array_list_end(ctx, &file.list);
    context_release(ctx, file.entry);
    content_keep(ctx, &content, dataset);
    return status;
}

static bool recognises(const uint8_t *begin, size_t count, bool whole)
{
    (void)whole;
    return count >= 10 && memcmp(begin + 4, "\0\0\0\0", 4) == 0 && begin[8] == '{' &&
           (begin[9] == '"' || begin[9] == ' ' || begin[9] == '}');
}

const file_format FORMAT_SAFETENSORS = {"safetensors", recognises, read_format};
