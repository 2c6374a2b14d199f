/* vector.h on AVX-512 (F, DQ, VL) in double precision: 8 doubles, mask registers for tails. */
#ifndef CORE_VECTOR_AVX512_F64_H
#define CORE_VECTOR_AVX512_F64_H

#include <immintrin.h>

typedef __m512d vector;
typedef __mmask8 mask;
enum { LANES = 8, PIECE = 2, REGISTERS = 32 };

VECTOR_INLINE vector vector_lanes(void)
{
    return _mm512_setr_pd(0, 1, 2, 3, 4, 5, 6, 7);
}

#define VECTOR_OP(name) _mm512_##name##_pd
#include "core/vector/avx512.h"

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return _mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}

VECTOR_INLINE vector vector_exponent(vector v)
{
    return _mm512_getexp_pd(v);
}

VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    return _mm512_cvtepi64_pd(_mm512_loadu_si512(y));
}

#include "core/vector/f64.h"

VECTOR_INLINE double wide_total(wide w)
{
    return _mm512_reduce_add_pd(w);
}

#endif
