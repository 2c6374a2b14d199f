/* Cross-entropy of a row of few classes by itself, its vectors along the classes: as long as one of its steps takes
 * until the next can begin, which in a group of rows is hidden by the others, there is nothing else to do. Each number
 * is computed as in a group (columns.h), the sum in the order of columns_exp. */
#ifndef KERNEL_VECTOR_SINGLE_ROW_SOFTMAX_H
#define KERNEL_VECTOR_SINGLE_ROW_SOFTMAX_H

#include "kernel/vector/softmax_passes.h"

/* `count` classes from p on, `fill` after them. */
VECTOR_INLINE vector classes_load(const real *p, int64_t count, real fill)
{
    return count >= LANES ? vector_load(p) : vector_load_first(p, count, fill);
}

VECTOR_INLINE vector single_row_largest(int64_t k, const real *h)
{
    vector max = vector_all(h[0]);
    for (int64_t j = 0; j < k; j += LANES)
        max = vector_max(max, classes_load(h + j, k - j, h[0]));
    return vector_all(vector_largest(max));
}

/* e: the exponentials of the scores less max, 0 for class y and after the last one, a multiple of 4; their sum. */
VECTOR_INLINE double single_row_exp(int64_t k, int64_t y, const real *h, vector max, real *e)
{
    for (int64_t j = 0; j < k; j += LANES) {
        const vector x = exp_below(classes_load(h + j, k - j, h[0]) - max);
        const vector there =
            vector_select(vector_less(vector_lanes(), vector_all((real)(k - j))), x, vector_all(0));
        vector_store(e + j, without_lane(there, y - j));
    }
    for (int64_t j = (k + LANES - 1) / LANES * LANES; j % 4 != 0; j++)
        e[j] = 0;
    double sum = 0;
    for (int64_t j = 0; j < k; j += 4)
        sum += (double)((e[j] + e[j + 1]) + (e[j + 2] + e[j + 3]));
    return sum;
}

VECTOR_INLINE void single_row_cross_entropy(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    const int64_t y = rows->y[0];
    const real score = rows->h[y];
    const vector max = single_row_largest(k, rows->h);
    softmax_sums *sums = results;
    real e[NARROW + LANES + 4];
    const double label = (double)exp_below(vector_all(score) - max)[0];
    const double others = single_row_exp(k, y, rows->h, max, e);
    sums->gap[row] = (double)max[0] - (double)score;
    sums->others[row] = others;
    sums->label[row] = label;
    if (rows->out == NULL)
        return;
    const real inverse = 1 / (real)(others + label);
    real *out = rows->out;
    for (int64_t j = 0; j < k; j += LANES) {
        const vector residual = vector_load(e + j) * vector_all(inverse);
        if (k - j >= LANES)
            vector_store(out + j, residual);
        else
            vector_store_first(out + j, k - j, residual);
    }
    out[y] = 0 - (real)others * inverse;
}

#endif
