/* What is the same in both precisions. */
#include "data/elements.h"

#include <linclass/matrix.h>

#include "data/half.h"

size_t element_bytes(int32_t dtype)
{
    switch (dtype) {
    case LINCLASS_UINT8:
    case LINCLASS_INT8:
        return 1;
    case LINCLASS_INT16:
    case LINCLASS_UINT16:
    case LINCLASS_FLOAT16:
    case LINCLASS_BFLOAT16:
        return 2;
    case LINCLASS_FLOAT32:
    case LINCLASS_INT32:
        return 4;
    case LINCLASS_FLOAT64:
    case LINCLASS_INT64:
        return 8;
    default:
        return 0;
    }
}

int element_fits_float(int32_t dtype)
{
    return dtype != LINCLASS_FLOAT64 && dtype != LINCLASS_INT32 && dtype != LINCLASS_INT64;
}

int element_may_be_non_finite(int32_t dtype)
{
    return dtype == LINCLASS_FLOAT16 || dtype == LINCLASS_BFLOAT16 || dtype == LINCLASS_FLOAT32 ||
           dtype == LINCLASS_FLOAT64;
}

double element_value(int32_t dtype, const void *data, int64_t index)
{
    switch (dtype) {
    case LINCLASS_UINT8:
        return ((const uint8_t *)data)[index];
    case LINCLASS_INT8:
        return ((const int8_t *)data)[index];
    case LINCLASS_INT16:
        return ((const int16_t *)data)[index];
    case LINCLASS_UINT16:
        return ((const uint16_t *)data)[index];
    case LINCLASS_FLOAT16:
        return (double)float_of_half(((const uint16_t *)data)[index]);
    case LINCLASS_BFLOAT16:
        return (double)float_of_bfloat16(((const uint16_t *)data)[index]);
    case LINCLASS_FLOAT32:
        return (double)((const float *)data)[index];
    case LINCLASS_INT32:
        return ((const int32_t *)data)[index];
    case LINCLASS_INT64:
        return (double)((const int64_t *)data)[index];
    default:
        return ((const double *)data)[index];
    }
}
