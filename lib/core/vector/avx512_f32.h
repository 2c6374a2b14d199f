/* vector.h on AVX-512 (F, DQ, VL) in single precision: 16 floats, mask registers for tails. */
#ifndef CORE_VECTOR_AVX512_F32_H
#define CORE_VECTOR_AVX512_F32_H

#include <immintrin.h>

typedef __m512 vector;
typedef __mmask16 mask;
typedef __m512d half_wide; /* the lanes of half a vector, in double */
enum { LANES = 16, PIECE = 4, REGISTERS = 32 };

VECTOR_INLINE vector vector_all(float x)
{
    return _mm512_set1_ps(x);
}

VECTOR_INLINE vector vector_lanes(void)
{
    return _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

VECTOR_INLINE mask mask_first(int64_t count)
{
    return (mask)((1u << count) - 1);
}

VECTOR_INLINE vector vector_load(const float *p)
{
    return _mm512_loadu_ps(p);
}

VECTOR_INLINE vector vector_load_first(const float *p, int64_t count, float fill)
{
    return _mm512_mask_loadu_ps(vector_all(fill), mask_first(count), p);
}

VECTOR_INLINE vector vector_bytes(const uint8_t *p)
{
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}

VECTOR_INLINE void vector_store(float *p, vector v)
{
    _mm512_storeu_ps(p, v);
}

VECTOR_INLINE void vector_store_first(float *p, int64_t count, vector v)
{
    _mm512_mask_storeu_ps(p, mask_first(count), v);
}

VECTOR_INLINE vector vector_fma(vector a, vector b, vector c)
{
    return _mm512_fmadd_ps(a, b, c);
}

VECTOR_INLINE vector vector_round(vector v)
{
    return _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

VECTOR_INLINE vector vector_max(vector a, vector b)
{
    return _mm512_max_ps(a, b);
}

VECTOR_INLINE vector vector_min(vector a, vector b)
{
    return _mm512_min_ps(a, b);
}

VECTOR_INLINE vector vector_scale(vector v, vector n)
{
    return _mm512_scalef_ps(v, n);
}

VECTOR_INLINE float vector_largest(vector v)
{
    return _mm512_reduce_max_ps(v);
}

VECTOR_INLINE mask vector_equal(vector a, vector b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ);
}

VECTOR_INLINE mask vector_less(vector a, vector b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);
}

VECTOR_INLINE vector vector_select(mask m, vector a, vector b)
{
    return _mm512_mask_blend_ps(m, b, a);
}

VECTOR_INLINE vector vector_labels(const int64_t *y)
{
    const __m256 low = _mm512_cvtepi64_ps(_mm512_loadu_si512(y));
    const __m256 high = _mm512_cvtepi64_ps(_mm512_loadu_si512(y + 8));
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

VECTOR_INLINE void half_wide_store(double *p, half_wide v)
{
    _mm512_storeu_pd(p, v);
}

#include "core/vector/wide_f32.h"

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

/* Rows i, i + 4, i + 8, i + 12 in the four 16-byte lanes of a register. */
VECTOR_INLINE vector tile_row_load(const float *h, int64_t ldh)
{
    vector v = _mm512_castps128_ps512(_mm_loadu_ps(h));
    v = _mm512_insertf32x4(v, _mm_loadu_ps(h + 4 * ldh), 1);
    v = _mm512_insertf32x4(v, _mm_loadu_ps(h + 8 * ldh), 2);
    return _mm512_insertf32x4(v, _mm_loadu_ps(h + 12 * ldh), 3);
}

VECTOR_INLINE void tile_row_store(float *h, int64_t ldh, vector v)
{
    _mm_storeu_ps(h, _mm512_castps512_ps128(v));
    _mm_storeu_ps(h + 4 * ldh, _mm512_extractf32x4_ps(v, 1));
    _mm_storeu_ps(h + 8 * ldh, _mm512_extractf32x4_ps(v, 2));
    _mm_storeu_ps(h + 12 * ldh, _mm512_extractf32x4_ps(v, 3));
}

/* 4 x 4 transposition in each 16-byte lane. */
VECTOR_INLINE void tile_transpose(vector v[PIECE])
{
    const __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(v[0], v[1]));
    const __m512d b = _mm512_castps_pd(_mm512_unpackhi_ps(v[0], v[1]));
    const __m512d c = _mm512_castps_pd(_mm512_unpacklo_ps(v[2], v[3]));
    const __m512d d = _mm512_castps_pd(_mm512_unpackhi_ps(v[2], v[3]));
    v[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
    v[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
    v[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
    v[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
}

VECTOR_INLINE unsigned mask_bits(mask m)
{
    return m;
}

#endif
