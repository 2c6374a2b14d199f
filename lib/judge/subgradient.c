/* v_i = g_i + l1 sign(theta_i); where theta_i = 0, g_i brought nearer to 0 by up to l1.
 *
 * Adding the same to all columns of a row of theta changes no score's difference, and F by its penalties
 * alone. Where all zeros of a row are free this shift is no direction to judge by: the quadratic model has
 * no curvature along it, and the kinks that end it are not in the model. One of those zeros is held, that
 * with the smallest v. Where rows have one l1 term each, the curvature of these is what such a shift has. */
#include "judge/subgradient.h"

#include <math.h>
#include <string.h>

/* By a bound that the way down leads out of. */
static bool is_kept(const objective *F, double weight, double v)
{
    return (weight <= F->lower && v > 0) || (weight >= F->upper && v < 0);
}

static double norm_of(int64_t length, const double *x)
{
    double square = 0;
    for (int64_t i = 0; i < length; i++)
        square += x[i] * x[i];
    return sqrt(square);
}

/* Of a row with one l1 term: g + l1 theta / ||theta||, or g brought nearer to 0 by up to l1. */
static void set_row(const objective *F, const double *point, const double *gradient, double *v)
{
    const int64_t k = F->columns;
    const double norm = norm_of(k, point);
    const double size = norm > 0 ? 0 : norm_of(k, gradient);
    for (int64_t c = 0; c < k; c++) {
        if (norm > 0)
            v[c] = gradient[c] + F->l1 * (point[c] / norm);
        else
            v[c] = size > F->l1 ? gradient[c] * (1 - F->l1 / size) : 0;
    }
}

/* Of a row whose weights have terms of their own. */
static void set_weights(const objective *F, int64_t length, const double *point,
                        const double *gradient, double *v)
{
    for (int64_t e = 0; e < length; e++) {
        const double g = gradient[e];
        if (point[e] != 0)
            v[e] = g + copysign(F->l1, point[e]);
        else
            v[e] = copysign(fmax(fabs(g) - F->l1, 0), g);
        if (is_kept(F, point[e], v[e]))
            v[e] = 0;
    }
}

void subgradient_set(const objective *F, const double *point, const double *gradient, double *v)
{
    const int64_t k = F->columns;
    for (int64_t row = 0; row < F->weights; row += k) {
        if (objective_is_grouped(F))
            set_row(F, point + row, gradient + row, v + row);
        else
            set_weights(F, k, point + row, gradient + row, v + row);
    }
    for (int64_t e = F->weights; e < F->parameters; e++)
        v[e] = gradient[e];
}

void subgradient_add_curvature(const objective *F, const double *point, const double *direction,
                               double *product)
{
    const int64_t k = F->columns;
    for (int64_t row = 0; objective_is_grouped(F) && row < F->weights; row += k) {
        const double norm = norm_of(k, point + row);
        double along = 0;
        for (int64_t e = row; norm > 0 && e < row + k; e++)
            along += point[e] / norm * direction[e];
        for (int64_t e = row; norm > 0 && e < row + k; e++)
            product[e] += F->l1 / norm * (direction[e] - along * (point[e] / norm));
    }
}

static void classify_row(const objective *F, const double *point, const double *v, double unit,
                         unsigned char *kind)
{
    const int64_t k = F->columns;
    double reached = 0;
    for (int64_t c = 0; c < k; c++)
        reached += point[c] * (point[c] - unit * unit * v[c]);
    const bool is_zero = norm_of(k, point) == 0;
    if (is_zero && norm_of(k, v) == 0)
        memset(kind, SUBGRADIENT_FIXED, (size_t)k);
    else if (!is_zero && reached <= 0)
        memset(kind, SUBGRADIENT_LEAVING, (size_t)k);
}

static void hold_one_zero(int64_t columns, const double *row, const double *v, unsigned char *kind)
{
    int64_t smallest = -1;
    for (int64_t j = 0; j < columns; j++) {
        if (row[j] == 0 && kind[j] == SUBGRADIENT_FIXED)
            return;
        if (row[j] == 0 && (smallest < 0 || fabs(v[j]) < fabs(v[smallest])))
            smallest = j;
    }
    if (smallest >= 0)
        kind[smallest] = SUBGRADIENT_FIXED;
}

void subgradient_classify(const objective *F, const double *point, const double *v,
                          const double *unit, unsigned char *kind)
{
    const int64_t k = F->columns;
    memset(kind, SUBGRADIENT_FREE, (size_t)F->weights);
    const bool grouped = objective_is_grouped(F);
    for (int64_t row = 0; grouped && row < F->weights; row += k)
        classify_row(F, point + row, v + row, unit[row / k], kind + row);
    const bool held = !grouped && (F->l1 > 0 || objective_is_bounded(F));
    for (int64_t row = 0; held && row < F->weights; row += k) {
        for (int64_t e = row; e < row + k; e++) {
            const double reached = point[e] - unit[row / k] * unit[row / k] * v[e];
            const bool stays =
                (F->l1 > 0 && point[e] == 0) || point[e] <= F->lower || point[e] >= F->upper;
            const bool crosses = F->l1 > 0 && point[e] != 0 && point[e] * reached <= 0;
            if (stays && v[e] == 0)
                kind[e] = SUBGRADIENT_FIXED;
            else if (crosses || reached < F->lower || reached > F->upper)
                kind[e] = SUBGRADIENT_LEAVING;
        }
        if (k > 1 && F->l1 > 0)
            hold_one_zero(k, point + row, v + row, kind + row);
    }
}

void subgradient_keep_free(int64_t weights, const unsigned char *kind, double *vector)
{
    for (int64_t e = 0; e < weights; e++) {
        if (kind[e] != SUBGRADIENT_FREE)
            vector[e] = 0;
    }
}
