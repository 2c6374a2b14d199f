/* The hinge loss of several classes with its kinks rounded off over a width mu, in plain C. With
 *
 *   v_j = max(0, h_j - h_y + 1),   a_j = min(v_j / mu, 1)   for j != y
 *
 *   loss = sum a_j (v_j - mu/2 a_j)     residual_j = a_j
 *
 * and residual_y = -(sum of the others).
 *
 * Hazards are those of hinge_tmpl.c: what a comparison would hide, an infinite h_y and a violation that is no
 * number, is added to the sums as a difference with itself. */
#include <stddef.h>

#include "kernel/reference/reference.h"

typedef struct corner {
    real width;   /* mu */
    real inverse; /* 1 / mu */
} corner;

static corner corner_of(double mu)
{
    return (corner){(real)mu, (real)(1 / mu)};
}

/* The violation of a class that is not the label; NaN for NaN. */
static real violation(real score, real label_score)
{
    const real v = score - label_score + 1;
    return v <= 0 ? 0 : v;
}

static real share(corner of, real v)
{
    const real a = v * of.inverse;
    return a > 1 ? 1 : a;
}

static double row_smooth(corner of, int64_t k, const real *h, int64_t y, real *residual)
{
    const real score = h[y];
    double loss = (double)(score - score);
    double sum = 0.0;
    for (int64_t j = 0; j < k; j++) {
        if (j == y)
            continue;
        const real v = violation(h[j], score);
        const real a = share(of, v);
        loss += (double)a * (double)(v - of.width / 2 * a);
        sum += (double)a;
        if (residual != NULL)
            residual[j] = a;
    }
    if (residual != NULL)
        residual[y] = (real)(0.0 - sum);
    return loss;
}

int64_t KERNEL(multiclass_hinge_smooth_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                             const int64_t *y, double mu, double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        row_loss[i] = k == 0 ? 0.0 : row_smooth(corner_of(mu), k, H + i * ldh, y[i], NULL);
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}

int64_t KERNEL(multiclass_hinge_smooth_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                                 const int64_t *y, double mu, double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        real *h = H + i * ldh;
        row_loss[i] = k == 0 ? 0.0 : row_smooth(corner_of(mu), k, h, y[i], h);
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}
