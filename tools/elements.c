#include "elements.h"

#include <math.h>
#include <string.h>

int64_t element_bytes(int32_t dtype)
{
    switch (dtype) {
    case LINCLASS_UINT8:
    case LINCLASS_INT8:
        return 1;
    case LINCLASS_UINT16:
    case LINCLASS_INT16:
    case LINCLASS_FLOAT16:
    case LINCLASS_BFLOAT16:
        return 2;
    case LINCLASS_FLOAT32:
    case LINCLASS_INT32:
        return 4;
    default:
        return 8;
    }
}

/* IEEE 754's binary16. */
static double from_half(uint16_t bits)
{
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    double value = exponent == 31  ? (fraction == 0 ? (double)INFINITY : (double)NAN)
                   : exponent == 0 ? ldexp(fraction, -24)
                                   : ldexp(1024 + fraction, exponent - 25);
    return (bits & 0x8000) != 0 ? -value : value;
}

/* The upper half of a float. */
static double from_bfloat(uint16_t bits)
{
    const uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return (double)value;
}

double element_load(int32_t dtype, const void *values, int64_t index)
{
    switch (dtype) {
    case LINCLASS_UINT8:
        return ((const uint8_t *)values)[index];
    case LINCLASS_INT8:
        return ((const int8_t *)values)[index];
    case LINCLASS_UINT16:
        return ((const uint16_t *)values)[index];
    case LINCLASS_INT16:
        return ((const int16_t *)values)[index];
    case LINCLASS_INT32:
        return ((const int32_t *)values)[index];
    case LINCLASS_INT64:
        return (double)((const int64_t *)values)[index];
    case LINCLASS_FLOAT16:
        return from_half(((const uint16_t *)values)[index]);
    case LINCLASS_BFLOAT16:
        return from_bfloat(((const uint16_t *)values)[index]);
    case LINCLASS_FLOAT32:
        return (double)((const float *)values)[index];
    default:
        return ((const double *)values)[index];
    }
}

element_row elements_of(const linclass_matrix *X, int64_t row)
{
    element_row self = {.X = X, .row = row, .count = X->cols};
    if (X->layout == LINCLASS_LAYOUT_CSR)
        self.count = X->row_starts[row + 1] - X->row_starts[row];
    return self;
}

double element_at(const element_row *self, int64_t place, int64_t *column)
{
    const linclass_matrix *X = self->X;
    if (X->layout != LINCLASS_LAYOUT_CSR) {
        *column = place;
        return element_load(X->dtype, X->data, self->row * X->row_stride + place * X->col_stride);
    }
    const int64_t at = X->row_starts[self->row] + place;
    *column = X->column_dtype == LINCLASS_INT32 ? ((const int32_t *)X->columns)[at]
                                                : ((const int64_t *)X->columns)[at];
    return X->data == NULL ? 1 : element_load(X->dtype, X->data, at);
}

int64_t elements_count_nonzero(const linclass_matrix *X)
{
    int64_t count = 0;
    for (int64_t i = 0; i < X->rows; i++) {
        const element_row row = elements_of(X, i);
        int64_t column;
        for (int64_t e = 0; e < row.count; e++)
            count += element_at(&row, e, &column) != 0;
    }
    return count;
}
