/* Softmax, cross-entropy, and its second derivative, in plain C.
 *
 *   z_j = exp(h_j - M) / sum_l exp(h_l - M),   M = max_l h_l            softmax
 *   loss = log sum_l exp(h_l - M) + (M - h_y),   residual = z - e_y     cross-entropy
 *   (diag(z) - z z^T) d = z_j (d_j - sum_l z_l d_l)                     its second derivative times d
 *
 * Hazards. exp overflows without M. When the label has the largest score, the sum is 1 + others and
 * the loss log1p(others); the label's residual is -(sum of the others) / sum, not z_y - 1. Where one
 * z_j is almost 1, d_j and the mean cancel: everything is measured from the d of the largest class,
 * which then is 0. The sums are in double. */
#include <stddef.h>

#include "kernel/reference/reference.h"

int64_t KERNEL(softmax)(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z, int64_t ldz)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m && k > 0; i++) {
        const real *h = H + i * ldh;
        real *z = Z + i * ldz;
        const real max = h[first_largest(k, h)];
        double sum = 0.0;
        for (int64_t j = 0; j < k; j++) {
            z[j] = REAL_EXP(h[j] - max);
            sum += (double)z[j];
        }
        for (int64_t j = 0; j < k; j++)
            z[j] = (real)((double)z[j] / sum);
        first = first_without(first, i, sum);
    }
    return first;
}

/* The loss of one row, and its residual when not NULL; residual may be h. */
static double row_cross_entropy(int64_t k, const real *h, int64_t y, real *residual)
{
    const real max = h[first_largest(k, h)];
    const real score = h[y];
    double others = 0.0;
    for (int64_t j = 0; j < k; j++) {
        const real e = REAL_EXP(h[j] - max);
        others += j == y ? 0.0 : (double)e;
        if (residual != NULL)
            residual[j] = e;
    }
    const double label = (double)REAL_EXP(score - max);
    const double sum = others + label;
    if (residual != NULL) {
        for (int64_t j = 0; j < k; j++)
            residual[j] = (real)((double)residual[j] / sum);
        residual[y] = (real)(0.0 - others / sum);
    }
    const double gap = (double)max - (double)score; /* NaN when both are infinite */
    return gap + (gap == 0.0 ? log1p(others) : log(sum));
}

int64_t KERNEL(cross_entropy_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                   const int64_t *y, double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        row_loss[i] = k == 0 ? 0.0 : row_cross_entropy(k, H + i * ldh, y[i], NULL);
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}

int64_t KERNEL(cross_entropy_residual)(int64_t m, int64_t k, real *H, int64_t ldh, const int64_t *y,
                                       double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        row_loss[i] = k == 0 ? 0.0 : row_cross_entropy(k, H + i * ldh, y[i], H + i * ldh);
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}

int64_t KERNEL(cross_entropy_residual_alone)(int64_t m, int64_t k, real *H, int64_t ldh,
                                             const int64_t *y)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m && k > 0; i++)
        first = first_without(first, i, row_cross_entropy(k, H + i * ldh, y[i], H + i * ldh));
    return first;
}

int64_t KERNEL(cross_entropy_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const int64_t *y, real *D, int64_t ldd)
{
    (void)y;
    int64_t first = -1;
    for (int64_t i = 0; i < m && k > 0; i++) {
        const real *h = H + i * ldh;
        real *d = D + i * ldd;
        const int64_t largest = first_largest(k, h);
        const real max = h[largest];
        const real origin = d[largest];
        double sum = 0.0;
        double moment = 0.0;
        for (int64_t j = 0; j < k; j++) {
            const double e = (double)REAL_EXP(h[j] - max);
            d[j] = d[j] - origin;
            sum += e;
            moment += e * (double)d[j];
        }
        const double mean = moment / sum;
        for (int64_t j = 0; j < k; j++)
            d[j] = (real)((double)REAL_EXP(h[j] - max) / sum * ((double)d[j] - mean));
        first = first_without(first, i, mean);
    }
    return first;
}
