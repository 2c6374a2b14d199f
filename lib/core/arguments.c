#include "core/arguments.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>

#include "core/allocator.h"
#include "core/context.h"

array_argument array_given(const char *name, const void *data, int64_t rows, int64_t cols,
                           size_t element)
{
    return (array_argument){
        .name = name, .data = data, .rows = rows, .cols = cols, .ld = cols, .element = element};
}

array_argument array_optional(array_argument array)
{
    array.optional = true;
    return array;
}

array_argument array_output(array_argument array)
{
    array.output = true;
    return array;
}

linclass_status check_dimension(linclass_context *ctx, const char *name, int64_t value)
{
    if (value >= 0)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "%s is %" PRId64 ", less than 0", name,
                        value);
}

linclass_status check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k)
{
    linclass_status status = check_dimension(ctx, "m", m);
    if (status == LINCLASS_OK)
        status = check_dimension(ctx, "n", n);
    if (status == LINCLASS_OK)
        status = check_dimension(ctx, "k", k);
    return status;
}

linclass_status check_weights(linclass_context *ctx, const char *name, int64_t count,
                              const double *weights)
{
    for (int64_t i = 0; weights != NULL && i < count; i++) {
        if (!(weights[i] >= 0) || !isfinite(weights[i]))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "%s[%" PRId64 "] is %g, not finite and >= 0", name, i, weights[i]);
    }
    return LINCLASS_OK;
}

linclass_status check_nonnegative(linclass_context *ctx, const char *name, int64_t count,
                                  const double *values)
{
    const linclass_status status = check_weights(ctx, name, count, values);
    double sum = 0;
    for (int64_t i = 0; status == LINCLASS_OK && values != NULL && i < count; i++)
        sum += values[i];
    return isfinite(sum)
               ? status
               : context_fail(ctx, LINCLASS_ERROR_NUMERIC, "the sum of %s overflows", name);
}

linclass_status refuse_option(linclass_context *ctx, const char *option, double value,
                              const char *range)
{
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "options.%s is %g, not %s", option,
                        value, range);
}

linclass_status refuse_integer_option(linclass_context *ctx, const char *option, int64_t value,
                                      const char *range)
{
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "options.%s is %" PRId64 ", not %s",
                        option, value, range);
}

/* Bytes from the first element to the end of the last: the padding after the last row is not part of
 * the array. */
static bool extent(const array_argument *array, size_t *bytes)
{
    size_t whole;
    *bytes = 0;
    if (array->rows == 0 || array->cols == 0)
        return true;
    if (!checked_bytes(array->rows, array->ld, array->element, &whole))
        return false;
    *bytes = whole - (size_t)(array->ld - array->cols) * array->element;
    return true;
}

static linclass_status check_array(linclass_context *ctx, const array_argument *array,
                                   size_t *bytes)
{
    const int64_t least = array->cols > 1 ? array->cols : 1;
    if (array->ld_name != NULL && array->ld < least)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s is %" PRId64 ", less than %" PRId64 ", the row length of %s",
                            array->ld_name, array->ld, least, array->name);
    if (array->ld > INT_MAX)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "a row of %s is %" PRId64 " elements, more than BLAS's limit of %d",
                            array->name, array->ld, INT_MAX);
    if (!extent(array, bytes))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s of %" PRId64 " rows, %" PRId64 " elements apart, overflows",
                            array->name, array->rows, array->ld);
    if (array->data == NULL && *bytes > 0 && !array->optional)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL", array->name);
    if (array->data == NULL)
        *bytes = 0;
    return LINCLASS_OK;
}

static bool overlap(const void *a, size_t a_bytes, const void *b, size_t b_bytes)
{
    const uintptr_t a_first = (uintptr_t)a;
    const uintptr_t b_first = (uintptr_t)b;
    return a_bytes > 0 && b_bytes > 0 && a_first < b_first + b_bytes && b_first < a_first + a_bytes;
}

enum { MOST_ARRAYS = 16 }; /* of a call */

linclass_status check_arrays(linclass_context *ctx, int count, const array_argument *arrays)
{
    size_t bytes[MOST_ARRAYS] = {0};
    assert(count <= MOST_ARRAYS);
    for (int i = 0; i < count; i++) {
        const linclass_status status = check_array(ctx, &arrays[i], &bytes[i]);
        if (status != LINCLASS_OK)
            return status;
    }
    for (int i = 0; i < count; i++) {
        for (int j = i + 1; j < count; j++) {
            if ((arrays[i].output || arrays[j].output) &&
                overlap(arrays[i].data, bytes[i], arrays[j].data, bytes[j]))
                return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s overlaps %s",
                                    arrays[j].name, arrays[i].name);
        }
    }
    return LINCLASS_OK;
}
