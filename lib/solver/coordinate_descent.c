/* The minimum over coordinate e is at
 *
 *     x = soft(point_e + s_e - slope_e / a, l1 / a),    a = H_ee + ridge_e,    soft(z, t) = sign(z) (|z| - t)_+
 *
 * A coordinate that moves changes all slopes, by a row of H; one that stays, as most zeros do, costs nothing. The order
 * is fixed: there and back, which carries a change along correlated features in either direction. After a pass over all
 * coordinates those that are not 0 are minimised over by themselves, in a small matrix of their own, and all slopes are
 * brought up to that at once.
 *
 * Hazard: where features are nearly dependent, coordinates take thousands of passes. So after the first pass and
 * every few the minimum within the orthant of the part is solved for, by Cholesky's factor, and gone to, or a part
 * of the way; what would change its sign on the way becomes 0. Where an orthant has no minimum, as where all
 * weights of a feature may be shifted together, the way is as long as the factor's ridge makes it. */
#include "solver/coordinate_descent.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "linalg/cholesky.h"

enum {
    MOST_ROUNDS = 50,
    MOST_PASSES = 1000,
    FEWEST_PASSES = 5,
    PASSES_OF_FACTOR = 40,
    LARGEST_FACE = 2048,
    MOST_CUTS = 30,
    MOST_FACES = 16 /* in a row */
};
static const double LEAST_RIDGE = 1e-14; /* beside a diagonal of ones, for each coordinate */
static const double MOST_RIDGE = 1e-3;
static const double CUT =
    0.25; /* of the way to the minimum of an orthant, the next part that is tried */
static const double WITHIN = 0.3; /* of what is enough: what a part is solved to */

void coordinate_space_lay_out(coordinate_space *self, space_plan *plan, int32_t set, int64_t length)
{
    const int64_t largest = length < LARGEST_FACE ? length : LARGEST_FACE;
    self->set = set;
    self->most = length;
    self->factor = space_doubles(plan, largest, largest);
    self->face = space_doubles(plan, self->most, 1);
    self->way = space_doubles(plan, self->most, 1);
    self->unit = space_doubles(plan, self->most, 1);
    self->factored = 0;
    self->factored_numbers = space_next(plan, largest, 1, sizeof(int64_t));
    self->factored_unit = space_doubles(plan, largest, 1);
    self->product = space_doubles(plan, self->most, 1);
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

/* Whether the factor made last is that of the part. */
static bool is_factored(const penalised_quadratic *self, const coordinate_space *space)
{
    const size_t length = (size_t)self->length;
    return space->factored == self->length &&
           memcmp(space->factored_numbers, space->active, length * sizeof(int64_t)) == 0 &&
           memcmp(space->factored_unit, space->unit, length * sizeof(double)) == 0;
}

static void keep_factor(const penalised_quadratic *self, coordinate_space *space)
{
    const size_t length = (size_t)self->length;
    space->factored = self->length;
    memcpy(space->factored_numbers, space->active, length * sizeof(int64_t));
    memcpy(space->factored_unit, space->unit, length * sizeof(double));
}

/* The lower factor of the part on the coordinates inside, in units; false where no small ridge gives it one. */
static bool factorise(const penalised_quadratic *self, coordinate_space *space)
{
    const int64_t length = self->length;
    for (int64_t e = 0; e < length; e++)
        space->unit[e] =
            is_inside(self, e) ? 1 / sqrt(self->hessian[e * length + e] + self->ridge[e]) : 0;
    if (is_factored(self, space))
        return true;
    space->factored = 0;
    for (double ridge = LEAST_RIDGE * (double)length; ridge < MOST_RIDGE; ridge *= 100) {
        for (int64_t i = 0; i < length; i++) {
            for (int64_t j = 0; j < i; j++)
                space->factor[i * length + j] =
                    self->hessian[i * length + j] * (space->unit[i] * space->unit[j]);
            space->factor[i * length + i] = 1 + ridge;
        }
        if (cholesky_factor(space->set, length, space->factor)) {
            keep_factor(self, space);
            return true;
        }
    }
    return false;
}

/* The step within the orthant to the minimum there, which it may leave. */
static void solve_face(const penalised_quadratic *self, const coordinate_space *space)
{
    for (int64_t e = 0; e < self->length; e++) {
        const double penalty = e < self->weights ? copysign(self->l1, at(self, e)) : 0;
        space->way[e] = -(self->slope[e] + penalty) * space->unit[e];
    }
    cholesky_solve(space->set, self->length, 1, space->factor, space->way);
    for (int64_t e = 0; e < self->length; e++)
        space->way[e] *= space->unit[e];
}

/* space->face := the changes on a part of the way to the minimum within the orthant: what would leave it stops at 0. */
static void cut_face(const penalised_quadratic *self, const coordinate_space *space, double part)
{
    for (int64_t e = 0; e < self->length; e++) {
        const double x = at(self, e);
        const double d = part * space->way[e];
        space->face[e] = e < self->weights && x * (x + d) < 0 ? -x : d;
    }
}

/* The first coordinate to become 0 on the way, and after what part of it; -1 and 1 where none does. */
static int64_t first_to_leave(const penalised_quadratic *self, const coordinate_space *space,
                              double *part)
{
    int64_t first = -1;
    *part = 1;
    for (int64_t e = 0; e < self->weights; e++) {
        const double x = at(self, e);
        if (x * (x + *part * space->way[e]) < 0) {
            *part = -x / space->way[e];
            first = e;
        }
    }
    return first;
}

/* space->face := the changes until then. */
static void cut_face_at(const penalised_quadratic *self, const coordinate_space *space,
                        int64_t first, double part)
{
    for (int64_t e = 0; e < self->length; e++)
        space->face[e] = e == first ? -at(self, e) : part * space->way[e];
}

/* What the changes of space->face make of the function; the product of the matrix with them is left in
 * space->product. */
static double change_by_face(const penalised_quadratic *self, const coordinate_space *space)
{
    const int64_t length = self->length;
    double change = 0;
    for (int64_t i = 0; i < length; i++)
        space->product[i] = self->ridge[i] * space->face[i];
    for (int64_t e = 0; e < length; e++) {
        const double *row = self->hessian + e * length;
        for (int64_t i = 0; space->face[e] != 0 && i < length; i++)
            space->product[i] += space->face[e] * row[i];
    }
    for (int64_t e = 0; e < length; e++) {
        change += space->face[e] * (self->slope[e] + space->product[e] / 2);
        if (e < self->weights)
            change += self->l1 * (fabs(at(self, e) + space->face[e]) - fabs(at(self, e)));
    }
    return change;
}

/* Make the changes of space->face, whose product is known. */
static void go_along_face(const penalised_quadratic *self, const coordinate_space *space)
{
    for (int64_t e = 0; e < self->length; e++) {
        const bool to_zero = e < self->weights && space->face[e] == -at(self, e);
        self->step[e] = to_zero ? -self->point[e] : self->step[e] + space->face[e];
        self->slope[e] += space->product[e];
    }
}

/* Go towards the minimum within the orthant. Where that is outside, project points on the way to it back, many
 * signs at once, until one is found where the function falls; or go as far as no sign changes, and return true:
 * from there, where a coordinate is 0, the way is another. */
static bool step_within_face(const penalised_quadratic *self, coordinate_space *space)
{
    if (self->length > LARGEST_FACE || !factorise(self, space))
        return false;
    solve_face(self, space);
    for (int64_t e = 0; e < self->length; e++) {
        if (!isfinite(space->way[e]))
            return false;
    }
    double least;
    const int64_t first = first_to_leave(self, space, &least);
    /* Without a penalty a fall on a small part of the way is rounding. */
    const int cuts = self->l1 > 0 ? MOST_CUTS : 1;
    double part = 1;
    for (int attempt = 0; attempt < cuts && (part > least || attempt == 0); attempt++) {
        cut_face(self, space, part);
        if (change_by_face(self, space) < 0) {
            go_along_face(self, space);
            return false;
        }
        part *= CUT;
    }
    cut_face_at(self, space, first, least);
    if (!(change_by_face(self, space) < 0))
        return false;
    go_along_face(self, space);
    return self->l1 > 0 && first >= 0;
}

/* Steps within orthants, one after another where a sign ended the one before: what lies along a change of all
 * weights of a feature, which a loss of several scores does not see, ends so, feature by feature. */
static void step_within_faces(const penalised_quadratic *self, coordinate_space *space)
{
    for (int i = 0; i < MOST_FACES && step_within_face(self, space); i++)
        continue;
}

/* A factor costs as many passes as that, about. */
static int64_t face_passes(int64_t length)
{
    return length / PASSES_OF_FACTOR < FEWEST_PASSES ? FEWEST_PASSES : length / PASSES_OF_FACTOR;
}

/* At most that many passes, until one changes no more than `enough`; after the first and every few, a step within an
 * orthant. How many of them are left. */
static int pass_until(const penalised_quadratic *self, coordinate_space *space, double enough,
                      int most)
{
    const int64_t every = face_passes(self->length);
    int i = 1;
    for (; i <= most && pass(self, i % 2 == 1) > enough; i++) {
        if (i % every == 1)
            step_within_faces(self, space);
    }
    return most - i;
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
    int left = MOST_PASSES; /* of what rounding keeps moving there is no end */
    if (space->is_new)
        space->factored = 0;
    space->is_new = true;
    for (int round = 0; round < MOST_ROUNDS && left > 0; round++) {
        const double changed = pass(self, false);
        if (round == 0)
            first = changed;
        else if (!(changed > enough * enough * first))
            return;
        const double within = WITHIN * WITHIN * enough * enough * first;
        take_part(self, space);
        left = pass_until(&space->part, space, within, left);
        put_part(self, space);
    }
}
