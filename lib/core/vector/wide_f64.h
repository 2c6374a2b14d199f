/* vector.h: `wide` of doubles is the vector itself, on every set. */
#ifndef CORE_VECTOR_WIDE_F64_H
#define CORE_VECTOR_WIDE_F64_H

typedef vector wide;

VECTOR_INLINE wide wide_of(vector v)
{
    return v;
}

VECTOR_INLINE vector wide_round(wide w)
{
    return w;
}

VECTOR_INLINE wide wide_zero(void)
{
    return vector_all(0);
}

VECTOR_INLINE wide wide_add(wide a, wide b)
{
    return a + b;
}

VECTOR_INLINE wide wide_subtract(wide a, wide b)
{
    return a - b;
}

VECTOR_INLINE wide wide_multiply(wide a, wide b)
{
    return a * b;
}

VECTOR_INLINE void wide_store(double *p, wide w)
{
    vector_store(p, w);
}

#endif
