/* Softmax of rows of scores: z_j = exp(h_j - M) / sum_l exp(h_l - M), M = max_l h_l.
 *
 * Hazard: exp overflows, or all of a row underflows, unless M is subtracted; then the sum, in
 * double, lies between 1 and k. A row whose sum is NaN had NaN, +infinity or only -infinity.
 * The passes are those of cross_entropy_tmpl.c. */
#include "kernel/vector/row_losses.h"
#include "kernel/vector/softmax_passes.h"

VECTOR_INLINE void narrow_group(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    double *sums = results;
    vector column[NARROW];
    columns_load(k, rows->h, rows->ldh, column);
    const vector max = columns_largest(k, column);
    const wide sum = columns_exp(k, column, max, vector_all(-1));
    wide_store(sums + row, sum);
    const vector inverse = vector_all(1) / wide_round(sum);
    for (int64_t j = 0; j < k; j++)
        column[j] = column[j] * inverse;
    columns_store(k, column, rows->out, rows->ldout);
}

VECTOR_INLINE void wide_row(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    double *sums = results;
    const vector max = vector_all(row_largest(k, rows->h));
    vector last;
    sums[row] = wide_total(row_exp(k, -1, rows->h, max, rows->out, &last));
    row_scale(k, rows->out, last, (real)(1.0 / sums[row]));
}

int64_t VECTOR_NAME(softmax)(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z, int64_t ldz)
{
    const score_rows all = {.k = k, .h = H, .ldh = ldh, .out = Z, .ldout = ldz};
    return k == 0 ? -1 : all_rows(narrow_group, wide_row, m, &all, NULL);
}
