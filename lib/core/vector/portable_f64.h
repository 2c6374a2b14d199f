/* vector.h by the vector types of the compiler in double precision: 2 doubles; a mask is a vector of all-ones lanes. */
#ifndef CORE_VECTOR_PORTABLE_F64_H
#define CORE_VECTOR_PORTABLE_F64_H

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

typedef double vector __attribute__((vector_size(16)));
typedef int64_t mask __attribute__((vector_size(16)));
typedef uint64_t bits_of_lanes __attribute__((vector_size(16)));
typedef mask whole_lanes; /* integers, a lane each */
#if defined(__aarch64__) || defined(__powerpc64__)
enum { LANES = 2, PIECE = 2, REGISTERS = 32 };
#else
enum { LANES = 2, PIECE = 2, REGISTERS = 16 };
#endif

#define WHOLE_FROM 0x1p52

/* 2^n for -1022 <= n <= 1023, put together from its bits. */
VECTOR_INLINE vector power_of_two(whole_lanes n)
{
    return (vector)(((bits_of_lanes)n + 1023) << 52);
}

VECTOR_INLINE vector vector_all(double x)
{
    return (vector){x, x};
}

/* gcc 12 fails on comparisons of vectors of 64-bit lanes for x86-64 before SSE4.2: by their intrinsics there. */
#if defined(__x86_64__)
VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return (mask)_mm_cmpeq_pd(a, b);
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return (mask)_mm_cmplt_pd(a, b);
}
#else
VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return a == b;
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return a < b;
}
#endif

#include "core/vector/portable.h"

VECTOR_INLINE vector vector_lanes(void)
{
    return (vector){0, 1};
}

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return (vector){(double)p[0], (double)p[1]};
}

VECTOR_INLINE vector vector_fma(vector a, vector b, vector c)
{
    return (vector){__builtin_fma(a[0], b[0], c[0]), __builtin_fma(a[1], b[1], c[1])};
}

/* The biased exponent, as the low bits of the double 2^52 + exponent. */
VECTOR_INLINE vector vector_exponent(vector v)
{
    const bits_of_lanes exponent = (bits_of_lanes)v >> 52;
    const bits_of_lanes two_to_52 = (bits_of_lanes)vector_all(0x1p52);
    return (vector)(exponent | two_to_52) - vector_all(0x1p52 + 1023);
}

VECTOR_INLINE double vector_largest(vector v)
{
    return v[0] > v[1] ? v[0] : v[1];
}

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    return (vector){(double)y[0], (double)y[1]};
}

VECTOR_INLINE vector portable_unpacklo_pd(vector a, vector b)
{
    return __builtin_shufflevector(a, b, 0, 2);
}

VECTOR_INLINE vector portable_unpackhi_pd(vector a, vector b)
{
    return __builtin_shufflevector(a, b, 1, 3);
}

#define VECTOR_OP(name) portable_##name##_pd
#include "core/vector/f64.h"

VECTOR_INLINE double wide_total(wide w)
{
    return w[0] + w[1];
}

#endif
