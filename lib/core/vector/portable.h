/* vector.h by the vector types of the compiler, on any processor: the operations that are the same in both
 * precisions. Included after the types, power_of_two, vector_all and the comparisons.
 *
 * Hazards. C has no `?:` on vectors: lanes are chosen by masks. A loop over the lanes of a call, as of
 * __builtin_fma, becomes an instruction where the processor has one. Horizontal sums and maxima are written as
 * trees, those of the other sets. */
#ifndef CORE_VECTOR_PORTABLE_H
#define CORE_VECTOR_PORTABLE_H

#include <string.h>

VECTOR_INLINE vector vector_load(const real *p)
{
    vector v;
    memcpy(&v, p, sizeof v);
    return v;
}

VECTOR_INLINE void vector_store(real *p, vector v)
{
    memcpy(p, &v, sizeof v);
}

VECTOR_INLINE vector vector_load_first(const real *p, int64_t count, real fill)
{
    if (count == LANES)
        return vector_load(p);
    /* gcc 12 takes both for loads of the same memory, of which it then makes one of a whole vector. */
    __asm__("" : "+r"(p));
    vector v = vector_all(fill);
    for (int i = 0; i < LANES - 1; i++)
        v[i] = i < count ? p[i] : fill;
    return v;
}

VECTOR_INLINE void vector_store_first(real *p, int64_t count, vector v)
{
    if (count == LANES) {
        vector_store(p, v);
        return;
    }
    for (int i = 0; i < LANES - 1; i++) {
        if (i < count)
            p[i] = v[i];
    }
}

VECTOR_INLINE vector vector_select(mask m, vector a, vector b)
{
    return (vector)((mask)b ^ (m & ((mask)a ^ (mask)b)));
}

VECTOR_INLINE vector vector_max(vector a, vector b)
{
    return vector_select(vector_less(b, a), a, b);
}

VECTOR_INLINE vector vector_min(vector a, vector b)
{
    return vector_select(vector_less(a, b), a, b);
}

/* A vector is one piece. */
VECTOR_INLINE vector vector_fold(const vector *v)
{
    return v[0];
}

VECTOR_INLINE unsigned mask_bits(mask m)
{
    unsigned bits = 0;
    for (int i = 0; i < LANES; i++)
        bits |= (unsigned)(m[i] & 1) << i;
    return bits;
}

/* The sum with WHOLE_FROM, from which on all numbers are integers, is rounded to an integer. Of the magnitude,
 * whose sign is put back: a small negative number becomes -0. */
VECTOR_INLINE vector vector_round(vector v)
{
    const vector whole_from = vector_all(WHOLE_FROM);
    const mask sign = (mask)v & (mask)vector_all((real)-0.0);
    const vector magnitude = (vector)((mask)v ^ sign);
    const vector rounded = (magnitude + whole_from) - whole_from;
    return vector_select(vector_less(magnitude, whole_from), (vector)((mask)rounded | sign), v);
}

/* In two halves: 2^n itself may be out of range where v 2^n is not. The first product is exact. */
VECTOR_INLINE vector vector_scale(vector v, vector n)
{
    const whole_lanes whole = __builtin_convertvector(n, whole_lanes);
    const whole_lanes half = whole >> 1;
    return v * power_of_two(half) * power_of_two(whole - half);
}

/* A piece of a row is 16 bytes, which is a vector. */
VECTOR_INLINE vector tile_row_load(const real *h, int64_t ldh)
{
    (void)ldh;
    return vector_load(h);
}

VECTOR_INLINE void tile_row_store(real *h, int64_t ldh, vector v)
{
    (void)ldh;
    vector_store(h, v);
}

#endif
