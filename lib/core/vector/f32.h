/* vector.h in single precision: what is the same on every set. `wide` is two vectors of doubles, the lower and the
 * upper half of the lanes, and HALF_WIDE_OP(add) the intrinsic add of one. */
#ifndef CORE_VECTOR_F32_H
#define CORE_VECTOR_F32_H

typedef struct wide {
    half_wide low;
    half_wide high;
} wide;

VECTOR_INLINE wide wide_zero(void)
{
    return (wide){(half_wide){0}, (half_wide){0}};
}

VECTOR_INLINE wide wide_add(wide a, wide b)
{
    return (wide){a.low + b.low, a.high + b.high};
}

VECTOR_INLINE wide wide_subtract(wide a, wide b)
{
    return (wide){a.low - b.low, a.high - b.high};
}

VECTOR_INLINE wide wide_multiply(wide a, wide b)
{
    return (wide){a.low * b.low, a.high * b.high};
}

VECTOR_INLINE void wide_store(double *p, wide w)
{
    HALF_WIDE_OP(storeu)(p, w.low);
    HALF_WIDE_OP(storeu)(p + LANES / 2, w.high);
}

/* 4 x 4 transposition in each 16-byte lane. */
VECTOR_INLINE void tile_transpose(vector v[PIECE])
{
    const half_wide a = (half_wide)VECTOR_OP(unpacklo)(v[0], v[1]);
    const half_wide b = (half_wide)VECTOR_OP(unpackhi)(v[0], v[1]);
    const half_wide c = (half_wide)VECTOR_OP(unpacklo)(v[2], v[3]);
    const half_wide d = (half_wide)VECTOR_OP(unpackhi)(v[2], v[3]);
    v[0] = (vector)HALF_WIDE_OP(unpacklo)(a, c);
    v[1] = (vector)HALF_WIDE_OP(unpackhi)(a, c);
    v[2] = (vector)HALF_WIDE_OP(unpacklo)(b, d);
    v[3] = (vector)HALF_WIDE_OP(unpackhi)(b, d);
}

#endif
