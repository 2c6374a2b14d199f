/* The passes over rows that softmax and cross-entropy share: over the columns of LANES narrow rows
 * (columns.h), and over one wide row.
 *
 *   1  the largest score. With NaN among the scores it may be any of them: the sum of pass 2 is NaN
 *      whatever it is
 *   2  exponentials of the scores less the largest, and their sum
 *   3  division by the sum */
#ifndef KERNEL_VECTOR_SOFTMAX_PASSES_H
#define KERNEL_VECTOR_SOFTMAX_PASSES_H

#include <math.h>
#include <stddef.h>

#include "kernel/vector/exp.h"
#include "kernel/vector/row_groups.h"

/* sum + x[0] + ... + x[3]. Conversion to double costs as much as an exponential: four are added
 * before it. That is two roundings in the precision of the exponentials themselves, however long
 * the row. */
VECTOR_INLINE wide sum_four(wide sum, const vector x[4])
{
    return wide_add(sum, wide_of((x[0] + x[1]) + (x[2] + x[3])));
}

/* Pass 1. */
VECTOR_INLINE vector columns_largest(int64_t k, const vector *column)
{
    vector max = column[0];
    for (int64_t j = 1; j < k; j++)
        max = vector_max(max, column[j]);
    return max;
}

/* Pass 2. The sum leaves out the class that is of_label. */
VECTOR_INLINE wide columns_exp(int64_t k, vector *column, vector max, vector of_label)
{
    for (int64_t j = 0; j < k; j++)
        column[j] = exp_below(column[j] - max);
    const vector zero = vector_all(0);
    wide sum = wide_zero();
    for (int64_t j = 0; j < k; j += 4) {
        vector x[4] = {zero, zero, zero, zero};
        for (int64_t i = 0; i < 4 && j + i < k; i++)
            x[i] = vector_select(is_class(of_label, j + i), zero, column[j + i]);
        sum = sum_four(sum, x);
    }
    return sum;
}

/* The first class that has the score max; the last of pass 1 where a kernel needs it. */
VECTOR_INLINE vector columns_first(int64_t k, const vector *column, vector max)
{
    vector first = vector_all(0);
    for (int64_t j = k - 1; j > 0; j--)
        first = vector_select(vector_equal(column[j], max), vector_all((real)j), first);
    return vector_select(vector_equal(column[0], max), vector_all(0), first);
}

/* Pass 1 of a row of k >= LANES scores. */
VECTOR_INLINE real row_largest(int64_t k, const real *h)
{
    vector even = vector_load(h);
    vector odd = vector_load(h + k - LANES);
    int64_t j = LANES;
    for (; j + 2 * LANES <= k; j += 2 * LANES) {
        even = vector_max(even, vector_load(h + j));
        odd = vector_max(odd, vector_load(h + j + LANES));
    }
    if (j + LANES <= k)
        even = vector_max(even, vector_load(h + j));
    return vector_largest(vector_max(even, odd));
}

/* The same of a row; 0 where none has, as among NaN. */
VECTOR_INLINE int64_t row_first(int64_t k, const real *h, real max)
{
    for (int64_t j = 0; j < k; j += LANES) {
        const int64_t begin = j + LANES <= k ? j : k - LANES;
        const unsigned found = mask_bits(vector_equal(vector_load(h + begin), vector_all(max)));
        if (found != 0)
            return begin + __builtin_ctz(found);
    }
    return 0;
}

/* Pass 2: sum over j != y of exp(h_j - max); y = -1 for none left out. All exponentials but those of
 * the last vector, which go to *last, are stored at e, if not NULL; it may be h. */
VECTOR_INLINE wide row_exp(int64_t k, int64_t y, const real *h, vector max, real *e, vector *last)
{
    const int64_t tail = row_tail(k);
    *last = exp_below(vector_load(h + k - LANES) - max);
    wide sum = wide_of(without_lane(tail_alone(k, *last), y - (k - LANES)));
    int64_t j = 0;
    for (; j + 4 * LANES <= tail; j += 4 * LANES) {
        vector x[4];
        for (int i = 0; i < 4; i++) {
            x[i] = exp_below(vector_load(h + j + i * LANES) - max);
            if (e != NULL)
                vector_store(e + j + i * LANES, x[i]);
        }
        if (y >= j && y < j + 4 * LANES) {
            for (int i = 0; i < 4; i++)
                x[i] = without_lane(x[i], y - (j + i * LANES));
        }
        sum = sum_four(sum, x);
    }
    for (; j < tail; j += LANES) {
        const vector x = exp_below(vector_load(h + j) - max);
        if (e != NULL)
            vector_store(e + j, x);
        sum = wide_add(sum, wide_of(without_lane(x, y - j)));
    }
    return sum;
}

/* Pass 3: z := factor z, the last vector given apart. */
VECTOR_INLINE void row_scale(int64_t k, real *z, vector last, real factor)
{
    const vector by = vector_all(factor);
    const int64_t tail = row_tail(k);
    for (int64_t j = 0; j < tail; j += LANES)
        vector_store(z + j, vector_load(z + j) * by);
    vector_store(z + k - LANES, last * by);
}

#endif
