/* v_i = g_i + l1 sign(theta_i); where theta_i = 0, g_i brought nearer to 0 by up to l1.
 *
 * Adding the same to all columns of a row of theta changes no score's difference, and F by its penalties
 * alone. Where all zeros of a row are free this shift is no direction to judge by: the quadratic model has
 * no curvature along it, and the kinks that end it are not in the model. One of those zeros is held, that
 * with the smallest v. */
#include "judge/subgradient.h"

#include <math.h>
#include <string.h>

void subgradient_set(const objective *F, const double *point, const double *gradient, double *v)
{
    for (int64_t e = 0; e < F->parameters; e++) {
        const double l1 = e < F->weights ? F->l1 : 0;
        const double g = gradient[e];
        if (point[e] != 0)
            v[e] = g + copysign(l1, point[e]);
        else
            v[e] = copysign(fmax(fabs(g) - l1, 0), g);
    }
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
    for (int64_t row = 0; F->l1 > 0 && row < F->weights; row += k) {
        for (int64_t e = row; e < row + k; e++) {
            const double reached = point[e] - unit[row / k] * unit[row / k] * v[e];
            if (point[e] == 0 && v[e] == 0)
                kind[e] = SUBGRADIENT_FIXED;
            else if (point[e] != 0 && point[e] * reached <= 0)
                kind[e] = SUBGRADIENT_LEAVING;
        }
        if (k > 1)
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
