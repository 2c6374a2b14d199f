/* The minimum over coordinate e is at
 *
 *     x = soft(point_e + s_e - slope_e / a, l1 / a),    a = H_ee + ridge_e,    soft(z, t) = sign(z) (|z| - t)_+
 *
 * A coordinate that moves changes all slopes, by a row of H; one that stays, as most zeros do, costs nothing. The order
 * is fixed: there and back, which carries a change along correlated features in either direction. After a pass over all
 * coordinates those that are not 0 are minimised over by themselves, in a small matrix of their own, and all slopes are
 * brought up to that at once.
 *
 * Hazard: where features are nearly dependent, coordinates take thousands of passes. So every few passes the minimum within
 * the orthant of the part is solved for, by Cholesky's factor, and gone to as far as no sign changes. */
#include "solver/coordinate_descent.h"

#include <math.h>
#include <stdbool.h>

#include "linalg/cholesky.h"

enum { MOST_ROUNDS = 50, MOST_PASSES = 1000, FACE_PASSES = 20, LARGEST_FACE = 600 };
static const double LEAST_RIDGE = 1e-14; /* beside a diagonal of ones, for each coordinate */
static const double MOST_RIDGE = 1e-3;
static const double WITHIN = 0.3; /* of what is enough: what a part is solved to */

void coordinate_space_lay_out(coordinate_space *self, space_plan *plan, int32_t set, int64_t length)
{
    const int64_t largest = length < LARGEST_FACE ? length : LARGEST_FACE;
    self->set = set;
    self->most = length;
    self->factor = space_doubles(plan, largest, largest);
    self->face = space_doubles(plan, self->most, 1);
    self->unit = space_doubles(plan, self->most, 1);
    self->part.hessian = space_doubles(plan, self->most, self->most);
    self->part.ridge = space_doubles(plan, self->most, 1);
    self->part.point = space_doubles(plan, self->most, 1);
    self->part.step = space_doubles(plan, self->most, 1);
    self->part.slope = space_doubles(plan, self->most, 1);
    self->before = space_doubles(plan, self->most, 1);
    self->active = space_next(plan, self->most, 1, sizeof(int64_t));
}

static double at(const penalised_quadratic *self, int64_t e)
{
    return self->point[e] + self->step[e];
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
    const double from = at(self, e);
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

/* Whether a step may move the coordinate: not those that are 0 with a penalty, nor flat ones. */
static bool is_inside(const penalised_quadratic *self, int64_t e)
{
    return self->hessian[e * self->length + e] + self->ridge[e] > 0 &&
           (e >= self->weights || at(self, e) != 0);
}

/* The lower factor of the part on the coordinates inside, in units; false where no small ridge gives it one. */
static bool factorise(const penalised_quadratic *self, const coordinate_space *space)
{
    const int64_t length = self->length;
    for (int64_t e = 0; e < length; e++)
        space->unit[e] =
            is_inside(self, e) ? 1 / sqrt(self->hessian[e * length + e] + self->ridge[e]) : 0;
    for (double ridge = LEAST_RIDGE * (double)length; ridge < MOST_RIDGE; ridge *= 100) {
        for (int64_t i = 0; i < length; i++) {
            for (int64_t j = 0; j < i; j++)
                space->factor[i * length + j] =
                    self->hessian[i * length + j] * (space->unit[i] * space->unit[j]);
            space->factor[i * length + i] = 1 + ridge;
        }
        if (cholesky_factor(space->set, length, space->factor))
            return true;
    }
    return false;
}

/* The step within the orthant to the minimum there, which it may leave. */
static void solve_face(const penalised_quadratic *self, const coordinate_space *space)
{
    for (int64_t e = 0; e < self->length; e++) {
        const double penalty = e < self->weights ? copysign(self->l1, at(self, e)) : 0;
        space->face[e] = -(self->slope[e] + penalty) * space->unit[e];
    }
    cholesky_solve(space->set, self->length, 1, space->factor, space->face);
    for (int64_t e = 0; e < self->length; e++)
        space->face[e] *= space->unit[e];
}

/* Go to the minimum within the orthant, or as far that way as no sign changes. */
static void step_within_face(const penalised_quadratic *self, const coordinate_space *space)
{
    if (self->length > LARGEST_FACE || !factorise(self, space))
        return;
    solve_face(self, space);
    double part = 1;
    int64_t first = -1; /* to become 0 */
    for (int64_t e = 0; e < self->weights; e++) {
        const double x = at(self, e);
        const double d = space->face[e];
        if (!isfinite(d))
            return;
        if (x * (x + part * d) < 0) {
            part = -x / d;
            first = e;
        }
    }
    for (int64_t e = 0; e < self->length; e++) {
        const double change = e == first ? -at(self, e) : part * space->face[e];
        if (change == 0)
            continue;
        add_change(self, e, change);
        self->step[e] = e == first ? -self->point[e] : self->step[e] + change;
    }
}

/* Passes, until one changes no more than that. space: for steps within an orthant. */
static void pass_until(const penalised_quadratic *self, const coordinate_space *space,
                       double enough)
{
    for (int i = 1; i <= MOST_PASSES && pass(self, i % 2 == 1) > enough; i++) {
        if (i % FACE_PASSES == 0)
            step_within_face(self, space);
    }
}

/* Copy the coordinates that are not 0. */
static void take_part(const penalised_quadratic *self, coordinate_space *space)
{
    penalised_quadratic *part = &space->part;
    part->length = 0;
    part->l1 = self->l1;
    for (int64_t e = 0; e < self->length; e++) {
        if (e == self->weights)
            part->weights = part->length;
        if (e < self->weights && at(self, e) == 0)
            continue;
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
        take_part(self, space);
        pass_until(&space->part, space, within);
        put_part(self, space);
    }
}
