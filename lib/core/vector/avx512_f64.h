/* vector.h on AVX-512 (F, DQ, VL) in double precision: 8 doubles, mask registers for tails. */
#ifndef CORE_VECTOR_AVX512_F64_H
#define CORE_VECTOR_AVX512_F64_H

#include <immintrin.h>

typedef __m512d vector;
typedef __mmask8 mask;
enum { LANES = 8, PIECE = 2, REGISTERS = 32 };

VECTOR_INLINE vector vector_all(double x)
{
    return _mm512_set1_pd(x);
}

VECTOR_INLINE vector vector_lanes(void)
{
    return _mm512_setr_pd(0, 1, 2, 3, 4, 5, 6, 7);
}

VECTOR_INLINE mask mask_first(int64_t count)
{
    return (mask)((1u << count) - 1);
}

VECTOR_INLINE vector vector_load(const double *p)
{
    return _mm512_loadu_pd(p);
}

VECTOR_INLINE vector vector_load_first(const double *p, int64_t count, double fill)
{
    return _mm512_mask_loadu_pd(vector_all(fill), mask_first(count), p);
}

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return _mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}

VECTOR_INLINE void vector_store(double *p, vector v)
{
    _mm512_storeu_pd(p, v);
}

VECTOR_INLINE void vector_store_first(double *p, int64_t count, vector v)
{
    _mm512_mask_storeu_pd(p, mask_first(count), v);
}

VECTOR_INLINE vector vector_fma(vector a, vector b, vector c)
{
    return _mm512_fmadd_pd(a, b, c);
}

VECTOR_INLINE vector vector_round(vector v)
{
    return _mm512_roundscale_pd(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

VECTOR_INLINE vector vector_max(vector a, vector b)
{
    return _mm512_max_pd(a, b);
}

VECTOR_INLINE vector vector_min(vector a, vector b)
{
    return _mm512_min_pd(a, b);
}

VECTOR_INLINE vector vector_scale(vector v, vector n)
{
    return _mm512_scalef_pd(v, n);
}

VECTOR_INLINE vector vector_exponent(vector v)
{
    return _mm512_getexp_pd(v);
}

VECTOR_INLINE double vector_largest(vector v)
{
    return _mm512_reduce_max_pd(v);
}

VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}

VECTOR_INLINE vector vector_select(mask m, vector a, vector b)
{
    return _mm512_mask_blend_pd(m, b, a);
}

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    return _mm512_cvtepi64_pd(_mm512_loadu_si512(y));
}

#include "core/vector/wide_f64.h"

VECTOR_INLINE double wide_total(wide w)
{
    return _mm512_reduce_add_pd(w);
}

/* Rows i, i + 2, i + 4, i + 6 in the four 16-byte lanes of a register. */
VECTOR_INLINE vector tile_row_load(const double *h, int64_t ldh)
{
    vector v = _mm512_castpd128_pd512(_mm_loadu_pd(h));
    v = _mm512_insertf64x2(v, _mm_loadu_pd(h + 2 * ldh), 1);
    v = _mm512_insertf64x2(v, _mm_loadu_pd(h + 4 * ldh), 2);
    return _mm512_insertf64x2(v, _mm_loadu_pd(h + 6 * ldh), 3);
}

VECTOR_INLINE void tile_row_store(double *h, int64_t ldh, vector v)
{
    _mm_storeu_pd(h, _mm512_castpd512_pd128(v));
    _mm_storeu_pd(h + 2 * ldh, _mm512_extractf64x2_pd(v, 1));
    _mm_storeu_pd(h + 4 * ldh, _mm512_extractf64x2_pd(v, 2));
    _mm_storeu_pd(h + 6 * ldh, _mm512_extractf64x2_pd(v, 3));
}

/* 2 x 2 transposition in each 16-byte lane. */
VECTOR_INLINE void tile_transpose(vector v[PIECE])
{
    const vector first = _mm512_unpacklo_pd(v[0], v[1]);
    v[1] = _mm512_unpackhi_pd(v[0], v[1]);
    v[0] = first;
}

VECTOR_INLINE unsigned mask_bits(mask m)
{
    return m;
}

#endif
