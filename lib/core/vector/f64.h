/* vector.h in double precision: what is the same on every set. `wide` is the vector itself. */
#ifndef CORE_VECTOR_F64_H
#define CORE_VECTOR_F64_H

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

/* 2 x 2 transposition in each 16-byte lane. */
VECTOR_INLINE void tile_transpose(vector v[PIECE])
{
    const vector first = VECTOR_OP(unpacklo)(v[0], v[1]);
    v[1] = VECTOR_OP(unpackhi)(v[0], v[1]);
    v[0] = first;
}

#endif
