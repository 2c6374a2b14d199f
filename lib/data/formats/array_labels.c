/* Labels from an array: integers of any type, floats that are integers, or texts.
 *
 * Hazard: a float above 2^53 stands for many integers, and one outside int64 for none: both are refused. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/json_string.h"
#include "core/minimum.h"
#include "data/elements.h"
#include "data/formats/array.h"
#include "data/text_codes.h"

static linclass_status check_labels(linclass_context *ctx, const file_array *array, int64_t rows)
{
    char text[200];
    int64_t others = 1;
    for (int i = 1; i < array->dimensions; i++)
        others = array->shape[i] == 1 ? others : 0;
    if (array->dimensions == 0 || others != 1)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is %s; labels are an array of one dimension", array->name,
                            array_describe(array, text));
    if (array->shape[0] != rows)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "%s has %lld labels, for %lld samples",
                            array->name, (long long)array->shape[0], (long long)rows);
    return LINCLASS_OK;
}

static linclass_status numbers_to_labels(linclass_context *ctx, const file_array *array,
                                         int64_t *labels)
{
    static const double LARGEST = 9007199254740992.0; /* 2^53 */
    const void *elements;
    int32_t dtype;
    void *owned;
    linclass_status status = array_numbers(ctx, array, &elements, &dtype, &owned);
    const int64_t count = status == LINCLASS_OK ? array->shape[0] : 0;
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++) {
        if (dtype == LINCLASS_INT64) {
            labels[i] = ((const int64_t *)elements)[i];
            continue;
        }
        const double value = element_value(dtype, elements, i);
        if (!(fabs(value) <= LARGEST) || value != trunc(value))
            status =
                context_fail(ctx, LINCLASS_ERROR_LABEL, "%s: label %lld is %.17g, not an integer",
                             array->name, (long long)i, value);
        else
            labels[i] = (int64_t)value;
    }
    context_release(ctx, owned);
    return status;
}

/* A code point in UTF-8; its bytes, 0 when it is none. */
static size_t put_utf8(uint32_t point, char target[4])
{
    if (point < 0x80) {
        target[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        target[0] = (char)(0xc0 | point >> 6);
        target[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        target[0] = (char)(0xe0 | point >> 12);
        target[1] = (char)(0x80 | (point >> 6 & 0x3f));
        target[2] = (char)(0x80 | (point & 0x3f));
        return point >= 0xd800 && point < 0xe000 ? 0 : 3;
    }
    target[0] = (char)(0xf0 | point >> 18);
    target[1] = (char)(0x80 | (point >> 12 & 0x3f));
    target[2] = (char)(0x80 | (point >> 6 & 0x3f));
    target[3] = (char)(0x80 | (point & 0x3f));
    return point > 0x10ffff ? 0 : 4;
}

static uint32_t load_point(const file_array *array, const uint8_t *at)
{
    uint32_t point;
    memcpy(&point, at, sizeof point);
    return array->swapped ? __builtin_bswap32(point) : point;
}

/* Element `index` in UTF-8 without the zeros after it, into text (element_bytes of room); false when it is
 * no text. */
static bool load_text(const file_array *array, int64_t index, char *text, size_t *length)
{
    const uint8_t *const element = array->elements + (size_t)index * array->element_bytes;
    size_t used = array->element_bytes;
    while (used > 0 && element[used - 1] == 0)
        used--;
    *length = 0;
    if (array->kind == ARRAY_BYTE_TEXTS) {
        if (used > 0)
            memcpy(text, element, used);
        *length = used;
    }
    const size_t points = array->kind == ARRAY_UNICODE_TEXTS ? array->element_bytes / 4 : 0;
    size_t last = points;
    while (last > 0 && load_point(array, element + 4 * (last - 1)) == 0)
        last--;
    for (size_t i = 0; i < last; i++) {
        const size_t bytes = put_utf8(load_point(array, element + 4 * i), text + *length);
        if (bytes == 0)
            return false;
        *length += bytes;
    }
    return memchr(text, 0, *length) == NULL && utf8_valid_bytes(text, *length) == *length;
}

static linclass_status collect_texts(linclass_context *ctx, const file_array *array, char *text,
                                     text_list *texts)
{
    linclass_status status = LINCLASS_OK;
    for (int64_t i = 0; i < array->shape[0] && status == LINCLASS_OK; i++) {
        size_t length;
        if (!load_text(array, i, text, &length))
            return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                                "%s: label %lld, counted from 0, is not a text in UTF-8",
                                array->name, (long long)i);
        status = text_list_append(ctx, texts, text, length);
    }
    return status;
}

static linclass_status texts_to_labels(linclass_context *ctx, const file_array *array,
                                       int64_t *labels, text_list *names)
{
    text_list texts = {0};
    void *text;
    linclass_status status =
        context_allocate(ctx, lesser_size(array->element_bytes, array->bytes) + 1, "a text", &text);
    if (status != LINCLASS_OK)
        return status;
    status = collect_texts(ctx, array, text, &texts);
    if (status == LINCLASS_OK)
        status = text_codes(ctx, &texts, names, labels);
    text_list_end(&texts, &ctx->allocator);
    context_release(ctx, text);
    return status;
}

linclass_status array_labels(linclass_context *ctx, const file_array *array,
                             linclass_dataset *dataset)
{
    linclass_status status = check_labels(ctx, array, dataset->rows);
    if (status != LINCLASS_OK)
        return status;
    void *labels;
    status = context_allocate_array(ctx, dataset->rows, sizeof(int64_t), "labels", &labels);
    if (status != LINCLASS_OK)
        return status;
    dataset->labels = labels;
    return array->kind == ARRAY_BYTE_TEXTS || array->kind == ARRAY_UNICODE_TEXTS
               ? texts_to_labels(ctx, array, labels, &dataset->class_names)
               : numbers_to_labels(ctx, array, labels);
}
