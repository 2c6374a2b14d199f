/* What rounding may do to a lower bound beside what it does to sums of losses (DUALITY_ROUNDING).
 *
 * D = F - gap, and two terms of that are the same but for rounding: <theta, G> and the mean of <r, X theta>. Scores,
 * sums of n + 1 terms x_j theta_j, and G, a mean of terms x_j r, are rounded each for itself, relative to the sizes
 * of their terms: where features are far from zero, or parameters far out, these cancel, and are larger than F by
 * orders. So is the mean of r, which is taken for 0 and counts times b. By Cauchy's inequality, in the features' root
 * mean squares and with E ||r||^2 <= 2 c E loss,
 *
 *     E sum_jc |x_j theta_jc r_c| <= (sum_j sqrt(E x_j^2) ||theta_j|| + ||b||) sqrt(2 c E loss)
 *
 * of which a sum of N terms loses at most (4 + sqrt(N) / 2) u (certify.c). At the minimum the parameters of the bound
 * are those of F: what G's rounding takes from its constraints, or adds to the conjugate of the penalty, is times theta
 * too. */
#include <math.h>

#include "objective/dual_gap.h"

enum { ROWS = 1024 }; /* of a sum, before it goes into a longer one */

static double growth(double terms)
{
    return 4 + sqrt(terms) / 2;
}

static double row_norm(const double *row, int64_t columns)
{
    double square = 0;
    for (int64_t c = 0; c < columns; c++)
        square += row[c] * row[c];
    return sqrt(square);
}

double dual_rounding(const objective *F, const double *parameters, double loss)
{
    if (F->column_mean == NULL)
        return 0;
    const int64_t k = F->columns;
    const int64_t n = F->weights / k;
    const double m = (double)F->samples;
    double size = F->parameters > F->weights ? row_norm(parameters + F->weights, k) : 0;
    for (int64_t j = 0; j < n; j++) {
        const double mean = F->column_mean[j];
        size += sqrt(mean * mean + F->column_variance[j]) * row_norm(parameters + j * k, k);
    }
    const double unit = (growth((double)n + 1) + growth(fmin(m, ROWS) + m / ROWS)) * F->epsilon / 2;
    return unit * size * sqrt(2 * F->curvature_bound * loss);
}
