/* vector.h on AVX-512 (F, DQ, VL): the operations that are the same in both precisions. */
#ifndef CORE_VECTOR_AVX512_H
#define CORE_VECTOR_AVX512_H

#include "core/vector/operations.h"

VECTOR_INLINE vector vector_round(vector v)
{
    return VECTOR_OP(roundscale)(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

VECTOR_INLINE vector vector_scale(vector v, vector n)
{
    return VECTOR_OP(scalef)(v, n);
}

VECTOR_INLINE mask mask_first(int64_t count)
{
    return (mask)((1u << count) - 1);
}

VECTOR_INLINE vector vector_load_first(const real *p, int64_t count, real fill)
{
    return VECTOR_OP(mask_loadu)(vector_all(fill), mask_first(count), p);
}

VECTOR_INLINE void vector_store_first(real *p, int64_t count, vector v)
{
    VECTOR_OP(mask_storeu)(p, mask_first(count), v);
}

VECTOR_INLINE real vector_largest(vector v)
{
    return VECTOR_OP(reduce_max)(v);
}

VECTOR_INLINE vector vector_select(mask m, vector a, vector b)
{
    return VECTOR_OP(mask_blend)(m, b, a);
}

VECTOR_INLINE unsigned mask_bits(mask m)
{
    return m;
}

/* A piece of a row is 16 bytes, whatever its elements: rows i, i + PIECE, i + 2 PIECE and i + 3 PIECE are in the four
 * 16-byte lanes of a register. */
VECTOR_INLINE vector tile_row_load(const real *h, int64_t ldh)
{
    __m512 v = _mm512_castps128_ps512(_mm_loadu_ps((const float *)h));
    v = _mm512_insertf32x4(v, _mm_loadu_ps((const float *)(h + PIECE * ldh)), 1);
    v = _mm512_insertf32x4(v, _mm_loadu_ps((const float *)(h + 2 * PIECE * ldh)), 2);
    return (vector)_mm512_insertf32x4(v, _mm_loadu_ps((const float *)(h + 3 * PIECE * ldh)), 3);
}

VECTOR_INLINE void tile_row_store(real *h, int64_t ldh, vector v)
{
    const __m512 pieces = (__m512)v;
    _mm_storeu_ps((float *)h, _mm512_castps512_ps128(pieces));
    _mm_storeu_ps((float *)(h + PIECE * ldh), _mm512_extractf32x4_ps(pieces, 1));
    _mm_storeu_ps((float *)(h + 2 * PIECE * ldh), _mm512_extractf32x4_ps(pieces, 2));
    _mm_storeu_ps((float *)(h + 3 * PIECE * ldh), _mm512_extractf32x4_ps(pieces, 3));
}

/* Pieces 0 1 and 2 3 of a and b: a's 01 + 23, b's 01 + 23. */
VECTOR_INLINE vector fold_halves(vector a, vector b)
{
    return (vector)_mm512_shuffle_f32x4((__m512)a, (__m512)b, 0x44) +
           (vector)_mm512_shuffle_f32x4((__m512)a, (__m512)b, 0xee);
}

VECTOR_INLINE vector vector_fold(const vector *v)
{
    const __m512 a = (__m512)fold_halves(v[0], v[1]);
    const __m512 b = (__m512)fold_halves(v[2], v[3]);
    return (vector)_mm512_shuffle_f32x4(a, b, 0x88) + (vector)_mm512_shuffle_f32x4(a, b, 0xdd);
}

#endif
