#include "support/csr.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "support/noise.h"

/* binary16 of a number it holds: sign, exponent + 15, ten bits of fraction. */
static uint16_t half_of(double value)
{
    int exponent;
    const double fraction = frexp(fabs(value), &exponent); /* 1/2 <= fraction < 1 */
    const uint16_t sign = signbit(value) ? 0x8000 : 0;
    if (value == 0)
        return sign;
    return (uint16_t)(sign | (exponent + 14) << 10 | ((int)ldexp(fraction, 11) - 1024));
}

static uint16_t bfloat16_of(double value)
{
    const float single = (float)value;
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    return (uint16_t)(bits >> 16);
}

void csr_put(int32_t dtype, void *array, int64_t index, double value)
{
    switch (dtype) {
    case LINCLASS_UINT8:
        ((uint8_t *)array)[index] = (uint8_t)value;
        break;
    case LINCLASS_INT8:
        ((int8_t *)array)[index] = (int8_t)value;
        break;
    case LINCLASS_INT16:
        ((int16_t *)array)[index] = (int16_t)value;
        break;
    case LINCLASS_UINT16:
        ((uint16_t *)array)[index] = (uint16_t)value;
        break;
    case LINCLASS_FLOAT16:
        ((uint16_t *)array)[index] = half_of(value);
        break;
    case LINCLASS_BFLOAT16:
        ((uint16_t *)array)[index] = bfloat16_of(value);
        break;
    case LINCLASS_FLOAT32:
        ((float *)array)[index] = (float)value;
        break;
    case LINCLASS_FLOAT64:
        ((double *)array)[index] = value;
        break;
    case LINCLASS_INT32:
        ((int32_t *)array)[index] = (int32_t)value;
        break;
    case LINCLASS_INT64:
        ((int64_t *)array)[index] = (int64_t)value;
        break;
    default:
        abort();
    }
}

static size_t bytes_of(int32_t dtype)
{
    static const size_t bytes[] = {1, 1, 4, 8, 1, 2, 2, 2, 2, 4, 8};
    return bytes[dtype];
}

static csr build(int64_t m, int64_t n, const double *X, csr_form form, bool with_zeros)
{
    int64_t count = form.spare;
    for (int64_t e = 0; e < m * n; e++)
        count += with_zeros || X[e] != 0;
    csr self = {
        .row_starts = guarded_new(1, m + 1, m + 1, sizeof(int64_t)),
        .columns = guarded_new(1, count, count + 1, bytes_of(form.column_dtype)),
        .values = guarded_new(1, form.dtype == 0 ? 0 : count, count + 1, bytes_of(form.dtype)),
    };
    int64_t *starts = self.row_starts.data;
    int64_t e = form.spare;
    for (int64_t i = 0; i < m; i++) {
        starts[i] = e;
        for (int64_t j = 0; j < n; j++) {
            if (!with_zeros && X[i * n + j] == 0)
                continue;
            csr_put(form.column_dtype, self.columns.data, e, (double)j);
            if (form.dtype != 0)
                csr_put(form.dtype, self.values.data, e, X[i * n + j] / form.scale);
            e++;
        }
    }
    starts[m] = e;
    const int32_t dtype = form.dtype == 0 ? LINCLASS_FLOAT32 : form.dtype;
    if (linclass_matrix_init_csr(&self.view, sizeof self.view, dtype, m, n, starts,
                                 form.column_dtype, self.columns.data,
                                 form.dtype == 0 ? NULL : self.values.data) != 0)
        abort();
    self.view.scale = form.scale;
    return self;
}

csr csr_new(int64_t m, int64_t n, const double *X, csr_form form)
{
    return build(m, n, X, form, false);
}

csr csr_new_with_zeros(int64_t m, int64_t n, const double *X, csr_form form)
{
    return build(m, n, X, form, true);
}

void csr_free(csr *self)
{
    guarded_free(&self->row_starts);
    guarded_free(&self->columns);
    guarded_free(&self->values);
}

void csr_fill(int64_t m, int64_t n, int64_t percent, double scale, uint64_t seed, double *X)
{
    uint64_t noise = seed;
    for (int64_t i = 0; i < m; i++) {
        const int64_t chance = i % 5 == 3 ? 0 : i % 7 == 2 ? 100 : percent;
        for (int64_t j = 0; j < n; j++) {
            const bool there = noise_below(&noise, 100) < chance;
            const double whole = scale * (double)(1 + noise_below(&noise, 15));
            const double any = (double)(float)noise_uniform(&noise);
            X[i * n + j] = !there ? 0 : scale == 0 ? any : whole;
        }
    }
}
