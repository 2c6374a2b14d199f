/* vector.h: `wide` of floats is two vectors of doubles, the lower and the upper half of the lanes, on every
 * set. */
#ifndef CORE_VECTOR_WIDE_F32_H
#define CORE_VECTOR_WIDE_F32_H

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
    half_wide_store(p, w.low);
    half_wide_store(p + LANES / 2, w.high);
}

#endif
