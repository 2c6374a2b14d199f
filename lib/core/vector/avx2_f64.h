/* vector.h on AVX2 and FMA in double precision: 4 doubles; a mask is a vector of all-ones lanes. */
#ifndef CORE_VECTOR_AVX2_F64_H
#define CORE_VECTOR_AVX2_F64_H

#include <immintrin.h>

typedef __m256d vector;
typedef __m256d mask;
enum { LANES = 4, PIECE = 2, REGISTERS = 16 };

VECTOR_INLINE vector vector_lanes(void)
{
    return _mm256_setr_pd(0, 1, 2, 3);
}

VECTOR_INLINE __m256i mask_first(int64_t count)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}

#define VECTOR_OP(name) _mm256_##name##_pd
#include "core/vector/avx2.h"

/* In pieces of 2 and 1: a masked store takes 12 cycles on AMD's processors before Zen 4. */
VECTOR_INLINE void vector_store_first(double *p, int64_t count, vector v)
{
    if (count >= LANES) {
        vector_store(p, v);
        return;
    }
    __m128d rest = _mm256_castpd256_pd128(v);
    if (count & 2) {
        _mm_storeu_pd(p, rest);
        rest = _mm256_extractf128_pd(v, 1);
        p += 2;
    }
    if (count & 1)
        _mm_store_sd(p, rest);
}

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return _mm256_cvtepi32_pd(_mm_cvtepu8_epi32(_mm_loadu_si32(p)));
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

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    return _mm256_setr_pd((double)y[0], (double)y[1], (double)y[2], (double)y[3]);
}

#include "core/vector/f64.h"

VECTOR_INLINE double wide_total(wide w)
{
    const __m128d two = _mm256_castpd256_pd128(w) + _mm256_extractf128_pd(w, 1);
    return two[0] + two[1];
}

#endif
