/* Crammer and Singer's loss: a' is the point of the simplex nearest to z = a + t / curvature, max(0, z_j - g) with
 * the g for which the shares add up to 1: the mean of what z exceeds it by over the classes above it, found from all of
 * them by leaving out those below until none is (Michelot 1986). Only differences of z count: they are taken from the
 * largest, so that those of rows of little curvature do not drown.
 *
 * Hinge: a'_j = z_j - S within 0..1, S the sum of the changes. What the right side changes by less S falls with S, by
 * pieces that are linear: Newton's steps, and halves of a bracket where one leaves it. |S| is at most the number of
 * classes, and z further out than that from 0..1 is at an end, whatever S. */
#include "sweep/row_ascent.h"

#include <math.h>

enum { MOST_STEPS = 100 };
static const double ENOUGH = 1e-15; /* of a sum of shares, for each class */

double row_ascent_violation(const row_ascent *self, double *threshold)
{
    double largest = -INFINITY;
    double held = INFINITY;
    double violation = 0;
    *threshold = 0;
    for (int64_t i = 0; i < self->count; i++) {
        const double t = self->margins[i];
        const double a = self->shares[i];
        largest = fmax(largest, t);
        if (a > 0)
            held = fmin(held, t);
        if ((a < 1 && t > 0) || (a > 0 && t < 0))
            violation = fmax(violation, fabs(t));
    }
    if (self->kind == LOSS_DUAL_MARGINS)
        return violation;
    *threshold = held;
    return fmax(largest - held, 0);
}

bool row_ascent_is_held(const row_ascent *self, int64_t i, double threshold)
{
    const double t = self->margins[i];
    const double a = self->shares[i];
    const bool is_full = self->kind == LOSS_DUAL_MARGINS && a == 1;
    return (a == 0 && t < threshold) || (is_full && t > threshold);
}

static void onto_simplex(const row_ascent *self)
{
    double *z = self->work;
    double largest = -INFINITY;
    for (int64_t i = 0; i < self->count; i++) {
        z[i] = self->shares[i] + self->margins[i] / self->curvature;
        largest = fmax(largest, z[i]);
    }
    double level = -INFINITY;
    int64_t above;
    int64_t left = self->count + 1;
    do {
        above = left;
        left = 0;
        double sum = -1;
        for (int64_t i = 0; i < self->count; i++) {
            if (z[i] - largest <= level)
                continue;
            sum += z[i] - largest;
            left++;
        }
        level = sum / (double)left;
    } while (left < above);
    for (int64_t i = 0; i < self->count; i++)
        self->shares[i] = fmax(z[i] - largest - level, 0);
}

static double within(double lower, double x, double upper)
{
    return fmin(fmax(x, lower), upper);
}

static void onto_box(const row_ascent *self)
{
    const double most = (double)self->count;
    double *z = self->work;
    double before = 0;
    for (int64_t i = 0; i < self->count; i++) {
        const double aim = self->shares[i] + self->margins[i] / self->curvature;
        z[i] = within(-most - 1, aim, most + 2);
        before += self->shares[i];
    }
    double lower = -most;
    double upper = most;
    double S = 0;
    for (int step = 0; step < MOST_STEPS; step++) {
        double rest = -before - S;
        double inside = 0;
        for (int64_t i = 0; i < self->count; i++) {
            rest += within(0, z[i] - S, 1);
            inside += z[i] - S > 0 && z[i] - S < 1;
        }
        if (fabs(rest) <= ENOUGH * most)
            break;
        if (rest > 0)
            lower = S;
        else
            upper = S;
        const double next = S + rest / (1 + inside);
        S = next > lower && next < upper ? next : lower + (upper - lower) / 2;
    }
    for (int64_t i = 0; i < self->count; i++)
        self->shares[i] = within(0, z[i] - S, 1);
}

void row_ascent_maximise(const row_ascent *self)
{
    if (self->kind == LOSS_DUAL_MARGINS)
        onto_box(self);
    else
        onto_simplex(self);
}
