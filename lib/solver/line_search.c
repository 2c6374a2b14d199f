/* Bracketing and zooming (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and
 * 3.6): the bracket keeps, at its low end, the best step with enough fall; the next trial is the
 * minimiser of the cubic through values and slopes at both ends, kept away from the ends; where that
 * is no number, the middle. */
#include "solver/line_search.h"

#include <math.h>

#include "solver/long_vector.h"

static const double FALL = 1e-4;
static const double CURVATURE = 0.9;
enum { MOST_TRIALS = 40, MOST_IDLE = 30 };

/* A step tried: its length, F there, and the slope of F along the direction. */
typedef struct trial {
    double step;
    double value;
    double slope;
} trial;

void line_search_lay_out(line_search *self, space_plan *plan, int64_t length)
{
    *self = (line_search){.lowest = INFINITY, .least_promised = INFINITY};
    solver_point_lay_out(&self->origin, plan, length);
    self->direction = space_doubles(plan, length, 1);
}

void line_search_from(line_search *self, const solver_run *run)
{
    solver_point_keep(&self->origin, run);
    self->rounding = moments_value_rounding(self->moments, &run->value, run->parameters);
}

void line_search_back(const line_search *self, solver_run *run)
{
    solver_point_return(&self->origin, run);
}

static linclass_status try_step(const line_search *self, solver_run *run, double step, trial *tried)
{
    const int64_t length = run->objective->parameters;
    long_vector_sum(run->ctx, length, self->origin.parameters, step, self->direction,
                    run->parameters);
    const linclass_status status = solver_evaluate(run);
    *tried = (trial){.step = step, .value = INFINITY, .slope = INFINITY};
    if (status == LINCLASS_OK) {
        tried->value = run->value.objective;
        tried->slope = long_vector_dot(run->ctx, length, run->gradient, self->direction);
    }
    run->learning_rate = step;
    return status == LINCLASS_ERROR_NUMERIC ? LINCLASS_OK : status;
}

static bool accepts(const line_search *self, const trial *origin, const trial *tried)
{
    const bool falls = tried->value <= origin->value + FALL * tried->step * origin->slope;
    if (falls && fabs(tried->slope) <= -CURVATURE * origin->slope)
        return true;
    return tried->value <= origin->value + self->rounding &&
           tried->slope <= (2 * FALL - 1) * origin->slope &&
           tried->slope >= CURVATURE * origin->slope;
}

/* Whether a trial cannot be the low end of a bracket: too high, or rising. */
static bool is_high(const trial *origin, const trial *low, const trial *tried)
{
    return !(tried->value <= origin->value + FALL * tried->step * origin->slope) ||
           tried->value >= low->value;
}

/* Minimiser of the cubic through two trials, within the middle 80 % of the bracket. */
static double between(const trial *a, const trial *b)
{
    const double width = b->step - a->step;
    const double d1 = a->slope + b->slope - 3 * (b->value - a->value) / width;
    const double square = d1 * d1 - a->slope * b->slope;
    const double d2 = copysign(sqrt(fmax(square, 0)), width);
    const double step = b->step - width * (b->slope + d2 - d1) / (b->slope - a->slope + 2 * d2);
    const double nearest = fmin(a->step, b->step) + 0.1 * fabs(width);
    const double furthest = fmax(a->step, b->step) - 0.1 * fabs(width);
    if (!(square >= 0) || !isfinite(step))
        return (a->step + b->step) / 2;
    return fmin(fmax(step, nearest), furthest);
}

/* Put `tried` into the bracket [low, high]; high->step = infinity: no high end yet. */
static void narrow(const trial *origin, trial *low, trial *high, const trial *tried)
{
    if (is_high(origin, low, tried)) {
        *high = *tried;
        return;
    }
    if (tried->slope * (high->step - low->step) >= 0)
        *high = *low;
    *low = *tried;
}

bool line_search_may_go_on(line_search *self)
{
    const double value = self->origin.value.objective;
    const bool better = value < self->lowest || self->promised < self->least_promised;
    self->lowest = fmin(self->lowest, value);
    self->least_promised = fmin(self->least_promised, self->promised);
    self->idle = better ? 0 : self->idle + 1;
    return self->idle < MOST_IDLE;
}

linclass_status line_search_step(line_search *self, solver_run *run, double first_step)
{
    const trial origin = {
        .step = 0,
        .value = self->origin.value.objective,
        .slope = long_vector_dot(run->ctx, run->objective->parameters, self->origin.gradient,
                                 self->direction),
    };
    self->promised = -origin.slope / 2;
    if (!(origin.slope < 0) || !line_search_may_go_on(self)) {
        line_search_back(self, run);
        return LINCLASS_LINE_SEARCH_STALLED;
    }
    trial low = origin;
    trial high = {.step = INFINITY};
    trial tried;
    double step = first_step;
    for (int count = 0; count < MOST_TRIALS; count++) {
        const linclass_status status = try_step(self, run, step, &tried);
        if (status != LINCLASS_OK || accepts(self, &origin, &tried))
            return status;
        narrow(&origin, &low, &high, &tried);
        if (isinf(high.step))
            step = 2 * low.step;
        else if (isinf(high.value))
            step = (low.step + high.step) / 2;
        else
            step = between(&low, &high);
    }
    /* No step meets both conditions: the best with enough fall will do, if there is one. */
    if (low.step > 0)
        return try_step(self, run, low.step, &tried);
    line_search_back(self, run);
    return LINCLASS_LINE_SEARCH_STALLED;
}

linclass_status line_search_verdict(const line_search *self)
{
    return self->promised <= self->rounding ? LINCLASS_OK : LINCLASS_LINE_SEARCH_STALLED;
}
