/* vector.h on AVX-512 (F, DQ, VL) in single precision: 16 floats, mask registers for tails. */
#ifndef CORE_VECTOR_AVX512_F32_H
#define CORE_VECTOR_AVX512_F32_H

#include <immintrin.h>

typedef __m512 vector;
typedef __mmask16 mask;
typedef __m512d half_wide; /* the lanes of half a vector, in double */
enum { LANES = 16, PIECE = 4, REGISTERS = 32 };

VECTOR_INLINE vector vector_lanes(void)
{
    return _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

#define VECTOR_OP(name) _mm512_##name##_ps
#include "core/vector/avx512.h"

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}

VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ);
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);
}

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    const __m256 low = _mm512_cvtepi64_ps(_mm512_loadu_si512(y));
    const __m256 high = _mm512_cvtepi64_ps(_mm512_loadu_si512(y + 8));
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

#define HALF_WIDE_OP(name) _mm512_##name##_pd
#include "core/vector/f32.h"

VECTOR_INLINE wide wide_of(vector v)
{
    return (wide){_mm512_cvtps_pd(_mm512_castps512_ps256(v)),
                  _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1))};
}

VECTOR_INLINE vector wide_round(wide w)
{
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(w.low)),
                              _mm512_cvtpd_ps(w.high), 1);
}

VECTOR_INLINE double wide_total(wide w)
{
    return _mm512_reduce_add_pd(w.low + w.high);
}

#endif
