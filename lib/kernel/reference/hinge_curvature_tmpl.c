/* Second derivatives of the squared and of the smoothed hinge loss of several classes, times a direction d, in plain C:
 * of the classes j != y with violations v_j = max(0, h_j - h_y + 1),
 *
 *   squared_hinge            out_j = 2 (d_j - d_y)      where 0 < v_j
 *   multiclass_hinge_smooth  out_j = (d_j - d_y) / mu   where 0 < v_j < mu
 *
 * 0 elsewhere, and out_y = -(sum of the others). Hazards are those of hinge_tmpl.c. */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/reference/reference.h"

typedef struct band {
    real steepness;
    real inverse_width;
} band;

/* NaN for NaN. */
static real violation(real score, real label_score)
{
    const real v = score - label_score + 1;
    return v <= 0 ? 0 : v;
}

static int64_t rows_curvature(band of, int64_t m, int64_t k, const real *H, int64_t ldh,
                              const int64_t *y, real *D, int64_t ldd)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m && k > 0; i++) {
        const real *h = H + i * ldh;
        real *d = D + i * ldd;
        const real score = h[y[i]];
        const real of_label = d[y[i]];
        double sum = (double)(score - score);
        for (int64_t j = 0; j < k; j++) {
            if (j == y[i])
                continue;
            const real v = violation(h[j], score);
            const bool within = v > 0 && v * of.inverse_width < 1;
            d[j] = within ? of.steepness * (d[j] - of_label) : v - v;
            sum += (double)d[j] + (double)(v - v);
        }
        d[y[i]] = (real)(0.0 - sum);
        first = first_without(first, i, sum);
    }
    return first;
}

int64_t KERNEL(squared_hinge_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const int64_t *y, real *D, int64_t ldd)
{
    return rows_curvature((band){2, 0}, m, k, H, ldh, y, D, ldd);
}

int64_t KERNEL(multiclass_hinge_smooth_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                                  const int64_t *y, double mu, real *D, int64_t ldd)
{
    const band of = {(real)(1 / mu), (real)(1 / mu)};
    return rows_curvature(of, m, k, H, ldh, y, D, ldd);
}
