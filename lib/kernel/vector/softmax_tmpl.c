/* Softmax of rows of scores: z_j = exp(h_j - M) / sum_l exp(h_l - M), M = max_l h_l.
 *
 * Hazard: exp overflows, or all of a row underflows, unless M is subtracted; then the sum, in
 * double, lies between 1 and k. A row whose sum is NaN had NaN, +infinity or only -infinity.
 * The passes are those of cross_entropy_tmpl.c. */
#include "kernel/vector/kernels.h"
#include "kernel/vector/softmax_rows.h"

/* LANES rows; the bits of those whose sum is a number. */
VECTOR_INLINE unsigned narrow_group(int64_t k, const real *h, int64_t ldh, real *z, int64_t ldz)
{
    vector column[NARROW];
    columns_load(k, h, ldh, column);
    const vector max = columns_largest(k, column);
    const wide sum = columns_exp(k, column, max, vector_all(-1));
    const vector inverse = vector_all(1) / wide_round(sum);
    for (int64_t j = 0; j < k; j++)
        column[j] = column[j] * inverse;
    columns_store(k, column, z, ldz);
    return mask_bits(vector_less(inverse, vector_all(INFINITY)));
}

/* The first row without a finite result, or -1. */
static int64_t narrow_rows(int64_t m, int64_t k, const real *h, int64_t ldh, real *z, int64_t ldz)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i += LANES) {
        unsigned finite;
        if (columns_in_place(m - i, k)) {
            finite = narrow_group(k, h + i * ldh, ldh, z + i * ldz, ldz);
        } else {
            columns_buffer buffer;
            const int64_t rows = m - i < LANES ? m - i : LANES;
            const int64_t ld = columns_buffer_fill(&buffer, rows, k, h + i * ldh, ldh, NULL);
            finite = narrow_group(k, buffer.h, ld, buffer.h, ld);
            columns_buffer_empty(&buffer, ld, rows, k, z + i * ldz, ldz);
        }
        if (first < 0 && finite != (1u << LANES) - 1)
            first = i + __builtin_ctz(~finite);
    }
    return first;
}

/* One row of k >= LANES classes; its sum. */
static double wide_row(int64_t k, const real *h, real *z)
{
    const vector max = vector_all(row_largest(k, h));
    vector last;
    const double sum = wide_total(row_exp(k, -1, h, max, z, &last));
    row_scale(k, z, last, (real)(1.0 / sum));
    return sum;
}

int64_t VECTOR_NAME(softmax)(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z, int64_t ldz)
{
    if (k == 0)
        return -1;
    if (k <= NARROW)
        return narrow_rows(m, k, H, ldh, Z, ldz);
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        const double sum = wide_row(k, H + i * ldh, Z + i * ldz);
        if (first < 0 && isnan(sum))
            first = i;
    }
    return first;
}
