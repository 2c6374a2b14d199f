/* The second derivative of cross-entropy times a direction d, row by row:
 *
 *   (diag(z) - z z^T) d = z_j (d_j - mean),   mean = sum_l z_l d_l,   z = softmax(h)
 *
 * Hazard: where one z_a is almost 1, the mean is almost d_a and they cancel. A constant added to d
 * changes nothing, so d is measured from d_a, a the class of the largest score: its own difference is
 * then 0 - mean, and mean is a sum of small things. Passes as in cross_entropy_tmpl.c. */
#include "kernel/vector/row_losses.h"
#include "kernel/vector/softmax_passes.h"

VECTOR_INLINE void narrow_group(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    double *means = results;
    vector column[NARROW];
    vector direction[NARROW];
    columns_load(k, rows->h, rows->ldh, column);
    columns_load(k, rows->other, rows->ldother, direction);
    const vector max = columns_largest(k, column);
    const vector largest = columns_first(k, column, max);
    const vector origin = columns_of_label(k, direction, largest);
    const vector sum = wide_round(columns_exp(k, column, max, vector_all(-1)));
    wide moment = wide_zero();
    for (int64_t j = 0; j < k; j++) {
        direction[j] = direction[j] - origin;
        moment = wide_add(moment, wide_of(column[j] * direction[j]));
    }
    const vector inverse = vector_all(1) / sum;
    const vector mean = wide_round(moment) * inverse;
    wide_store(means + row, wide_of(mean));
    for (int64_t j = 0; j < k; j++)
        column[j] = column[j] * inverse * (direction[j] - mean);
    columns_store(k, column, rows->out, rows->ldout);
}

/* Pass 2 of a wide row: the sum of its exponentials, and the mean of d - origin that they weigh. */
VECTOR_INLINE double row_mean(const score_rows *rows, vector max, vector origin, double *sum)
{
    const int64_t k = rows->k;
    const vector last_d = vector_load(rows->other + k - LANES) - origin;
    const vector last = tail_alone(k, exp_below(vector_load(rows->h + k - LANES) - max));
    wide total = wide_of(last);
    wide moment = wide_of(last * last_d);
    for (int64_t j = 0; j < row_tail(k); j += LANES) {
        const vector e = exp_below(vector_load(rows->h + j) - max);
        total = wide_add(total, wide_of(e));
        moment = wide_add(moment, wide_of(e * (vector_load(rows->other + j) - origin)));
    }
    *sum = wide_total(total);
    return wide_total(moment) / *sum;
}

/* Pass 3 computes the exponentials again: there is no room to keep them. */
VECTOR_INLINE void wide_row(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    double *means = results;
    real *d = rows->out;
    const real largest = row_largest(k, rows->h);
    const vector max = vector_all(largest);
    const vector origin = vector_all(d[row_first(k, rows->h, largest)]);
    double sum;
    means[row] = row_mean(rows, max, origin, &sum);
    const vector inverse = vector_all((real)(1.0 / sum));
    const vector mean = vector_all((real)means[row]);
    const vector last_d = vector_load(d + k - LANES);
    for (int64_t j = 0; j < row_tail(k); j += LANES) {
        const vector z = exp_below(vector_load(rows->h + j) - max) * inverse;
        vector_store(d + j, z * (vector_load(d + j) - origin - mean));
    }
    const vector z = exp_below(vector_load(rows->h + k - LANES) - max) * inverse;
    vector_store(d + k - LANES, z * (last_d - origin - mean));
}

int64_t VECTOR_NAME(cross_entropy_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                             const int64_t *y, real *D, int64_t ldd)
{
    (void)y;
    const score_rows all = {
        .k = k, .h = H, .ldh = ldh, .other = D, .ldother = ldd, .out = D, .ldout = ldd};
    return k == 0 ? -1 : all_rows(narrow_group, wide_row, m, &all, NULL);
}
