/* vector.h: the operations that are one instruction of every set and precision. VECTOR_OP(max) is the intrinsic
 * max of both: _mm256_max_ps, _mm256_max_pd, _mm512_max_ps or _mm512_max_pd. */
#ifndef CORE_VECTOR_OPERATIONS_H
#define CORE_VECTOR_OPERATIONS_H

VECTOR_INLINE vector vector_all(real x)
{
    return VECTOR_OP(set1)(x);
}

VECTOR_INLINE vector vector_load(const real *p)
{
    return VECTOR_OP(loadu)(p);
}

VECTOR_INLINE void vector_store(real *p, vector v)
{
    VECTOR_OP(storeu)(p, v);
}

VECTOR_INLINE vector vector_fma(vector a, vector b, vector c)
{
    return VECTOR_OP(fmadd)(a, b, c);
}

VECTOR_INLINE vector vector_max(vector a, vector b)
{
    return VECTOR_OP(max)(a, b);
}

VECTOR_INLINE vector vector_min(vector a, vector b)
{
    return VECTOR_OP(min)(a, b);
}

#endif
