/* The second derivative of the squared hinge times a direction d, row by row. Where a class violates
 * the margin, v_j = h_j - h_y + 1 > 0,
 *
 *   out_j = 2 (d_j - d_y),   out_y = -(sum of the others),   and 0 elsewhere:
 *
 * one element of the generalised second derivative; at v_j = 0, where there is none, that of v_j < 0.
 *
 * Hazard: a comparison hides NaN and infinity. h_y - h_y and v_j - v_j, 0 or NaN, are added to the sum
 * by which a row is reported. */
#include "kernel/vector/row_losses.h"
#include "kernel/vector/row_groups.h"

VECTOR_INLINE vector active(vector scores, vector label_score)
{
    return vector_max(vector_all(0), scores - label_score + vector_all(1));
}

/* 2 (d - of_label) where v > 0, else 0; NaN where v is no number. */
VECTOR_INLINE vector curvature(vector v, vector d, vector of_label)
{
    const vector zero = vector_all(0);
    const vector twice = vector_all(2) * (d - of_label);
    return vector_select(vector_less(zero, v), twice, zero) + (v - v);
}

VECTOR_INLINE void narrow_group(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    double *sums = results;
    const vector zero = vector_all(0);
    vector column[NARROW];
    vector direction[NARROW];
    columns_load(k, rows->h, rows->ldh, column);
    columns_load(k, rows->other, rows->ldother, direction);
    const vector of_label = vector_labels(rows->y);
    const vector score = columns_of_label(k, column, of_label);
    const vector origin = columns_of_label(k, direction, of_label);
    wide sum = wide_of(score - score);
    for (int64_t j = 0; j < k; j++) {
        const vector out = curvature(active(column[j], score), direction[j], origin);
        column[j] = vector_select(is_class(of_label, j), zero, out);
        sum = wide_add(sum, wide_of(column[j]));
    }
    wide_store(sums + row, sum);
    const vector of_sum = zero - wide_round(sum);
    for (int64_t j = 0; j < k; j++)
        column[j] = vector_select(is_class(of_label, j), of_sum, column[j]);
    columns_store(k, column, rows->out, rows->ldout);
}

VECTOR_INLINE void wide_row(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    const int64_t y = rows->y[0];
    double *sums = results;
    const vector score = vector_all(rows->h[y]);
    const vector origin = vector_all(rows->other[y]);
    const vector last = curvature(active(vector_load(rows->h + k - LANES), score),
                                  vector_load(rows->other + k - LANES), origin);
    wide sum = wide_of(without_lane(tail_alone(k, last), y - (k - LANES)));
    for (int64_t j = 0; j < row_tail(k); j += LANES) {
        const vector v = active(vector_load(rows->h + j), score);
        const vector out = without_lane(curvature(v, vector_load(rows->other + j), origin), y - j);
        vector_store(rows->out + j, out);
        sum = wide_add(sum, wide_of(out));
    }
    vector_store(rows->out + k - LANES, last);
    sums[row] = wide_total(sum) + (double)(rows->h[y] - rows->h[y]);
    rows->out[y] = (real)(0.0 - sums[row]);
}

int64_t VECTOR_NAME(squared_hinge_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                             const int64_t *y, real *D, int64_t ldd)
{
    const score_rows all = {
        .k = k, .h = H, .ldh = ldh, .other = D, .ldother = ldd, .y = y, .out = D, .ldout = ldd};
    return k == 0 ? -1 : all_rows(narrow_group, wide_row, m, &all, NULL);
}
