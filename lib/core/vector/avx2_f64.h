/* vector.h on AVX2 and FMA in double precision: 4 doubles; a mask is a vector of all-ones lanes. */
#ifndef CORE_VECTOR_AVX2_F64_H
#define CORE_VECTOR_AVX2_F64_H

#include <immintrin.h>

typedef __m256d vector;
typedef __m256d mask;
enum { LANES = 4, PIECE = 2, REGISTERS = 16 };

VECTOR_INLINE vector vector_all(double x)
{
    return _mm256_set1_pd(x);
}

VECTOR_INLINE vector vector_lanes(void)
{
    return _mm256_setr_pd(0, 1, 2, 3);
}

VECTOR_INLINE __m256i mask_first(int64_t count)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}

VECTOR_INLINE vector vector_load(const double *p)
{
    return _mm256_loadu_pd(p);
}

VECTOR_INLINE vector vector_load_first(const double *p, int64_t count, double fill)
{
    const __m256i first = mask_first(count);
    return _mm256_blendv_pd(vector_all(fill), _mm256_maskload_pd(p, first),
                            _mm256_castsi256_pd(first));
}

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return _mm256_cvtepi32_pd(_mm_cvtepu8_epi32(_mm_loadu_si32(p)));
}

VECTOR_INLINE void vector_store(double *p, vector v)
{
    _mm256_storeu_pd(p, v);
}

VECTOR_INLINE void vector_store_first(double *p, int64_t count, vector v)
{
    _mm256_maskstore_pd(p, mask_first(count), v);
}

VECTOR_INLINE vector vector_fma(vector a, vector b, vector c)
{
    return _mm256_fmadd_pd(a, b, c);
}

VECTOR_INLINE vector vector_round(vector v)
{
    return _mm256_round_pd(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

VECTOR_INLINE vector vector_max(vector a, vector b)
{
    return _mm256_max_pd(a, b);
}

VECTOR_INLINE vector vector_min(vector a, vector b)
{
    return _mm256_min_pd(a, b);
}

/* 2^n for -1022 <= n <= 1023, put together from its bits. */
VECTOR_INLINE vector power_of_two(__m128i n)
{
    const __m256i biased = _mm256_cvtepi32_epi64(_mm_add_epi32(n, _mm_set1_epi32(1023)));
    return _mm256_castsi256_pd(_mm256_slli_epi64(biased, 52));
}

/* In two halves: 2^n itself may be out of range where v 2^n is not. The first product is exact. */
VECTOR_INLINE vector vector_scale(vector v, vector n)
{
    const __m128i whole = _mm256_cvtpd_epi32(n);
    const __m128i half = _mm_srai_epi32(whole, 1);
    return v * power_of_two(half) * power_of_two(_mm_sub_epi32(whole, half));
}

/* The biased exponent, as the low bits of the double 2^52 + exponent. */
VECTOR_INLINE vector vector_exponent(vector v)
{
    const __m256i exponent = _mm256_srli_epi64(_mm256_castpd_si256(v), 52);
    const __m256i two_to_52 = _mm256_castpd_si256(vector_all(0x1p52));
    return _mm256_castsi256_pd(_mm256_or_si256(exponent, two_to_52)) - vector_all(0x1p52 + 1023);
}

VECTOR_INLINE double vector_largest(vector v)
{
    const __m128d a = _mm_max_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
    return _mm_cvtsd_f64(_mm_max_sd(a, _mm_unpackhi_pd(a, a)));
}

VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return _mm256_cmp_pd(a, b, _CMP_EQ_OQ);
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return _mm256_cmp_pd(a, b, _CMP_LT_OQ);
}

VECTOR_INLINE vector vector_select(mask m, vector a, vector b)
{
    return _mm256_blendv_pd(b, a, m);
}

VECTOR_INLINE unsigned mask_bits(mask m)
{
    return (unsigned)_mm256_movemask_pd(m);
}

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    return _mm256_setr_pd((double)y[0], (double)y[1], (double)y[2], (double)y[3]);
}

#include "core/vector/wide_f64.h"

VECTOR_INLINE double wide_total(wide w)
{
    const __m128d two = _mm256_castpd256_pd128(w) + _mm256_extractf128_pd(w, 1);
    return two[0] + two[1];
}

/* Rows i and i + 2 in the two 16-byte lanes of a register. */
VECTOR_INLINE vector tile_row_load(const double *h, int64_t ldh)
{
    const vector low = _mm256_castpd128_pd256(_mm_loadu_pd(h));
    return _mm256_insertf128_pd(low, _mm_loadu_pd(h + 2 * ldh), 1);
}

VECTOR_INLINE void tile_row_store(double *h, int64_t ldh, vector v)
{
    _mm_storeu_pd(h, _mm256_castpd256_pd128(v));
    _mm_storeu_pd(h + 2 * ldh, _mm256_extractf128_pd(v, 1));
}

/* 2 x 2 transposition in each 16-byte lane. */
VECTOR_INLINE void tile_transpose(vector v[PIECE])
{
    const vector first = _mm256_unpacklo_pd(v[0], v[1]);
    v[1] = _mm256_unpackhi_pd(v[0], v[1]);
    v[0] = first;
}

#endif
