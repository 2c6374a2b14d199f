/* vector.h on AVX2 and FMA: the operations that are the same in both precisions. */
#ifndef CORE_VECTOR_AVX2_H
#define CORE_VECTOR_AVX2_H

#include "core/vector/operations.h"

VECTOR_INLINE vector vector_load_first(const real *p, int64_t count, real fill)
{
    const __m256i first = mask_first(count);
    return VECTOR_OP(blendv)(vector_all(fill), VECTOR_OP(maskload)(p, first),
                             VECTOR_OP(castsi256)(first));
}

VECTOR_INLINE vector vector_round(vector v)
{
    return VECTOR_OP(round)(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return VECTOR_OP(cmp)(a, b, _CMP_EQ_OQ);
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return VECTOR_OP(cmp)(a, b, _CMP_LT_OQ);
}

VECTOR_INLINE vector vector_select(mask m, vector a, vector b)
{
    return VECTOR_OP(blendv)(b, a, m);
}

VECTOR_INLINE unsigned mask_bits(mask m)
{
    return (unsigned)VECTOR_OP(movemask)(m);
}

/* A piece of a row is 16 bytes, whatever its elements: rows i and i + PIECE are in the two 16-byte lanes of a
 * register. */
VECTOR_INLINE vector tile_row_load(const real *h, int64_t ldh)
{
    const __m256 low = _mm256_castps128_ps256(_mm_loadu_ps((const float *)h));
    return (vector)_mm256_insertf128_ps(low, _mm_loadu_ps((const float *)(h + PIECE * ldh)), 1);
}

VECTOR_INLINE void tile_row_store(real *h, int64_t ldh, vector v)
{
    const __m256 pieces = (__m256)v;
    _mm_storeu_ps((float *)h, _mm256_castps256_ps128(pieces));
    _mm_storeu_ps((float *)(h + PIECE * ldh), _mm256_extractf128_ps(pieces, 1));
}

VECTOR_INLINE vector vector_fold(const vector *v)
{
    const __m256 a = (__m256)v[0];
    const __m256 b = (__m256)v[1];
    return (vector)_mm256_permute2f128_ps(a, b, 0x20) + (vector)_mm256_permute2f128_ps(a, b, 0x31);
}

#endif
