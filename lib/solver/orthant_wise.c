/* Orthant-wise limited-memory BFGS, for objectives with an l1 penalty (Andrew and Gao 2007).
 *
 * Within an orthant ||theta||_1 is linear. The pseudo-gradient v is the gradient of F there, 0 where F
 * has its minimum at a weight of exactly 0. A step goes along -H v, with those components taken out that
 * do not descend; the point reached is projected back into the orthant, so that weights which would
 * change sign become exactly 0. H is L-BFGS's, of the smooth part.
 *
 *     until sqrt(-d . v) <= tolerance * that at zero parameters */
#include <math.h>

#include "core/context.h"
#include "solver/lbfgs_history.h"
#include "solver/line_search.h"
#include "solver/orthant_wise.h"
#include "solver/vector.h"

static const double FALL = 1e-4;
enum { MOST_HALVINGS = 60 };

typedef struct orthant_wise {
    solver_run *run;
    preconditioner preconditioner;
    lbfgs_history history;
    line_search search;
    double *pseudo; /* pseudo-gradient */
} orthant_wise;

void pseudo_gradient(const objective *target, const double *parameters, const double *gradient,
                     double *pseudo)
{
    const double l1 = target->l1;
    for (int64_t i = 0; i < target->parameters; i++) {
        const double x = parameters[i];
        const double g = gradient[i];
        if (i >= target->weights)
            pseudo[i] = g;
        else if (x != 0)
            pseudo[i] = x > 0 ? g + l1 : g - l1;
        else
            pseudo[i] = g < -l1 ? g + l1 : (g > l1 ? g - l1 : 0);
    }
}

/* Set pseudo-gradient and direction; -d . v. */
static double set_direction(orthant_wise *self)
{
    const solver_run *run = self->run;
    const int64_t length = run->objective->parameters;
    double *d = self->search.direction;
    const double *v = self->pseudo;
    pseudo_gradient(run->objective, run->parameters, run->gradient, self->pseudo);
    for (int64_t i = 0; i < length; i++)
        d[i] = -v[i];
    lbfgs_history_apply(&self->history, &self->preconditioner, d);
    for (int64_t i = 0; i < run->objective->weights; i++) {
        if (d[i] * v[i] >= 0)
            d[i] = 0;
    }
    return -vector_dot(length, d, v);
}

/* parameters := origin + step d, projected into the orthant of the origin. */
static void project(orthant_wise *self, double step)
{
    solver_run *run = self->run;
    const double *origin = self->search.origin;
    for (int64_t i = 0; i < run->objective->parameters; i++) {
        const double x = origin[i] + step * self->search.direction[i];
        const double sign = origin[i] != 0 ? origin[i] : -self->pseudo[i];
        run->parameters[i] = i < run->objective->weights && x * sign <= 0 ? 0 : x;
    }
}

/* Whether F fell enough, or, where rounding hides it, did not rise. */
static bool falls_enough(const orthant_wise *self)
{
    const solver_run *run = self->run;
    double change = 0;
    for (int64_t i = 0; i < run->objective->parameters; i++)
        change += self->pseudo[i] * (run->parameters[i] - self->search.origin[i]);
    const double before = self->search.value.objective;
    return run->value.objective <= before + FALL * change;
}

static linclass_status search(orthant_wise *self)
{
    solver_run *run = self->run;
    double step = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
        project(self, step);
        const linclass_status status = solver_evaluate(run);
        run->learning_rate = step;
        if (status == LINCLASS_OK && falls_enough(self))
            return LINCLASS_OK;
        if (status != LINCLASS_OK && status != LINCLASS_ERROR_NUMERIC)
            return status;
        step /= 2;
    }
    line_search_back(&self->search, run);
    return LINCLASS_LINE_SEARCH_STALLED;
}

static linclass_status iterate(orthant_wise *self)
{
    solver_run *run = self->run;
    line_search_from(&self->search, run);
    linclass_status status = search(self);
    if (status == LINCLASS_LINE_SEARCH_STALLED && self->history.pairs > 0) {
        lbfgs_history_clear(&self->history);
        (void)set_direction(self);
        status = search(self);
    }
    if (status != LINCLASS_OK)
        return status;
    lbfgs_history_add(&self->history, self->search.origin, run->parameters,
                      self->search.origin_gradient, run->gradient);
    run->iterations++;
    return solver_report(run);
}

static linclass_status minimise(orthant_wise *self)
{
    solver_run *run = self->run;
    const double tolerance = run->options->gradient_tolerance;
    linclass_status status = solver_evaluate_zero(run, self->search.origin);
    if (status != LINCLASS_OK)
        return status;
    const double target = tolerance * tolerance * set_direction(self);
    status = solver_evaluate_start(run, self->search.origin);
    while (status == LINCLASS_OK && set_direction(self) > target) {
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
        status = iterate(self);
    }
    return status;
}

linclass_status solver_orthant_wise(solver_run *run)
{
    const int64_t length = run->objective->parameters;
    space_plan plan = {0};
    const size_t history = lbfgs_history_plan(&plan, length);
    const size_t vectors = line_search_plan(&plan, length);
    const size_t pseudo = space_part(&plan, length, 1, sizeof(double));
    void *memory;
    linclass_status status = space_allocate(run->ctx, &plan, "orthant-wise L-BFGS", &memory);
    if (status != LINCLASS_OK)
        return status;
    orthant_wise self = {
        .run = run,
        .history = lbfgs_history_at(space_at(memory, history), length),
        .search = line_search_at(space_at(memory, vectors), length),
        .pseudo = space_at(memory, pseudo),
    };
    status = preconditioner_begin(&self.preconditioner, run->objective);
    if (status == LINCLASS_OK) {
        status = minimise(&self);
        preconditioner_end(&self.preconditioner);
    }
    context_release(run->ctx, memory);
    return status;
}
