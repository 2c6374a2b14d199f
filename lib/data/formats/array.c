/* Where an array can be read in place it is: a matrix view has strides for both orders. Copies are made of
 * elements in the other byte order, of elements that are not aligned, of unsigned 32- and 64-bit integers,
 * and of arrays of more than two dimensions whose first index is fastest: there the columns move, each a
 * contiguous run of rows, so that the features are in the order they would have with the last index
 * fastest. */
#include "data/formats/array.h"

#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "data/elements.h"

char *array_describe(const file_array *array, char text[200])
{
    enum { ROOM = 200, TAIL = 70 };
    size_t length = 0;
    for (int i = 0; i < array->dimensions && length < ROOM - TAIL - 24; i++)
        length += (size_t)snprintf(text + length, ROOM - length, "%s%lld", i == 0 ? "" : " x ",
                                   (long long)array->shape[i]);
    (void)snprintf(text + length, ROOM - length, "%s%s",
                   array->dimensions == 0      ? "a single "
                   : length < ROOM - TAIL - 24 ? " "
                                               : " x ... ",
                   array->type);
    return text;
}

/* The product of dimensions first..last, 0 where one is, however large the others are; false: it
 * overflows. */
static bool multiply(const file_array *array, int first, int64_t *product)
{
    *product = 1;
    for (int i = first; i < array->dimensions; i++)
        if (array->shape[i] == 0)
            *product = 0;
    for (int i = first; i < array->dimensions && *product != 0; i++)
        if (__builtin_mul_overflow(*product, array->shape[i], product))
            return false;
    return true;
}

int64_t array_count(const file_array *array)
{
    int64_t count;
    return multiply(array, 0, &count) ? count : INT64_MAX;
}

linclass_status array_measure(linclass_context *ctx, file_array *array)
{
    int64_t count;
    int64_t features;
    char text[200];
    if (multiply(array, 0, &count) && multiply(array, 1, &features) &&
        checked_bytes(count, 1, array->element_bytes, &array->bytes))
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                        "%s claims more elements than can be addressed: %s", array->name,
                        array_describe(array, text));
}

static void copy_swapped(const uint8_t *source, int64_t count, size_t width, uint8_t *target)
{
    for (int64_t i = 0; i < count; i++, source += width, target += width)
        for (size_t byte = 0; byte < width; byte++)
            target[byte] = source[width - 1 - byte];
}

static uint32_t load_uint32(const file_array *array, int64_t index)
{
    uint32_t value;
    memcpy(&value, array->elements + index * (int64_t)sizeof value, sizeof value);
    return array->swapped ? __builtin_bswap32(value) : value;
}

static uint64_t load_uint64(const file_array *array, int64_t index)
{
    uint64_t value;
    memcpy(&value, array->elements + index * (int64_t)sizeof value, sizeof value);
    return array->swapped ? __builtin_bswap64(value) : value;
}

static linclass_status widen(linclass_context *ctx, const file_array *array, int64_t *target)
{
    const int64_t count = array_count(array);
    for (int64_t i = 0; i < count; i++) {
        const uint64_t value =
            array->kind == ARRAY_UINT32 ? load_uint32(array, i) : load_uint64(array, i);
        if (value > INT64_MAX)
            return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                                "%s: element %lld is %llu, above the largest int64", array->name,
                                (long long)i, (unsigned long long)value);
        target[i] = (int64_t)value;
    }
    return LINCLASS_OK;
}

linclass_status array_numbers(linclass_context *ctx, const file_array *array, const void **elements,
                              int32_t *dtype, void **owned)
{
    *owned = NULL;
    *elements = array->elements;
    *dtype = array->kind == ARRAY_NUMBERS ? array->dtype : LINCLASS_INT64;
    if (array->kind == ARRAY_BYTE_TEXTS || array->kind == ARRAY_UNICODE_TEXTS)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "%s has texts of type '%s'; only labels may be texts", array->name,
                            array->type);
    const size_t width = array->element_bytes;
    if (array->kind == ARRAY_NUMBERS && (!array->swapped || width == 1) &&
        (uintptr_t)array->elements % width == 0)
        return LINCLASS_OK;
    const int64_t count = array_count(array);
    linclass_status status =
        context_allocate_array(ctx, count, element_bytes(*dtype), array->name, owned);
    if (status != LINCLASS_OK)
        return status;
    *elements = *owned;
    if (array->kind != ARRAY_NUMBERS)
        status = widen(ctx, array, *owned);
    else if (array->swapped)
        copy_swapped(array->elements, count, width, *owned);
    else if (array->bytes > 0)
        memcpy(*owned, array->elements, array->bytes);
    if (status != LINCLASS_OK) {
        context_release(ctx, *owned);
        *owned = NULL;
    }
    return status;
}

/* Columns in the order of their last index, from columns in the order of their first. */
static void move_columns(const file_array *array, const uint8_t *source, size_t column_bytes,
                         int64_t columns, uint8_t *target)
{
    int64_t index[ARRAY_MAX_DIMENSIONS] = {0};
    for (int64_t column = 0; column < columns; column++) {
        int64_t place = 0;
        for (int i = array->dimensions - 1; i > 0; i--)
            place = place * array->shape[i] + index[i];
        memcpy(target + (size_t)column * column_bytes, source + (size_t)place * column_bytes,
               column_bytes);
        for (int i = array->dimensions - 1; i > 0 && ++index[i] == array->shape[i]; i--)
            index[i] = 0;
    }
}

static linclass_status order_columns(linclass_context *ctx, const file_array *array,
                                     linclass_dataset *dataset)
{
    const size_t width = element_bytes(dataset->dtype);
    void *ordered;
    const linclass_status status =
        context_allocate_array(ctx, array_count(array), width, array->name, &ordered);
    if (status != LINCLASS_OK)
        return status;
    if (array->bytes > 0)
        move_columns(array, dataset->data, (size_t)dataset->rows * width, dataset->cols, ordered);
    context_release(ctx, dataset->owned[0]);
    dataset->owned[0] = ordered;
    dataset->data = ordered;
    return LINCLASS_OK;
}

linclass_status array_samples(linclass_context *ctx, const file_array *array,
                              linclass_dataset *dataset)
{
    if (array->dimensions == 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is a single number; samples are an array of one or more dimensions",
                            array->name);
    linclass_status status =
        array_numbers(ctx, array, &dataset->data, &dataset->dtype, &dataset->owned[0]);
    if (status != LINCLASS_OK)
        return status;
    dataset->rows = array->shape[0];
    (void)multiply(array, 1, &dataset->cols);
    dataset->row_stride = dataset->cols;
    dataset->sample_dimensions = array->dimensions - 1;
    memcpy(dataset->sample_shape, array->shape + 1,
           (size_t)dataset->sample_dimensions * sizeof(int64_t));
    if (!array->first_fastest || array->dimensions == 1)
        return LINCLASS_OK;
    dataset->row_stride = 1;
    dataset->col_stride = dataset->rows;
    return array->dimensions == 2 ? LINCLASS_OK : order_columns(ctx, array, dataset);
}
