/* Cross-entropy of a row h with label y, and its gradient in the scores:
 *
 *   loss = log sum_j exp(h_j) - h_y          residual_j = exp(h_j) / sum_l exp(h_l) - [j = y]
 *
 * Hazards and remedies. exp overflows unless the largest score M is subtracted. Where the model is
 * right the loss is log(1 + little) and the label's residual (1 - little) - 1: both are had from
 * the sum over the *other* classes, never by subtracting, so that they keep their relative accuracy
 * down to the smallest number and the residuals of a row sum to zero. Sums are in double.
 *
 * Passes over a row: 1 maximum; 2 exponentials and their sum; 3 division by the sum. Rows of few
 * classes go through them LANES rows at a time, column by column (columns.h), longer ones one by
 * one; the logarithms of a block of rows are taken together (row_losses.c). Either way the bits of
 * a row depend on that row alone. */
#include "kernel/vector/row_losses.h"
#include "kernel/vector/single_row_softmax.h"
#include "kernel/vector/softmax_passes.h"

VECTOR_INLINE void narrow_group(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    softmax_sums *sums = results;
    vector column[NARROW];
    columns_load(k, rows->h, rows->ldh, column);
    const vector of_label = vector_labels(rows->y);
    const vector max = columns_largest(k, column);
    const vector score = columns_of_label(k, column, of_label);
    const wide others = columns_exp(k, column, max, of_label);
    const wide label = wide_of(exp_below(score - max));
    wide_store(sums->gap + row, wide_subtract(wide_of(max), wide_of(score)));
    wide_store(sums->others + row, others);
    wide_store(sums->label + row, label);
    if (rows->out == NULL)
        return;

    const vector inverse = vector_all(1) / wide_round(wide_add(others, label));
    const vector label_residual = vector_all(0) - wide_round(others) * inverse;
    for (int64_t j = 0; j < k; j++)
        column[j] = vector_select(is_class(of_label, j), label_residual, column[j] * inverse);
    columns_store(k, column, rows->out, rows->ldout);
}

VECTOR_INLINE void wide_row(const score_rows *rows, void *results, int64_t row)
{
    const int64_t k = rows->k;
    const int64_t y = rows->y[0];
    softmax_sums *sums = results;
    const real score = rows->h[y];
    const real largest = row_largest(k, rows->h);
    const vector max = vector_all(largest);
    const double label = (double)exp_below(vector_all(score) - max)[0];

    vector last;
    const double others = wide_total(row_exp(k, y, rows->h, max, rows->out, &last));
    sums->gap[row] = (double)largest - (double)score;
    sums->others[row] = others;
    sums->label[row] = label;
    if (rows->out == NULL)
        return;
    const double inverse = 1.0 / (others + label);
    row_scale(k, rows->out, last, (real)inverse);
    rows->out[y] = (real)(0.0 - others * inverse);
}

VECTOR_INLINE int64_t end_block(int64_t count, void *results, double *row_loss)
{
    return VECTOR_SET(cross_entropy_losses)(count, results, row_loss);
}

/* The losses themselves are of no use, only whether all are finite: as the logarithm of a finite sum is. */
VECTOR_INLINE int64_t end_block_alone(int64_t count, void *results, double *row_loss)
{
    (void)row_loss;
    softmax_sums *sums = results;
    for (int64_t i = 0; i < count; i++)
        sums->gap[i] += sums->others[i] + sums->label[i];
    return first_not_finite(-1, 0, count, sums->gap);
}

VECTOR_INLINE int64_t cross_entropy(int64_t m, const score_rows *all, rows_end end,
                                    double *row_loss)
{
    softmax_sums sums;
    return rows_in_blocks(narrow_group, single_row_cross_entropy, wide_row, end, m, all, &sums,
                          row_loss);
}

int64_t VECTOR_NAME(cross_entropy_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const int64_t *y, double *row_loss)
{
    if (k == 0)
        return no_losses(m, row_loss);
    const score_rows rows = {.k = k, .h = H, .ldh = ldh, .y = y};
    return cross_entropy(m, &rows, end_block, row_loss);
}

int64_t VECTOR_NAME(cross_entropy_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                            const int64_t *y, double *row_loss)
{
    if (k == 0)
        return no_losses(m, row_loss);
    const score_rows rows = {.k = k, .h = H, .ldh = ldh, .y = y, .out = H, .ldout = ldh};
    return cross_entropy(m, &rows, end_block, row_loss);
}

int64_t VECTOR_NAME(cross_entropy_residual_alone)(int64_t m, int64_t k, real *H, int64_t ldh,
                                                  const int64_t *y)
{
    const score_rows rows = {.k = k, .h = H, .ldh = ldh, .y = y, .out = H, .ldout = ldh};
    return k == 0 ? -1 : cross_entropy(m, &rows, end_block_alone, NULL);
}
