/* Elements of any type, converted to the working precision `real`.
 *
 *     out[i] = real(scale) * x_i            types of 8 and 16 bits: x is exact, the product rounded once
 *     out[i] = real(scale * double(x_i))    float32, float64, int32, int64: the product rounded to
 *                                           double, then to real
 *
 * The conversion of an element depends on nothing but its value, the dtype and the scale. Short types are
 * multiplied in the working precision because the conversion of images and embeddings stands in the inner
 * loop of training, and a loop in float runs several times as fast as one in double; rounding the scale
 * and the product keeps it within 1.5 units in the last place of the exact value. The others go through
 * double so that a scale outside float's range still acts on a float64 element. */
#include "data/elements.h"

#include <string.h>

#include <linclass/matrix.h>

#include "core/real.h"
#include "data/bytes.h"
#include "data/half.h"

static void convert_uint8(const uint8_t *x, int64_t stride, real scale, int64_t count,
                          real *restrict out)
{
    if (stride == 1) {
        bytes_best()->convert(x, scale, count, out);
        return;
    }
    for (int64_t i = 0; i < count; i++)
        out[i] = scale * (real)x[i * stride];
}

static void convert_int8(const int8_t *x, int64_t stride, real scale, int64_t count,
                         real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = scale * (real)x[i * stride];
}

static void convert_int16(const int16_t *x, int64_t stride, real scale, int64_t count,
                          real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = scale * (real)x[i * stride];
}

static void convert_uint16(const uint16_t *x, int64_t stride, real scale, int64_t count,
                           real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = scale * (real)x[i * stride];
}

static void convert_half(const uint16_t *x, int64_t stride, real scale, int64_t count,
                         real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = scale * (real)float_of_half(x[i * stride]);
}

static void convert_bfloat16(const uint16_t *x, int64_t stride, real scale, int64_t count,
                             real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = scale * (real)float_of_bfloat16(x[i * stride]);
}

static void convert_float(const float *x, int64_t stride, double scale, int64_t count,
                          real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = (real)(scale * (double)x[i * stride]);
}

static void convert_double(const double *x, int64_t stride, double scale, int64_t count,
                           real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = (real)(scale * x[i * stride]);
}

static void convert_int32(const int32_t *x, int64_t stride, double scale, int64_t count,
                          real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = (real)(scale * x[i * stride]);
}

static void convert_int64(const int64_t *x, int64_t stride, double scale, int64_t count,
                          real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = (real)(scale * (double)x[i * stride]);
}

void elements_convert(int32_t dtype, const void *data, int64_t offset, int64_t stride, double scale,
                      int64_t count, real *restrict out)
{
    if (dtype == REAL_DTYPE && scale == 1 && stride == 1) {
        memcpy(out, (const real *)data + offset, (size_t)count * sizeof *out);
        return;
    }
    switch (dtype) {
    case LINCLASS_UINT8:
        convert_uint8((const uint8_t *)data + offset, stride, (real)scale, count, out);
        break;
    case LINCLASS_INT8:
        convert_int8((const int8_t *)data + offset, stride, (real)scale, count, out);
        break;
    case LINCLASS_INT16:
        convert_int16((const int16_t *)data + offset, stride, (real)scale, count, out);
        break;
    case LINCLASS_UINT16:
        convert_uint16((const uint16_t *)data + offset, stride, (real)scale, count, out);
        break;
    case LINCLASS_FLOAT16:
        convert_half((const uint16_t *)data + offset, stride, (real)scale, count, out);
        break;
    case LINCLASS_BFLOAT16:
        convert_bfloat16((const uint16_t *)data + offset, stride, (real)scale, count, out);
        break;
    case LINCLASS_FLOAT32:
        convert_float((const float *)data + offset, stride, scale, count, out);
        break;
    case LINCLASS_INT32:
        convert_int32((const int32_t *)data + offset, stride, scale, count, out);
        break;
    case LINCLASS_INT64:
        convert_int64((const int64_t *)data + offset, stride, scale, count, out);
        break;
    default:
        convert_double((const double *)data + offset, stride, scale, count, out);
        break;
    }
}
