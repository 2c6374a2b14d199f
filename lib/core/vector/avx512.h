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

#endif
