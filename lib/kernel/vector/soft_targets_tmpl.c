/* Cross-entropy of rows h against rows of targets p, and its gradient in the scores:
 *
 *   loss = sum_j p_j (M - h_j) + (sum p) log1p(others)
 *   residual_j = z_j sum p - p_j,   for j = a: sum over l != a of p_l - (sum p) others / (1 + others)
 *
 * where M = max h is attained first at class a, others = sum over l != a of exp(h_l - M). The two forms
 * of the residual are equal; in the second nothing cancels where z_a is almost 1. 0 times infinity
 * (no target for a class that cannot be) counts as 0. Passes as in cross_entropy_tmpl.c. */
#include "kernel/vector/row_losses.h"
#include "kernel/vector/softmax_passes.h"

typedef struct soft_sums {
    softmax_sums exp;         /* of others: gap 0, or NaN for an infinite score; label 1 */
    double gap[BLOCK];        /* sum_j p_j (M - h_j) */
    double target_sum[BLOCK]; /* sum p */
} soft_sums;

/* p (max - h), 0 where p is 0. */
VECTOR_INLINE vector target_gap(vector p, vector h, vector max)
{
    const vector zero = vector_all(0);
    return vector_select(vector_equal(p, zero), zero, p * (max - h));
}

VECTOR_INLINE void narrow_group(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    soft_sums *sums = results;
    const vector zero = vector_all(0);
    vector column[NARROW];
    vector target[NARROW];
    columns_load(k, rows->h, rows->ldh, column);
    columns_load(k, rows->other, rows->ldother, target);
    const vector max = columns_largest(k, column);
    const vector largest = columns_first(k, column, max);
    wide gap = wide_zero();
    wide p_others = wide_zero();
    for (int64_t j = 0; j < k; j++) {
        const vector p = vector_select(is_class(largest, j), zero, target[j]);
        gap = wide_add(gap, wide_of(target_gap(target[j], column[j], max)));
        p_others = wide_add(p_others, wide_of(p));
    }
    const wide p_largest = wide_of(columns_of_label(k, target, largest));
    const wide p_sum = wide_add(p_others, p_largest);
    const wide others = columns_exp(k, column, max, largest);
    wide_store(sums->exp.gap + row, wide_of(max - max));
    wide_store(sums->exp.others + row, others);
    wide_store(sums->exp.label + row, wide_of(vector_all(1)));
    wide_store(sums->gap + row, gap);
    wide_store(sums->target_sum + row, p_sum);
    if (rows->out == NULL)
        return;

    const vector scale = wide_round(p_sum) / wide_round(wide_add(others, wide_of(vector_all(1))));
    const vector of_largest = wide_round(p_others) - wide_round(others) * scale;
    for (int64_t j = 0; j < k; j++) {
        const vector residual = vector_fma(column[j], scale, -target[j]);
        column[j] = vector_select(is_class(largest, j), of_largest, residual);
    }
    columns_store(k, column, rows->out, rows->ldout);
}

/* sum_j p_j (max - h_j) of a wide row, and the sum of its targets but the one at `largest`. */
VECTOR_INLINE double row_gap(const score_rows *rows, vector max, int64_t largest, double *p_others)
{
    const int64_t k = rows->k;
    const int64_t tail = row_tail(k);
    wide gap = wide_zero();
    wide p_sum = wide_zero();
    for (int64_t j = 0; j < tail; j += LANES) {
        const vector p = vector_load(rows->other + j);
        gap = wide_add(gap, wide_of(target_gap(p, vector_load(rows->h + j), max)));
        p_sum = wide_add(p_sum, wide_of(without_lane(p, largest - j)));
    }
    const vector p = tail_alone(k, vector_load(rows->other + k - LANES));
    const vector h = vector_load(rows->h + k - LANES);
    gap = wide_add(gap, wide_of(target_gap(p, h, max)));
    p_sum = wide_add(p_sum, wide_of(without_lane(p, largest - (k - LANES))));
    *p_others = wide_total(p_sum);
    return wide_total(gap);
}

VECTOR_INLINE void wide_row(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    const real *p = rows->other;
    soft_sums *sums = results;
    const real max = row_largest(k, rows->h);
    const int64_t largest = row_first(k, rows->h, max);
    double p_others;
    sums->gap[row] = row_gap(rows, vector_all(max), largest, &p_others);
    vector last;
    const double others =
        wide_total(row_exp(k, largest, rows->h, vector_all(max), rows->out, &last));
    const double p_sum = p_others + (double)p[largest];
    sums->exp.gap[row] = (double)(max - max);
    sums->exp.others[row] = others;
    sums->exp.label[row] = 1.0;
    sums->target_sum[row] = p_sum;
    if (rows->out == NULL)
        return;

    const double factor = p_sum / (1.0 + others);
    const vector scale = vector_all((real)factor);
    real *r = rows->out;
    for (int64_t j = 0; j < row_tail(k); j += LANES)
        vector_store(r + j, vector_fma(vector_load(r + j), scale, -vector_load(p + j)));
    vector_store(r + k - LANES, vector_fma(last, scale, -vector_load(p + k - LANES)));
    r[largest] = (real)(p_others - others * factor);
}

VECTOR_INLINE int64_t end_block(int64_t count, void *results, double *row_loss)
{
    soft_sums *sums = results;
    VECTOR_SET(cross_entropy_losses)(count, &sums->exp, row_loss);
    for (int64_t row = 0; row < count; row++)
        row_loss[row] = sums->gap[row] + sums->target_sum[row] * row_loss[row];
    return first_not_finite(-1, 0, count, row_loss);
}

VECTOR_INLINE int64_t soft(int64_t m, const score_rows *all, double *row_loss)
{
    soft_sums sums;
    return rows_in_blocks(narrow_group, NULL, wide_row, end_block, m, all, &sums, row_loss);
}

int64_t VECTOR_NAME(cross_entropy_soft_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                             const real *P, int64_t ldp, double *row_loss)
{
    if (k == 0)
        return no_losses(m, row_loss);
    const score_rows rows = {.k = k, .h = H, .ldh = ldh, .other = P, .ldother = ldp};
    return soft(m, &rows, row_loss);
}

int64_t VECTOR_NAME(cross_entropy_soft_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                                 const real *P, int64_t ldp, double *row_loss)
{
    if (k == 0)
        return no_losses(m, row_loss);
    const score_rows rows = {
        .k = k, .h = H, .ldh = ldh, .other = P, .ldother = ldp, .out = H, .ldout = ldh};
    return soft(m, &rows, row_loss);
}
