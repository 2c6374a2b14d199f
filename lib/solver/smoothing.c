/* Losses with kinks and a penalty: a sequence of smoothed losses, each minimised from where the one before ended.
 *
 *     for mu = 10, 3, 1, ...:
 *         minimise F_mu, whose kinks are rounded off over mu, until its own gap is small beside what mu leaves
 *         gap of F itself, proven by the residuals of F_mu: they are a dual point of F too
 *     until that gap <= gap_tolerance * F at zero
 *
 * F_mu is at most F, and near F by about mu times the share of rows with a margin within mu (Nesterov 2005 for the
 * smoothing; the proof is that of objective/lower_bound_tmpl.c): of the digits, l2 = 1e-3, mu = 0.1 leaves 4e-4 of F at
 * zero, mu = 0.01 3e-5. What F_mu costs grows as mu falls, and small steps of mu stop before it is smaller than need
 * be.
 *
 * F_mu is a squared hinge within mu and linear beyond, and which rows are within it changes from mu to mu. Its Hessian
 * is a sum over them alone (objective/active_rows_tmpl.c): Newton's directions, by conjugate gradients whose
 * preconditioner is made of the Hessian's own blocks, cost less than a sweep where they are few. Steps along them are
 * short while rows come and go, so that a minimum is left soon for the next width, half as large, and each begins on
 * the line through the last two. A minimum that is left too soon makes the line worthless. The first directions
 * of a width are those of a Hessian over four times the width: it has the rows that a step of their length meets, and
 * asks for a third of the products; with it alone some widths never end. Where blocks would be too large L-BFGS goes
 * first, and Newton's directions find the rows after many steps. Few parameters take Newton's method, an l1 penalty
 * working_sets.c. The first width is 10: at zero parameters every margin is violated by 1, and F_1 has no curvature
 * there.
 *
 * The gradient of F_mu alone bounds its gap: |grad F_mu|^2 / (2 l2) with an l2 penalty, and something for the
 * intercepts, so no tolerance of a norm enters. With an l1 penalty alone this is of first order, and a norm says
 * nothing of it: working_sets.c goes on until the gap is small. Rows come into the width and leave it, and where few
 * are left Newton's methods find no curvature: proximal_newton.c damps its steps, and L-BFGS goes on where that of few
 * parameters ends too early.
 * In single precision scores are known to some epsilon: a width that is not far above it is left to double
 * precision. So is one whose steps rounding has ended early: with a small l2 penalty that may be a wide one, and in
 * narrower ones nothing is won, so that double precision would have to begin at a width that is hopeless from there. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "solver/lbfgs_history.h"
#include "solver/long_vector.h"
#include "solver/newton_system.h"
#include "solver/preconditioned.h"
#include "solver/vector.h"

static const double WIDTHS[] = {10,   3,    1,    0.3,  0.1,  0.03, 0.01, 3e-3,
                                1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6};
enum {
    MOST_WIDTHS = sizeof WIDTHS / sizeof *WIDTHS,
    FEW_PARAMETERS = 200,
    REFRESH_EVERY = 8,
    LBFGS_REFRESH = 3,
    MOST_STEPS = 50,
    WIDE_STEPS = 6, /* along directions of a Hessian of one width, before that is halved */
    MOST_PRODUCTS = 40
};
static const double NEWTONS = 1;       /* width from which on steps are Newton's */
static const double HALVED = 1;        /* width from which on the next is half of it */
static const double LEAST_WIDTH = 500; /* units in the last place */
static const double CAUTION = 0.9;     /* of the gap: it is proven once more in double precision */
static const double OF_WANTED = 0.25;  /* of the gap that is wanted: what F_mu may leave */
static const double OF_PRESENT = 0.1;  /* of the gap that is proven: likewise, before */
static const double LONGER = 2;        /* than the last, a step that is tried */
static const double FORCING = 0.2;     /* of Newton's directions */
static const double WIDE = 4;          /* times the width: that of the Hessian of the first */
static const double NEAR =
    1e-2; /* a norm, relative, from which on Newton's method looks at the gap */
static const double EXACT =
    1e-9; /* a norm, relative, to which working sets need not go: the gap ends them */

typedef struct smoothing {
    solver_run *run;
    line_search search;
    preconditioner preconditioner;
    lbfgs_history history;
    conjugate_gradients cg;
    double wanted;    /* gap of F */
    double gap;       /* of F, proven */
    double *before;   /* the minimum for the width before the last; NULL where it is not needed */
    double before_mu; /* that width; 0: there was none */
    double last_mu;   /* of run->parameters; 0: there was none */
} smoothing;

double solver_smoothing_gap(const solver_run *run)
{
    return run->gap_tolerance * run->at_zero;
}

/* F itself at run->parameters. */
static linclass_status prove(smoothing *self)
{
    solver_run *run = self->run;
    duality found;
    const linclass_status status =
        run->objective->methods->lower_bound(run->objective, run->parameters, &found);
    if (status != LINCLASS_OK)
        return status;
    run->bound = fmax(run->bound, found.dual_objective);
    self->gap = found.objective - run->bound;
    return LINCLASS_OK;
}

static linclass_status refresh(smoothing *self)
{
    objective *F = self->run->objective;
    lbfgs_history_clear(&self->history);
    if (!preconditioner_can_refresh(&self->preconditioner, F))
        return LINCLASS_OK;
    return preconditioner_refresh(&self->preconditioner, F, self->run->parameters);
}

static linclass_status set_lbfgs_direction(smoothing *self)
{
    const solver_run *run = self->run;
    double *direction = self->search.direction;
    long_vector_copy(run->ctx, run->objective->parameters, run->gradient, direction);
    lbfgs_history_apply(&self->history, &self->preconditioner, direction);
    return LINCLASS_OK;
}

/* Of the gradient of F_mu, and of the Hessian over a width that falls to mu. */
static linclass_status set_newton_direction(smoothing *self, int steps)
{
    solver_run *run = self->run;
    objective *F = run->objective;
    const double norm = preconditioner_norm(&self->preconditioner, run->gradient, self->cg.scaled);
    double gain;
    F->methods->set_smoothing(F, run->mu * fmax(1, ldexp(WIDE, -(steps / WIDE_STEPS))));
    const linclass_status status =
        newton_system_direction(run, &self->preconditioner, &self->cg, FORCING * norm,
                                MOST_PRODUCTS, self->search.direction, &gain);
    F->methods->set_smoothing(F, run->mu);
    return status;
}

/* Along the direction, trying the length `first` first. */
static linclass_status iterate(smoothing *self, double first)
{
    solver_run *run = self->run;
    if (run->iterations == run->monitor->max_iterations)
        return LINCLASS_ITERATION_LIMIT;
    line_search_from(&self->search, run);
    const linclass_status status = line_search_step(&self->search, run, first);
    if (status != LINCLASS_OK)
        return status;
    run->iterations++;
    return solver_report(run);
}

/* A step of L-BFGS, or, after many, of Newton. */
static linclass_status step(smoothing *self, int steps)
{
    solver_run *run = self->run;
    linclass_status status = LINCLASS_OK;
    const bool knows_rows = preconditioner_can_refresh(&self->preconditioner, run->objective);
    const bool newton = (knows_rows && run->mu <= NEWTONS) || steps >= MOST_STEPS;
    if (newton ? steps % REFRESH_EVERY == 0 : steps == 0 || steps == LBFGS_REFRESH)
        status = refresh(self);
    if (status == LINCLASS_OK)
        status = newton ? set_newton_direction(self, steps) : set_lbfgs_direction(self);
    if (status == LINCLASS_OK)
        status = iterate(self, newton && steps > 0 ? fmin(1, LONGER * run->learning_rate) : 1);
    if (status == LINCLASS_OK && !newton)
        lbfgs_history_add(&self->history, self->search.origin.parameters, run->parameters,
                          self->search.origin.gradient, run->gradient);
    return status;
}

static bool has_gap(const smoothing *self, double enough)
{
    const solver_run *run = self->run;
    return objective_gap_of_gradient(run->objective, run->parameters, run->value.loss,
                                     run->gradient) <= enough;
}

/* From the minima for the last two widths to that for the next, if it lay on a line with them. */
static linclass_status extrapolate(smoothing *self)
{
    solver_run *run = self->run;
    const int64_t P = run->objective->parameters;
    const double part = (run->mu - self->last_mu) / (self->last_mu - self->before_mu);
    for (int64_t i = 0; self->before_mu > 0 && i < P; i++)
        self->search.direction[i] = part * (run->parameters[i] - self->before[i]);
    vector_copy(P, run->parameters, self->before);
    linclass_status status = LINCLASS_OK;
    if (self->before_mu > 0)
        status = iterate(self, 1);
    self->before_mu = self->last_mu;
    return status == LINCLASS_LINE_SEARCH_STALLED ? LINCLASS_OK : status;
}

/* Until the gap of F_mu is at most `enough`, or its gradient 0. */
static linclass_status by_steps(smoothing *self, double enough)
{
    solver_run *run = self->run;
    const objective *F = run->objective;
    linclass_status status = LINCLASS_OK;
    self->search.lowest = self->search.least_promised = INFINITY;
    self->search.idle = 0;
    for (int steps = 0; status == LINCLASS_OK; steps++) {
        if (vector_infinity_norm(F->parameters, run->gradient) == 0 || has_gap(self, enough))
            return LINCLASS_OK;
        status = step(self, steps);
    }
    return status;
}

/* A solver for smooth losses; what it needs to know of F_mu it finds itself. */
static linclass_status by_another(smoothing *self, double enough, bool by_gap,
                                  solver_function minimise)
{
    solver_run inner = *self->run;
    inner.tolerance = by_gap ? EXACT : NEAR;
    inner.by_gap = by_gap;
    inner.gap_tolerance = enough / inner.at_zero;
    inner.near_since = -1;
    const linclass_status stopped = minimise(&inner);
    inner.by_gap = self->run->by_gap;
    inner.near_since = self->run->near_since;
    inner.tolerance = self->run->tolerance;
    inner.gap_tolerance = self->run->gap_tolerance;
    inner.at_zero = self->run->at_zero;
    *self->run = inner;
    return stopped;
}

/* By Newton's method; where it finds no curvature along the intercepts, by L-BFGS, whose preconditioner has some. */
static linclass_status by_newton(smoothing *self, double enough)
{
    const linclass_status stopped = by_another(self, enough, false, solver_newton);
    const bool ended = stopped == LINCLASS_OK || stopped == LINCLASS_LINE_SEARCH_STALLED;
    if (!ended || has_gap(self, enough))
        return stopped;
    return by_another(self, enough, false, solver_lbfgs);
}

static bool is_small(const objective *F)
{
    return F->parameters <= FEW_PARAMETERS;
}

static linclass_status minimise_smoothed(smoothing *self, double mu)
{
    solver_run *run = self->run;
    objective *F = run->objective;
    F->methods->set_smoothing(F, mu);
    run->mu = mu;
    const double enough = fmax(OF_WANTED * self->wanted, OF_PRESENT * self->gap);
    if (F->l1 > 0)
        return by_another(self, enough, true, solver_working_sets);
    if (self->before == NULL) /* few parameters */
        return by_newton(self, enough);
    linclass_status status = solver_evaluate(run);
    const double present = fmin(self->gap, run->value.objective);
    self->search.lowest = self->search.least_promised = INFINITY;
    if (status == LINCLASS_OK)
        status = extrapolate(self);
    self->last_mu = mu;
    return status == LINCLASS_OK ? by_steps(self, OF_WANTED * fmax(self->wanted, present)) : status;
}

static double least_width(const objective *F)
{
    return fmax(WIDTHS[MOST_WIDTHS - 1], LEAST_WIDTH * F->epsilon);
}

/* 0 after the last. */
static double next_width(const smoothing *self, double mu)
{
    if (self->before != NULL && mu <= HALVED)
        return mu / 2;
    int next = 0;
    while (next < MOST_WIDTHS && WIDTHS[next] >= mu)
        next++;
    return next < MOST_WIDTHS ? WIDTHS[next] : 0;
}

static linclass_status narrow(void *owner)
{
    smoothing *self = owner;
    const solver_run *run = self->run;
    linclass_status stopped = LINCLASS_OK;
    const double from = run->mu; /* where an earlier run ended */
    for (double mu = *WIDTHS; mu >= least_width(run->objective); mu = next_width(self, mu)) {
        if (from > 0 && mu > from)
            continue;
        stopped = minimise_smoothed(self, mu);
        if (stopped != LINCLASS_OK && stopped != LINCLASS_LINE_SEARCH_STALLED)
            return stopped;
        const linclass_status status = prove(self);
        if (status != LINCLASS_OK)
            return status;
        if (self->gap <= self->wanted)
            return LINCLASS_OK;
        if (stopped == LINCLASS_LINE_SEARCH_STALLED && run->objective->epsilon > DBL_EPSILON)
            return LINCLASS_NOT_CONVERGED;
    }
    return LINCLASS_NOT_CONVERGED;
}

/* F at zero parameters, which tolerances refer to, and its gap there: no F is below 0. */
static linclass_status evaluate_zero(smoothing *self, double *start)
{
    solver_run *run = self->run;
    const linclass_status status = solver_evaluate_zero(run, start);
    vector_copy(run->objective->parameters, start, run->parameters);
    self->gap = run->at_zero;
    self->wanted = CAUTION * solver_smoothing_gap(run);
    return status;
}

static void lay_out(void *owner, space_plan *plan)
{
    smoothing *self = owner;
    lbfgs_history_lay_out(&self->history, plan, self->run->objective);
    self->before = space_doubles(plan, self->run->objective->parameters, 1);
}

static linclass_status run_widths(smoothing *self)
{
    objective *F = self->run->objective;
    if (F->l1 > 0 || is_small(F))
        return narrow(self);
    const preconditioned_solver method = {self,  &self->search, &self->cg, &self->preconditioner,
                                          false, "smoothing",   lay_out,   narrow};
    F->methods->set_smoothing(F, *WIDTHS);
    return preconditioned_solve(&method, self->run);
}

linclass_status solver_smoothing(solver_run *run)
{
    objective *F = run->objective;
    smoothing self = {.run = run};
    double *start;
    linclass_status status =
        context_allocate_doubles(run->ctx, F->parameters, "where a fit starts", &start);
    if (status != LINCLASS_OK)
        return status;
    status = evaluate_zero(&self, start);
    context_release(run->ctx, start);
    if (status != LINCLASS_OK)
        return status;
    const linclass_status stopped = run_widths(&self);
    F->methods->set_smoothing(F, 0);
    run->relative_gradient = (double)NAN;
    if (stopped < 0)
        return stopped;
    status = solver_evaluate(run);
    return status == LINCLASS_OK ? stopped : status;
}
