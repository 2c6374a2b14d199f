/* vector.h on AVX2 and FMA in single precision: 8 floats; a mask is a vector of all-ones lanes. */
#ifndef CORE_VECTOR_AVX2_F32_H
#define CORE_VECTOR_AVX2_F32_H

#include <immintrin.h>

typedef __m256 vector;
typedef __m256 mask;
typedef __m256d half_wide; /* the lanes of half a vector, in double */
enum { LANES = 8, PIECE = 4, REGISTERS = 16 };

VECTOR_INLINE vector vector_all(float x)
{
    return _mm256_set1_ps(x);
}

VECTOR_INLINE vector vector_lanes(void)
{
    return _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7);
}

VECTOR_INLINE __m256i mask_first(int64_t count)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lane);
}

VECTOR_INLINE vector vector_load(const float *p)
{
    return _mm256_loadu_ps(p);
}

VECTOR_INLINE vector vector_load_first(const float *p, int64_t count, float fill)
{
    const __m256i first = mask_first(count);
    return _mm256_blendv_ps(vector_all(fill), _mm256_maskload_ps(p, first),
                            _mm256_castsi256_ps(first));
}

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}

VECTOR_INLINE void vector_store(float *p, vector v)
{
    _mm256_storeu_ps(p, v);
}

VECTOR_INLINE void vector_store_first(float *p, int64_t count, vector v)
{
    _mm256_maskstore_ps(p, mask_first(count), v);
}

VECTOR_INLINE vector vector_fma(vector a, vector b, vector c)
{
    return _mm256_fmadd_ps(a, b, c);
}

VECTOR_INLINE vector vector_round(vector v)
{
    return _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

VECTOR_INLINE vector vector_max(vector a, vector b)
{
    return _mm256_max_ps(a, b);
}

VECTOR_INLINE vector vector_min(vector a, vector b)
{
    return _mm256_min_ps(a, b);
}

/* 2^n for -126 <= n <= 127, put together from its bits. */
VECTOR_INLINE vector power_of_two(__m256i n)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
}

/* In two halves: 2^n itself may be out of range where v 2^n is not. The first product is exact. */
VECTOR_INLINE vector vector_scale(vector v, vector n)
{
    const __m256i whole = _mm256_cvtps_epi32(n);
    const __m256i half = _mm256_srai_epi32(whole, 1);
    return v * power_of_two(half) * power_of_two(_mm256_sub_epi32(whole, half));
}

VECTOR_INLINE float vector_largest(vector v)
{
    __m128 a = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    a = _mm_max_ps(a, _mm_movehl_ps(a, a));
    return _mm_cvtss_f32(_mm_max_ss(a, _mm_movehdup_ps(a)));
}

VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return _mm256_cmp_ps(a, b, _CMP_EQ_OQ);
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return _mm256_cmp_ps(a, b, _CMP_LT_OQ);
}

VECTOR_INLINE vector vector_select(mask m, vector a, vector b)
{
    return _mm256_blendv_ps(b, a, m);
}

VECTOR_INLINE unsigned mask_bits(mask m)
{
    return (unsigned)_mm256_movemask_ps(m);
}

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    const __m256i low_words = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    const __m256i low =
        _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const __m256i *)y), low_words);
    const __m256i high =
        _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const __m256i *)(y + 4)), low_words);
    return _mm256_cvtepi32_ps(_mm256_blend_epi32(low, high, 0xf0));
}

VECTOR_INLINE void half_wide_store(double *p, half_wide v)
{
    _mm256_storeu_pd(p, v);
}

#include "core/vector/wide_f32.h"

VECTOR_INLINE wide wide_of(vector v)
{
    return (wide){_mm256_cvtps_pd(_mm256_castps256_ps128(v)),
                  _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1))};
}

VECTOR_INLINE vector wide_round(wide w)
{
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(w.low)),
                                _mm256_cvtpd_ps(w.high), 1);
}

VECTOR_INLINE double wide_total(wide w)
{
    const __m256d four = w.low + w.high;
    const __m128d two = _mm256_castpd256_pd128(four) + _mm256_extractf128_pd(four, 1);
    return two[0] + two[1];
}

/* Rows i and i + 4 in the two 16-byte lanes of a register. */
VECTOR_INLINE vector tile_row_load(const float *h, int64_t ldh)
{
    const vector low = _mm256_castps128_ps256(_mm_loadu_ps(h));
    return _mm256_insertf128_ps(low, _mm_loadu_ps(h + 4 * ldh), 1);
}

VECTOR_INLINE void tile_row_store(float *h, int64_t ldh, vector v)
{
    _mm_storeu_ps(h, _mm256_castps256_ps128(v));
    _mm_storeu_ps(h + 4 * ldh, _mm256_extractf128_ps(v, 1));
}

/* 4 x 4 transposition in each 16-byte lane. */
VECTOR_INLINE void tile_transpose(vector v[PIECE])
{
    const __m256d a = _mm256_castps_pd(_mm256_unpacklo_ps(v[0], v[1]));
    const __m256d b = _mm256_castps_pd(_mm256_unpackhi_ps(v[0], v[1]));
    const __m256d c = _mm256_castps_pd(_mm256_unpacklo_ps(v[2], v[3]));
    const __m256d d = _mm256_castps_pd(_mm256_unpackhi_ps(v[2], v[3]));
    v[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(a, c));
    v[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(a, c));
    v[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(b, d));
    v[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(b, d));
}

#endif
