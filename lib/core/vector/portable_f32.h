/* vector.h by the vector types of the compiler in single precision: 4 floats; a mask is a vector of all-ones lanes. */
#ifndef CORE_VECTOR_PORTABLE_F32_H
#define CORE_VECTOR_PORTABLE_F32_H

typedef float vector __attribute__((vector_size(16)));
typedef int32_t mask __attribute__((vector_size(16)));
typedef uint32_t bits_of_lanes __attribute__((vector_size(16)));
typedef mask whole_lanes; /* integers, a lane each */
typedef double half_wide
    __attribute__((vector_size(16))); /* the lanes of half a vector, in double */
typedef float half_vector __attribute__((vector_size(8)));
#if defined(__aarch64__) || defined(__powerpc64__)
enum { LANES = 4, PIECE = 4, REGISTERS = 32 };
#else
enum { LANES = 4, PIECE = 4, REGISTERS = 16 };
#endif

#define WHOLE_FROM 0x1p23f

/* 2^n for -126 <= n <= 127, put together from its bits. */
VECTOR_INLINE vector power_of_two(whole_lanes n)
{
    return (vector)(((bits_of_lanes)n + 127) << 23);
}

VECTOR_INLINE vector vector_all(float x)
{
    return (vector){x, x, x, x};
}

VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return a == b;
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return a < b;
}

#include "core/vector/portable.h"

VECTOR_INLINE vector vector_lanes(void)
{
    return (vector){0, 1, 2, 3};
}

/* By way of integers of the lanes' size, which every processor converts. */
VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    const whole_lanes whole = {p[0], p[1], p[2], p[3]};
    return __builtin_convertvector(whole, vector);
}

VECTOR_INLINE vector vector_fma(vector a, vector b, vector c)
{
    return (vector){__builtin_fmaf(a[0], b[0], c[0]), __builtin_fmaf(a[1], b[1], c[1]),
                    __builtin_fmaf(a[2], b[2], c[2]), __builtin_fmaf(a[3], b[3], c[3])};
}

VECTOR_INLINE float vector_largest(vector v)
{
    const vector a = vector_max(v, __builtin_shufflevector(v, v, 2, 3, 0, 1));
    return a[0] > a[1] ? a[0] : a[1];
}

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    return (vector){(float)y[0], (float)y[1], (float)y[2], (float)y[3]};
}

VECTOR_INLINE vector portable_unpacklo_ps(vector a, vector b)
{
    return __builtin_shufflevector(a, b, 0, 4, 1, 5);
}

VECTOR_INLINE vector portable_unpackhi_ps(vector a, vector b)
{
    return __builtin_shufflevector(a, b, 2, 6, 3, 7);
}

VECTOR_INLINE half_wide portable_unpacklo_pd(half_wide a, half_wide b)
{
    return __builtin_shufflevector(a, b, 0, 2);
}

VECTOR_INLINE half_wide portable_unpackhi_pd(half_wide a, half_wide b)
{
    return __builtin_shufflevector(a, b, 1, 3);
}

VECTOR_INLINE void portable_storeu_pd(double *p, half_wide v)
{
    memcpy(p, &v, sizeof v);
}

#define VECTOR_OP(name)    portable_##name##_ps
#define HALF_WIDE_OP(name) portable_##name##_pd
#include "core/vector/f32.h"

VECTOR_INLINE wide wide_of(vector v)
{
    const half_vector low = __builtin_shufflevector(v, v, 0, 1);
    const half_vector high = __builtin_shufflevector(v, v, 2, 3);
    return (wide){__builtin_convertvector(low, half_wide),
                  __builtin_convertvector(high, half_wide)};
}

VECTOR_INLINE vector wide_round(wide w)
{
    const half_vector low = __builtin_convertvector(w.low, half_vector);
    const half_vector high = __builtin_convertvector(w.high, half_vector);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3);
}

VECTOR_INLINE double wide_total(wide w)
{
    const half_wide two = w.low + w.high;
    return two[0] + two[1];
}

#endif
