/* One vector of reals, for any instruction set: what the kernels and the narrow products are written in.
 *
 * They are compiled once for each instruction set and precision, under VECTOR_NAME(name): name_portable_f32,
 * name_avx2_f64, name_avx512_f32 and so on; what does not depend on the precision, under VECTOR_SET(name):
 * name_portable, name_avx2, name_avx512. The header of the pair, with those of its set (portable.h, avx2.h,
 * avx512.h), of its precision (f32.h, f64.h) and of all of x86-64 (operations.h), gives them
 *
 *   vector, LANES        a register of LANES reals; + - * / work lane by lane
 *   mask                 one truth value a lane
 *   wide                 LANES doubles, whatever the precision: sums, losses
 *   PIECE                reals in 16 bytes, the unit in which tiles of scores are transposed
 *   REGISTERS            how many vectors the processor holds
 *   LOGICAL_LANES        lanes of the widest set, a multiple of LANES: a sum over the features has as many partial
 *                        sums whatever the set, so that its bits are the same on every processor
 *
 *   vector_all(x), vector_lanes() = (0, 1, 2, ...), vector_load(p), vector_store(p, v)
 *   vector_bytes(p)      LANES bytes as reals
 *   vector_load_first(p, count, fill), vector_store_first(p, count, v): only the first
 *                        0 <= count <= LANES lanes touch memory, the others are `fill`
 *   vector_fma(a, b, c)  a b + c, rounded once
 *   vector_kept(v)       v, loaded once: compilers otherwise read memory again for each use
 *   vector_round(v)      to the nearest integer
 *   vector_max(a, b), vector_min(a, b): b when either is NaN
 *   vector_scale(v, n)   v 2^n, rounded once; v normal, n integers
 *   vector_exponent(v)   floor(log2 v) of normal v > 0; double precision only
 *   vector_largest(v)    the largest lane
 *   vector_equal(a, b), vector_less(a, b): false for NaN
 *   vector_select(m, a, b): a where m holds, else b
 *   mask_bits(m)         lane i in bit i
 *   vector_labels(y)     LANES labels as reals
 *   wide_of(v), wide_round(w), wide_zero(), wide_store(p, w)
 *   wide_add(a, b), wide_subtract(a, b), wide_multiply(a, b)
 *   wide_total(w)        the sum of the lanes, in an order that depends on LANES alone
 *   tile_row_load(h, ldh), tile_row_store(h, ldh, v): PIECE scores from each of the rows 0, PIECE,
 *                        2 PIECE, ... of h; PIECE such vectors, of rows 0, 1, ..., make a tile
 *   tile_transpose(v)    from a tile to PIECE columns of LANES rows in order, and back
 *   vector_fold(v)       of LANES / PIECE vectors: piece i is the sum of the pieces of v[i], added by halves
 *   vector_totals(v)     of LANES vectors: lane i is the sum of the lanes of v[i], added by halves */
#ifndef CORE_VECTOR_VECTOR_H
#define CORE_VECTOR_VECTOR_H

#include <stdint.h>

#include "core/real.h"

#define VECTOR_INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
#define VECTOR_SET(name)  name##_avx512
#define VECTOR_NAME(name) REAL(name##_avx512)
#define VECTOR_SET_NAME   "avx512"
#if REAL_BITS == 32
#include "core/vector/avx512_f32.h"
#else
#include "core/vector/avx512_f64.h"
#endif
#elif defined(__AVX2__)
#define VECTOR_SET(name)  name##_avx2
#define VECTOR_NAME(name) REAL(name##_avx2)
#define VECTOR_SET_NAME   "avx2"
#if REAL_BITS == 32
#include "core/vector/avx2_f32.h"
#else
#include "core/vector/avx2_f64.h"
#endif
#else
#define VECTOR_SET(name)  name##_portable
#define VECTOR_NAME(name) REAL(name##_portable)
#define VECTOR_SET_NAME   "portable"
#if REAL_BITS == 32
#include "core/vector/portable_f32.h"
#else
#include "core/vector/portable_f64.h"
#endif
#endif

enum { LOGICAL_LANES = 64 / sizeof(real) };

VECTOR_INLINE vector vector_totals(const vector *v)
{
    vector part[PIECE];
    for (int i = 0; i < PIECE; i++) {
        vector of_piece[LANES / PIECE];
        for (int piece = 0; piece < LANES / PIECE; piece++)
            of_piece[piece] = v[piece * PIECE + i];
        part[i] = vector_fold(of_piece);
    }
    tile_transpose(part);
    for (int half = PIECE / 2; half >= 1; half /= 2) {
        for (int i = 0; i < half; i++)
            part[i] = part[i] + part[i + half];
    }
    return part[0];
}

VECTOR_INLINE vector vector_kept(vector v)
{
#if defined(__x86_64__)
    __asm__("" : "+v"(v));
#endif
    return v;
}

#endif
