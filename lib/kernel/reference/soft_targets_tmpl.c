/* Cross-entropy against targets p instead of a label, in plain C:
 *
 *   loss = sum_j p_j (log sum_l exp(h_l) - h_j),   residual_j = z_j sum_l p_l - p_j
 *
 * With M = max h, attained at class a, and others = sum over l != a of exp(h_l - M): the loss is
 * sum_j p_j (M - h_j) + (sum p) log1p(others), all of it positive. Hazards: 0 times infinity, where
 * p_j = 0 and h_j = -infinity, counts as 0; the residual of class a, where z_a may be almost 1, is
 * sum over l != a of p_l, less (sum p) others / (1 + others). */
#include <stddef.h>

#include "kernel/reference/reference.h"

static double row_soft(int64_t k, const real *h, const real *p, real *residual)
{
    const int64_t largest = first_largest(k, h);
    const real max = h[largest];
    double others = 0.0;
    double p_others = 0.0;
    double gap = (double)max - (double)max; /* NaN when infinite */
    for (int64_t j = 0; j < k; j++) {
        const real distance = max - h[j];
        const real e = REAL_EXP(-distance);
        gap += p[j] == 0 ? 0.0 : (double)p[j] * (double)distance;
        others += j == largest ? 0.0 : (double)e;
        p_others += j == largest ? 0.0 : (double)p[j];
        if (residual != NULL)
            residual[j] = e;
    }
    const double p_sum = p_others + (double)p[largest];
    const double scale = p_sum / (1.0 + others);
    if (residual != NULL) {
        for (int64_t j = 0; j < k; j++)
            residual[j] = (real)((double)residual[j] * scale - (double)p[j]);
        residual[largest] = (real)(p_others - others * scale);
    }
    return gap + p_sum * log1p(others);
}

int64_t KERNEL(cross_entropy_soft_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const real *P, int64_t ldp, double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        row_loss[i] = k == 0 ? 0.0 : row_soft(k, H + i * ldh, P + i * ldp, NULL);
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}

int64_t KERNEL(cross_entropy_soft_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                            const real *P, int64_t ldp, double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        row_loss[i] = k == 0 ? 0.0 : row_soft(k, H + i * ldh, P + i * ldp, H + i * ldh);
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}
