/* The minimum over coordinate e is at
 *
 *     x = soft(point_e + s_e - slope_e / a, l1 / a),    a = H_ee + ridge_e,    soft(z, t) = sign(z) (|z| - t)_+
 *
 * A coordinate that moves changes all slopes, by a row of H; one that stays, as most zeros do, costs nothing. The order
 * is fixed: there and back, which carries a change along correlated features in either direction. After a pass over all
 * coordinates those that are not 0 are minimised over by themselves, in a small matrix of their own, and all slopes are
 * brought up to that at once. */
#include "solver/coordinate_descent.h"

#include <math.h>
#include <stdbool.h>

enum { MOST_ROUNDS = 50, MOST_PASSES = 1000 };
static const double WITHIN = 0.3; /* of what is enough: what a part is solved to */

void coordinate_space_lay_out(coordinate_space *self, space_plan *plan, int64_t length)
{
    self->most = length / 2;
    self->part.hessian = space_doubles(plan, self->most, self->most);
    self->part.ridge = space_doubles(plan, self->most, 1);
    self->part.point = space_doubles(plan, self->most, 1);
    self->part.step = space_doubles(plan, self->most, 1);
    self->part.slope = space_doubles(plan, self->most, 1);
    self->before = space_doubles(plan, self->most, 1);
    self->active = space_next(plan, self->most, 1, sizeof(int64_t));
}

/* Where the penalised coordinate belongs, from where it is without the penalty. */
static double shrink(double z, double by)
{
    return z > by ? z - by : (z < -by ? z + by : 0);
}

/* Step e changes: bring the slopes up to it. */
static void add_change(const penalised_quadratic *self, int64_t e, double change)
{
    const double *row = self->hessian + e * self->length;
    for (int64_t i = 0; i < self->length; i++)
        self->slope[i] += change * row[i];
    self->slope[e] += change * self->ridge[e];
}

/* Move coordinate e; the square of what it moved by, times its curvature. */
static double move(const penalised_quadratic *self, int64_t e)
{
    const double curvature = self->hessian[e * self->length + e] + self->ridge[e];
    if (!(curvature > 0))
        return 0;
    const double from = self->point[e] + self->step[e];
    const double free = from - self->slope[e] / curvature;
    const double to = e < self->weights ? shrink(free, self->l1 / curvature) : free;
    const double change = to - from;
    if (change == 0 || !isfinite(change))
        return 0;
    add_change(self, e, change);
    self->step[e] = to == 0 ? -self->point[e] : self->step[e] + change;
    return change * change * curvature;
}

static double pass(const penalised_quadratic *self, bool down)
{
    double changed = 0;
    for (int64_t i = 0; i < self->length; i++)
        changed += move(self, down ? self->length - 1 - i : i);
    return changed;
}

/* Passes, until one changes no more than that. */
static void pass_until(const penalised_quadratic *self, double enough)
{
    for (int i = 0; i < MOST_PASSES && pass(self, i % 2 == 0) > enough; i++) {
    }
}

/* Copy the coordinates that are not 0; false where there is no room for them. */
static bool take_part(const penalised_quadratic *self, coordinate_space *space)
{
    penalised_quadratic *part = &space->part;
    part->length = 0;
    part->l1 = self->l1;
    for (int64_t e = 0; e < self->length; e++) {
        if (e == self->weights)
            part->weights = part->length;
        if (e < self->weights && self->point[e] + self->step[e] == 0)
            continue;
        if (part->length == space->most)
            return false;
        space->active[part->length++] = e;
    }
    if (self->weights == self->length)
        part->weights = part->length;
    for (int64_t i = 0; i < part->length; i++) {
        const int64_t e = space->active[i];
        for (int64_t j = 0; j < part->length; j++)
            part->hessian[i * part->length + j] =
                self->hessian[e * self->length + space->active[j]];
        part->ridge[i] = self->ridge[e];
        part->point[i] = self->point[e];
        part->step[i] = space->before[i] = self->step[e];
        part->slope[i] = self->slope[e];
    }
    return true;
}

static void put_part(const penalised_quadratic *self, const coordinate_space *space)
{
    for (int64_t i = 0; i < space->part.length; i++) {
        const double change = space->part.step[i] - space->before[i];
        if (change == 0)
            continue;
        add_change(self, space->active[i], change);
        self->step[space->active[i]] = space->part.step[i];
    }
}

void coordinate_descent(const penalised_quadratic *self, coordinate_space *space, double enough)
{
    double first = 0;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        const double changed = pass(self, false);
        if (round == 0)
            first = changed;
        else if (!(changed > enough * enough * first))
            return;
        const double within = WITHIN * WITHIN * enough * enough * first;
        if (take_part(self, space)) {
            pass_until(&space->part, within);
            put_part(self, space);
        } else {
            pass_until(self, within);
        }
    }
}
