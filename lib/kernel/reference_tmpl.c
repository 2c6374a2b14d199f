/* The kernels in plain C: slow, short, and what the fast ones are tested against.
 *
 *   z_j = exp(h_j - M) / sum_l exp(h_l - M),   M = max_l h_l            softmax
 *   loss = log sum_l exp(h_l - M) + (M - h_y),   residual = z - e_y     cross-entropy
 *
 * Hazards. exp overflows without M. When the label has the largest score, the sum is 1 + others and
 * the loss log1p(others); the label's residual is -(sum of the others) / sum, not z_y - 1. The sums
 * are in double. */
#include <math.h>
#include <stddef.h>

#include "core/real.h"
#include "kernel/tables.h"

#if REAL_BITS == 32
#define REAL_EXP expf
#else
#define REAL_EXP exp
#endif

static real largest(int64_t k, const real *h)
{
    real max = -INFINITY;
    for (int64_t j = 0; j < k; j++)
        max = h[j] > max ? h[j] : max;
    return max;
}

static int64_t reference_softmax(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z,
                                 int64_t ldz)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m && k > 0; i++) {
        const real *h = H + i * ldh;
        real *z = Z + i * ldz;
        const real max = largest(k, h);
        double sum = 0.0;
        for (int64_t j = 0; j < k; j++) {
            z[j] = REAL_EXP(h[j] - max);
            sum += (double)z[j];
        }
        for (int64_t j = 0; j < k; j++)
            z[j] = (real)((double)z[j] / sum);
        if (first < 0 && !isfinite(sum))
            first = i;
    }
    return first;
}

/* The loss of one row, and its residual when not NULL; residual may be h. */
static double row_cross_entropy(int64_t k, const real *h, int64_t y, real *residual)
{
    const real max = largest(k, h);
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

static int64_t reference_loss(int64_t m, int64_t k, const real *H, int64_t ldh, const int64_t *y,
                              double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        row_loss[i] = k == 0 ? 0.0 : row_cross_entropy(k, H + i * ldh, y[i], NULL);
        if (first < 0 && !isfinite(row_loss[i]))
            first = i;
    }
    return first;
}

static int64_t reference_residual(int64_t m, int64_t k, real *H, int64_t ldh, const int64_t *y,
                                  double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        row_loss[i] = k == 0 ? 0.0 : row_cross_entropy(k, H + i * ldh, y[i], H + i * ldh);
        if (first < 0 && !isfinite(row_loss[i]))
            first = i;
    }
    return first;
}

static void reference_exp(int64_t count, const real *x, real *y)
{
    for (int64_t i = 0; i < count; i++)
        y[i] = REAL_EXP(x[i]);
}

const REAL(kernels) REAL(kernels_reference) = {
    .name = "reference",
    .softmax = reference_softmax,
    .cross_entropy = {.name = "cross_entropy",
                      .loss = reference_loss,
                      .residual = reference_residual},
    .exp = reference_exp,
};
