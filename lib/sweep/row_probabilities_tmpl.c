/* Newton's method for all logarithms u_j and the level together,
 *
 *     u_j + c e^(u_j) = aim_j - level,    sum e^(u_j) = 1
 *
 * from the logarithms of the last visit: one or two steps once the passes have settled. u + c e^u is convex and rises, so
 * that a step from the right of the root stays there; one from the left may go far beyond it and is cut at 0,
 * where a probability is 1. From there c takes it down in about log c steps.
 *
 * Hazard: the level that a' ends with is that of its sum, 1 within rounding, by one more division of e^level, which near 1
 * is a difference. */
#include "sweep/row_probabilities.h"

#include <math.h>
#include <string.h>

enum { LANES = 8, MOST_STEPS = 60 };

/* The change of the probabilities in the last step: the error is about its square. */
static const real ENOUGH = (real)(sizeof(real) == sizeof(float) ? 1e-4 : 1e-8);

typedef struct step_sums {
    double total; /* of e^u */
    double slope; /* of e^u / (1 + c e^u) */
    double aim;   /* of that times what is missing at level 0 */
} step_sums;

/* steps := 1 / (1 + c e^u), and the sums, in lanes and added up in their order. */
static step_sums sum_up(const row_probabilities *self)
{
    const real c = self->curvature;
    double total[LANES] = {0};
    double slope[LANES] = {0};
    double aim[LANES] = {0};
    const int64_t whole = self->k - self->k % LANES;
    for (int64_t j = 0; j < self->k; j++) {
        const real e = self->found[j];
        self->steps[j] = 1 / (1 + c * e);
    }
    for (int64_t j = 0; j < whole; j += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            const real e = self->found[j + lane];
            const real by = e * self->steps[j + lane];
            const real rest = self->aims[j + lane] - self->logs[j + lane] - c * e;
            total[lane] += (double)e;
            slope[lane] += (double)by;
            aim[lane] += (double)(by * rest);
        }
    }
    for (int64_t j = whole; j < self->k; j++) {
        const real e = self->found[j];
        const real by = e * self->steps[j];
        const real rest = self->aims[j] - self->logs[j] - c * e;
        total[j - whole] += (double)e;
        slope[j - whole] += (double)by;
        aim[j - whole] += (double)(by * rest);
    }
    step_sums sums = {0};
    for (int lane = 0; lane < LANES; lane++) {
        sums.total += total[lane];
        sums.slope += slope[lane];
        sums.aim += aim[lane];
    }
    return sums;
}

static real square_of(int64_t count, const real *a)
{
    real lanes[LANES] = {0};
    const int64_t whole = count - count % LANES;
    for (int64_t j = 0; j < whole; j += LANES) {
        for (int lane = 0; lane < LANES; lane++)
            lanes[lane] += a[j + lane] * a[j + lane];
    }
    for (int64_t j = whole; j < count; j++)
        lanes[j - whole] += a[j] * a[j];
    real sum = 0;
    for (int lane = 0; lane < LANES; lane++)
        sum += lanes[lane];
    return sum;
}

/* A step of all u_j. Returns the square of what it changes the probabilities by. */
static real step(const row_probabilities *self, real level)
{
    const real c = self->curvature;
    const real lowest = NO_PROBABILITY;
    for (int64_t j = 0; j < self->k; j++) {
        const real rest = self->aims[j] - self->logs[j] - c * self->found[j] - level;
        const real next = self->logs[j] + rest * self->steps[j];
        const real below = next < 0 ? next : 0;
        self->logs[j] = below > lowest ? below : lowest;
    }
    self->kernels->exp(self->k, self->logs, self->steps);
    for (int64_t j = 0; j < self->k; j++) {
        const real change = self->steps[j] - self->found[j];
        self->found[j] = self->steps[j];
        self->steps[j] = change;
    }
    return square_of(self->k, self->steps);
}

real row_probabilities_maximise(const row_probabilities *self)
{
    const int64_t k = self->k;
    self->kernels->exp(k, self->logs, self->found);
    memcpy(self->changes, self->found, (size_t)k * sizeof(real));
    for (int64_t j = 0; j < k; j++)
        self->aims[j] = self->scores[j] + self->curvature * self->found[j];
    real moved = 1;
    for (int i = 0; i < MOST_STEPS && moved > ENOUGH * ENOUGH; i++) {
        const step_sums sums = sum_up(self);
        moved = step(self, (real)((sums.total - 1 + sums.aim) / sums.slope));
    }
    double total = 0;
    for (int64_t j = 0; j < k; j++)
        total += (double)self->found[j];
    const real excess = (real)(total - 1);
    for (int64_t j = 0; j < k; j++)
        self->logs[j] -= excess;
    self->kernels->exp(k, self->logs, self->found);
    for (int64_t j = 0; j < k; j++)
        self->changes[j] = self->found[j] - self->changes[j];
    return square_of(k, self->changes);
}
