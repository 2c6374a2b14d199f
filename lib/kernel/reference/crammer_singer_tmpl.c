/* Crammer and Singer's hinge loss of several classes, and its form with the kinks rounded off, in plain C. With
 *
 *   v_j = max(0, h_j - h_y + 1)   for j != y
 *
 *   loss = max_j v_j        residual_j = 1 for the first j != y with the largest v_j > 0, else 0
 *   smooth                  residual = a, the point of {a >= 0, sum a <= 1} nearest to v / mu
 *                           loss = sum a_j (v_j - mu/2 a_j)
 *
 * and residual_y = -(sum of the others). a_j = max(0, v_j / mu - g), with the least g >= 0 for which they add up to at
 * most 1: from all classes, those that are below g go until none is (Michelot 1986). The second derivative takes
 * e_j = (d_j - d_y) / mu of the classes with a_j > 0, less their mean where g > 0.
 *
 * Hazards. v / mu overflows: what is compared is w_j = (max v - v_j) / mu, where infinity is beyond reach, and
 * c = max v / mu - g, at most 1. What a comparison hides, an infinite h_y and a violation that is no number, is added
 * to the sums as a difference with itself. */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/reference/reference.h"

/* A row of violations, and the point near them. */
typedef struct corner {
    int64_t k;
    const real *h;
    int64_t y;
    double mu;
    double best;    /* max v */
    double level;   /* c: a_j = max(0, c - w_j) */
    bool saturated; /* sum a = 1 */
    double unusual; /* 0, or NaN where the row has no finite result */
} corner;

/* 0 for the label; NaN for NaN. */
static double violation(const corner *of, int64_t j)
{
    const real v = of->h[j] - of->h[of->y] + 1;
    return j == of->y || v <= 0 ? 0 : (double)v;
}

static double distance(const corner *of, int64_t j)
{
    return (of->best - violation(of, j)) / of->mu;
}

static double share(const corner *of, int64_t j)
{
    const double a = of->level - distance(of, j);
    return j == of->y || a <= 0 ? 0 : a;
}

static corner look_at(int64_t k, const real *h, int64_t y, double mu)
{
    corner of = {.k = k, .h = h, .y = y, .mu = mu};
    of.unusual = (double)(h[y] - h[y]);
    for (int64_t j = 0; j < k; j++) {
        const double v = violation(&of, j);
        of.best = v > of.best ? v : of.best;
        of.unusual += v - v;
    }
    return of;
}

static void find_level(corner *of)
{
    of->level = INFINITY;
    for (double before = 0; before != of->level;) {
        double sum = 1;
        double count = 0;
        before = of->level;
        for (int64_t j = 0; j < of->k; j++) {
            const double w = distance(of, j);
            const bool near = j != of->y && w < before && !isinf(w);
            sum += near ? w : 0;
            count += near;
        }
        of->level = count > 0 ? sum / count : 0;
    }
    of->saturated = of->level < of->best / of->mu;
    of->level = of->saturated ? of->level : of->best / of->mu;
}

static double row_hard(int64_t k, const real *h, int64_t y, real *residual)
{
    const corner of = look_at(k, h, y, 1);
    int64_t winner = y;
    for (int64_t j = k - 1; j >= 0; j--)
        winner = of.best > 0 && violation(&of, j) == of.best ? j : winner;
    for (int64_t j = 0; residual != NULL && j < k; j++)
        residual[j] = (real)((j == winner) - (j == y));
    return of.best + of.unusual;
}

static double row_smooth(int64_t k, const real *h, int64_t y, double mu, real *residual)
{
    corner of = look_at(k, h, y, mu);
    if (isnan(of.unusual))
        return of.unusual;
    find_level(&of);
    double loss = 0;
    double sum = 0;
    for (int64_t j = 0; j < k; j++) {
        const double a = share(&of, j);
        loss += a * (violation(&of, j) - mu / 2 * a);
        sum += a;
    }
    for (int64_t j = 0; residual != NULL && j < k; j++) { /* which may be h: the label comes last */
        if (j != y)
            residual[j] = (real)share(&of, j);
    }
    if (residual != NULL)
        residual[y] = (real)-sum;
    return loss;
}

static int64_t rows_losses(double mu, int64_t m, int64_t k, const real *h, real *residual,
                           int64_t ldh, const int64_t *y, double *row_loss)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m; i++) {
        real *out = residual == NULL ? NULL : residual + i * ldh;
        if (k == 0)
            row_loss[i] = 0;
        else
            row_loss[i] = mu > 0 ? row_smooth(k, h + i * ldh, y[i], mu, out)
                                 : row_hard(k, h + i * ldh, y[i], out);
        first = first_without(first, i, row_loss[i]);
    }
    return first;
}

int64_t KERNEL(crammer_singer_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                    const int64_t *y, double *row_loss)
{
    return rows_losses(0, m, k, H, NULL, ldh, y, row_loss);
}

int64_t KERNEL(crammer_singer_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                        const int64_t *y, double *row_loss)
{
    return rows_losses(0, m, k, H, H, ldh, y, row_loss);
}

int64_t KERNEL(crammer_singer_smooth_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                           const int64_t *y, double mu, double *row_loss)
{
    return rows_losses(mu, m, k, H, NULL, ldh, y, row_loss);
}

int64_t KERNEL(crammer_singer_smooth_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                               const int64_t *y, double mu, double *row_loss)
{
    return rows_losses(mu, m, k, H, H, ldh, y, row_loss);
}

/* Returns the sum of the row's results. */
static double row_curvature(int64_t k, const real *h, int64_t y, double mu, real *d)
{
    corner of = look_at(k, h, y, mu);
    if (isnan(of.unusual))
        return of.unusual;
    find_level(&of);
    const double of_label = (double)d[y];
    double sum = 0;
    double count = 0;
    for (int64_t j = 0; j < k; j++) {
        const bool near = share(&of, j) > 0;
        sum += near ? (double)d[j] - of_label : 0;
        count += near;
    }
    const double mean = of.saturated && count > 0 ? sum / count : 0;
    sum = 0;
    for (int64_t j = 0; j < k; j++) {
        d[j] = (real)(share(&of, j) > 0 ? ((double)d[j] - of_label - mean) / mu : 0);
        sum += (double)d[j];
    }
    d[y] = (real)-sum;
    return sum;
}

int64_t KERNEL(crammer_singer_smooth_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                                const int64_t *y, double mu, real *D, int64_t ldd)
{
    int64_t first = -1;
    for (int64_t i = 0; i < m && k > 0; i++)
        first = first_without(first, i, row_curvature(k, H + i * ldh, y[i], mu, D + i * ldd));
    return first;
}
