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
#include "kernel/vector/kernels.h"
#include "kernel/vector/row_losses.h"
#include "kernel/vector/softmax_rows.h"

/* LANES rows of h; residual: where theirs go (ldh apart; may be h), or NULL; row: of the first in
 * sums. */
VECTOR_INLINE void narrow_group(int64_t k, const real *h, real *residual, int64_t ldh,
                                const int64_t *y, softmax_sums *sums, int64_t row)
{
    vector column[NARROW];
    columns_load(k, h, ldh, column);
    const vector of_label = vector_labels(y);

    const vector max = columns_largest(k, column);
    vector score = max;
    for (int64_t j = 0; j < k; j++)
        score = vector_select(is_class(of_label, j), column[j], score);
    const wide others = columns_exp(k, column, max, of_label);
    const wide label = wide_of(exp_below(score - max));
    wide_store(sums->gap + row, wide_subtract(wide_of(max), wide_of(score)));
    wide_store(sums->others + row, others);
    wide_store(sums->label + row, label);
    if (residual == NULL)
        return;

    const vector inverse = vector_all(1) / wide_round(wide_add(others, label));
    const vector label_residual = vector_all(0) - wide_round(others) * inverse;
    for (int64_t j = 0; j < k; j++)
        column[j] = vector_select(is_class(of_label, j), label_residual, column[j] * inverse);
    columns_store(k, column, residual, ldh);
}

VECTOR_INLINE void narrow_rows(int64_t rows, int64_t k, const real *h, real *residual, int64_t ldh,
                               const int64_t *y, softmax_sums *sums)
{
    for (int64_t i = 0; i < rows; i += LANES) {
        real *out = residual == NULL ? NULL : residual + i * ldh;
        if (columns_in_place(rows - i, k)) {
            narrow_group(k, h + i * ldh, out, ldh, y + i, sums, i);
            continue;
        }
        columns_buffer buffer;
        const int64_t some = rows - i < LANES ? rows - i : LANES;
        const int64_t ld = columns_buffer_fill(&buffer, some, k, h + i * ldh, ldh, y + i);
        narrow_group(k, buffer.h, out == NULL ? NULL : buffer.h, ld, buffer.y, sums, i);
        if (out != NULL)
            columns_buffer_empty(&buffer, ld, some, k, out, ldh);
    }
}

/* One row of k >= LANES classes. */
VECTOR_INLINE void wide_row(int64_t k, const real *h, real *residual, int64_t y, softmax_sums *sums,
                            int64_t row)
{
    const real score = h[y];
    const real largest = row_largest(k, h);
    const vector max = vector_all(largest);
    const double label = (double)exp_below(vector_all(score) - max)[0];

    vector last;
    const double others = wide_total(row_exp(k, y, h, max, residual, &last));
    sums->gap[row] = (double)largest - (double)score;
    sums->others[row] = others;
    sums->label[row] = label;
    if (residual == NULL)
        return;
    const double inverse = 1.0 / (others + label);
    row_scale(k, residual, last, (real)inverse);
    residual[y] = (real)(0.0 - others * inverse);
}

/* Loss, and residual if not NULL (ldh apart, may be h), of all the rows. */
VECTOR_INLINE int64_t rows_cross_entropy(int64_t m, int64_t k, const real *h, real *residual,
                                         int64_t ldh, const int64_t *y, double *row_loss)
{
    int64_t first = -1;
    softmax_sums sums;
    for (int64_t i = 0; i < m; i += BLOCK) {
        const int64_t rows = m - i < BLOCK ? m - i : BLOCK;
        const real *at = h + i * ldh;
        real *out = residual == NULL ? NULL : residual + i * ldh;
        if (k <= NARROW) {
            narrow_rows(rows, k, at, out, ldh, y + i, &sums);
        } else {
            for (int64_t row = 0; row < rows; row++)
                wide_row(k, at + row * ldh, out == NULL ? NULL : out + row * ldh, y[i + row], &sums,
                         row);
        }
        const int64_t bad = VECTOR_SET(cross_entropy_losses)(rows, &sums, row_loss + i);
        if (first < 0 && bad >= 0)
            first = i + bad;
    }
    return first;
}

/* Rows of no classes. */
static int64_t no_losses(int64_t m, double *row_loss)
{
    for (int64_t i = 0; i < m; i++)
        row_loss[i] = 0.0;
    return -1;
}

int64_t VECTOR_NAME(cross_entropy_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const int64_t *y, double *row_loss)
{
    return k == 0 ? no_losses(m, row_loss) : rows_cross_entropy(m, k, H, NULL, ldh, y, row_loss);
}

int64_t VECTOR_NAME(cross_entropy_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                            const int64_t *y, double *row_loss)
{
    return k == 0 ? no_losses(m, row_loss) : rows_cross_entropy(m, k, H, H, ldh, y, row_loss);
}
