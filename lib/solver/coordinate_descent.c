/* The minimum over coordinate e is at
 *
 *     x = soft(point_e + s_e - slope_e / a, l1 / a),    a = H_ee + ridge_e,    soft(z, t) = sign(z) (|z| - t)_+
 *
 * A coordinate that moves changes all slopes, by a row of H; one that stays, as most zeros do, costs nothing. The order
 * is fixed: there and back, which carries a change along correlated features in either direction. */
#include "solver/coordinate_descent.h"

#include <math.h>

/* Where the penalised coordinate belongs, from where it is without the penalty. */
static double shrink(double z, double by)
{
    return z > by ? z - by : (z < -by ? z + by : 0);
}

/* Move coordinate e; the square of what it moved by, times its curvature. */
static double move(const penalised_quadratic *self, int64_t e)
{
    const double *row = self->hessian + e * self->length;
    const double curvature = row[e] + self->ridge[e];
    if (!(curvature > 0))
        return 0;
    const double from = self->point[e] + self->step[e];
    const double free = from - self->slope[e] / curvature;
    const double to = e < self->weights ? shrink(free, self->l1 / curvature) : free;
    const double change = to - from;
    if (change == 0 || !isfinite(change))
        return 0;
    for (int64_t i = 0; i < self->length; i++)
        self->slope[i] += change * row[i];
    self->slope[e] += change * self->ridge[e];
    self->step[e] = to - self->point[e];
    return change * change * curvature;
}

void coordinate_descent(const penalised_quadratic *self, double enough, int most_passes)
{
    double first = 0;
    for (int pass = 0; pass < most_passes; pass++) {
        double changed = 0;
        for (int64_t i = 0; i < self->length; i++)
            changed += move(self, pass % 2 == 0 ? i : self->length - 1 - i);
        if (pass == 0)
            first = changed;
        else if (!(changed > enough * enough * first))
            return;
    }
}
