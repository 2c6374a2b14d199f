/* vector.h on AVX2 and FMA in single precision: 8 floats; a mask is a vector of all-ones lanes. */
#ifndef CORE_VECTOR_AVX2_F32_H
#define CORE_VECTOR_AVX2_F32_H

#include <immintrin.h>

typedef __m256 vector;
typedef __m256 mask;
typedef __m256d half_wide; /* the lanes of half a vector, in double */
enum { LANES = 8, PIECE = 4, REGISTERS = 16 };

VECTOR_INLINE vector vector_lanes(void)
{
    return _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7);
}

VECTOR_INLINE __m256i mask_first(int64_t count)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lane);
}

#define VECTOR_OP(name) _mm256_##name##_ps
#include "core/vector/avx2.h"

/* In pieces of 4, 2 and 1: a masked store takes 12 cycles on AMD's processors before Zen 4. */
VECTOR_INLINE void vector_store_first(float *p, int64_t count, vector v)
{
    if (count >= LANES) {
        vector_store(p, v);
        return;
    }
    __m128 rest = _mm256_castps256_ps128(v);
    if (count & 4) {
        _mm_storeu_ps(p, rest);
        rest = _mm256_extractf128_ps(v, 1);
        p += 4;
    }
    if (count & 2) {
        _mm_storel_pi((__m64 *)p, rest);
        rest = _mm_movehl_ps(rest, rest);
        p += 2;
    }
    if (count & 1)
        _mm_store_ss(p, rest);
}

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
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

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    const __m256i low_words = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    const __m256i low =
        _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const __m256i *)y), low_words);
    const __m256i high =
        _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const __m256i *)(y + 4)), low_words);
    return _mm256_cvtepi32_ps(_mm256_blend_epi32(low, high, 0xf0));
}

#define HALF_WIDE_OP(name) _mm256_##name##_pd
#include "core/vector/f32.h"

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

#endif
