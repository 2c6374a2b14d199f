/* The result of a solver judged, and brought nearer to the minimum.
 *
 * A gap that duality proves is compared with what the caller wants; where it is as small as the judge would demand
 * the judge is not asked. The judge's estimate is in the curvature of F, the proof in that of the penalty: where the
 * penalty is small beside F the proof needs a result that is nearer by far. */
#include "fit/fit_settle.h"

#include <math.h>
#include <string.h>

#include "fit/fit_proof.h"
#include "judge/optimality.h"
#include "solver/vector.h"
#include "solver/warm_state.h"

enum {
    FEW_PARAMETERS = 200,
    MOST_ATTEMPTS = 4,
    MOST_TOLERANCES = 12,
    /* With an l1 penalty steps are those of proximal_newton.c, whose time goes into a matrix of doubles. */
    MOST_SMOOTHED_EXACTLY = 2048
};
/* What the tolerance is multiplied with at each attempt: in the end rounding alone stops a solver. */
static const double SHARPER[MOST_ATTEMPTS] = {1e-1, 1e-1, 1e-2, 0};
static const double WORK = 1e10;   /* multiplications with elements of X */
static const double HOPEFUL = 1e4; /* times the gap that is wanted, where it is not required */
static const double LEAST_CHANGE = 1e-3;

void fit_round_parameters(const fit_problem *problem)
{
    for (int64_t i = 0; problem->dtype == LINCLASS_FLOAT32 && i < problem->objective->parameters;
         i++)
        problem->parameters[i] = (double)(float)problem->parameters[i];
}

/* The solver that goes on. Another run of L-BFGS, in double precision or with a smaller tolerance, costs
 * least; then comes the solver that gets nearest to the minimum. */
static int32_t successor(const fit_problem *problem, const solver *chosen, int attempt,
                         linclass_status stopped)
{
    const objective *F = problem->exact;
    const bool exhausted = F == problem->objective && stopped != LINCLASS_OK;
    const bool again =
        chosen->number == LINCLASS_SOLVER_LBFGS || chosen->number == LINCLASS_SOLVER_DUAL_ASCENT;
    if (again && attempt == 0 && !exhausted)
        return LINCLASS_SOLVER_LBFGS;
    if (objective_is_bounded(F))
        return LINCLASS_SOLVER_PROJECTED_NEWTON;
    if (F->l1 > 0)
        return LINCLASS_SOLVER_ORTHANT_WISE;
    return F->parameters <= FEW_PARAMETERS ? LINCLASS_SOLVER_NEWTON : LINCLASS_SOLVER_NEWTON_CG;
}

linclass_status fit_minimise_exactly(const fit_problem *problem, const solver *next,
                                     solver_run *run)
{
    solver_run again = *run;
    again.objective = again.exact = problem->exact;
    run->is_proven = false;
    const linclass_status stopped = next->minimise(&again);
    if (stopped < 0)
        return stopped;
    run->bound = again.bound;
    const linclass_status bounded = fit_bound_unrounded(problem, run);
    if (bounded != LINCLASS_OK)
        return bounded;
    run->at_zero = again.at_zero;
    run->relative_gradient = again.relative_gradient;
    run->products_left = again.products_left;
    run->products_made = again.products_made;
    run->iterations = again.iterations;
    run->evaluations = again.evaluations;
    run->learning_rate = again.learning_rate;
    run->mu = again.mu;
    fit_round_parameters(problem);
    const linclass_status status = solver_evaluate(run);
    return status == LINCLASS_OK ? stopped : status;
}

/* Remember where F, in double precision, has been lowest: another attempt may leave it. */
static void keep_lowest(const fit_problem *problem, const solver_run *run, const optimality *found,
                        double *lowest)
{
    const size_t bytes = (size_t)problem->objective->parameters * sizeof(double);
    if (found->objective < *lowest) {
        *lowest = found->objective;
        memcpy(problem->lowest, run->parameters, bytes);
    }
    if (found->zero < *lowest) {
        *lowest = found->zero;
        memset(problem->lowest, 0, bytes);
    }
}

/* No attempt has come near enough: the best of them is what there is. */
static linclass_status give_up(const fit_problem *problem, solver_run *run, double lowest,
                               linclass_status stopped)
{
    if (isinf(lowest))
        return stopped;
    objective_value value;
    linclass_status status =
        problem->exact->methods->evaluate(problem->exact, NULL, run->parameters, &value, NULL);
    if (status != LINCLASS_OK || value.objective <= lowest)
        return status == LINCLASS_OK ? stopped : status;
    run->is_proven = false;
    memcpy(run->parameters, problem->lowest,
           (size_t)problem->objective->parameters * sizeof(double));
    status = solver_evaluate(run);
    return status == LINCLASS_OK ? stopped : status;
}

/* How many Hessian products a fit may go on with: as many as it took sweeps and products to get there, and what a few
 * seconds allow besides. */
static int64_t affordable_products(const objective *F, const solver_run *run)
{
    const double work = F->elements * (double)F->columns + (double)F->samples + (double)F->weights;
    const double taken = (double)run->evaluations + (double)run->products_made;
    return (int64_t)fmin(taken + WORK / work, 1e9);
}

/* What a result is found to be. */
typedef struct assessment {
    optimality_case of;
    optimality found;
    duality proven;
    double wanted;      /* a gap, proven */
    double least_gap;   /* that was proven before */
    bool required;      /* the caller asks for the wanted gap */
    bool is_rounded;    /* the parameters are, and no attempt in double precision has been made */
    bool by_gap;        /* a gap that is wanted and proven is enough: of a fit of a path */
    int64_t iterations; /* after which it was found */
    bool moved;         /* since what was found before */
    bool near;          /* the result is at the minimum, as the judge estimates */
    bool was_near;      /* so was an earlier one */
    double lowest;      /* F */
} assessment;

/* A gap that is proven to be as small as the judge demands is not estimated. */
static linclass_status assess(const fit_problem *problem, solver_run *run, assessment *self)
{
    bool proven = false;
    linclass_status status = LINCLASS_OK;
    if (self->by_gap)
        status = fit_prove_by_bound(problem->exact, run, self->wanted, &proven);
    if (status == LINCLASS_OK && !proven)
        status = fit_prove(problem->exact, run);
    if (status != LINCLASS_OK)
        return status;
    self->proven = run->proven;
    const double gained = run->at_zero - self->proven.objective;
    self->found = (optimality){
        .objective = self->proven.objective,
        .zero = run->at_zero,
        .gap = self->proven.gap,
        .allowed = optimality_promise(self->of.tolerance, gained),
    };
    if (self->by_gap)
        self->found.allowed = fmax(self->found.allowed, self->wanted);
    if (!optimality_is_reached(&self->found))
        status = optimality_measure(&self->of, run->parameters, &self->found);
    if (status != LINCLASS_OK)
        return status;
    self->was_near |= self->near;
    self->moved = run->iterations != self->iterations;
    self->iterations = run->iterations;
    self->near = optimality_is_reached(&self->found);
    keep_lowest(problem, run, &self->found, &self->lowest);
    return LINCLASS_OK;
}

static bool is_proven(const assessment *self)
{
    return !(self->proven.gap > self->wanted);
}

/* Whether another attempt may bring the gap to what is wanted, where the result is near the minimum. The first in
 * double precision may: a bound at parameters that are not rounded is another (fit_bound_unrounded). One that stopped
 * where it began says nothing: what the intercepts cost the bound no solver knows. */
static bool may_be_proven(const assessment *self, linclass_status stopped)
{
    if (stopped == LINCLASS_NOT_CONVERGED ||
        (self->moved && self->proven.gap > self->least_gap / 2))
        return false;
    return self->required || self->is_rounded || self->proven.gap <= HOPEFUL * self->wanted;
}

/* What another attempt multiplies the tolerance by: the gap goes with its square. */
static double sharper(const assessment *self, double factor)
{
    const double ratio = sqrt(self->wanted / self->proven.gap) / 4;
    return self->near && ratio < factor ? fmax(ratio, LEAST_CHANGE) : factor;
}

/* The solver has run out of what it may use; the effort for a gap that nobody asked for changes no status. */
static linclass_status end_early(const fit_problem *problem, solver_run *run,
                                 const assessment *self, linclass_status stopped)
{
    const bool optional = (self->near || self->was_near) && !self->required &&
                          stopped != LINCLASS_STOPPED_BY_CALLBACK;
    return give_up(problem, run, self->lowest, optional ? LINCLASS_OK : stopped);
}

static assessment assessment_of(const fit_problem *problem, const solver_run *run)
{
    return (assessment){
        .of = {.exact = problem->exact,
               .products = problem->objective,
               .columns = &problem->columns,
               .epsilon = problem->objective->epsilon,
               .tolerance = run->tolerance},
        .wanted = run->gap_tolerance > 0 ? run->gap_tolerance * run->at_zero : INFINITY,
        .least_gap = INFINITY,
        .required = problem->options.gap_tolerance > 0,
        .is_rounded = problem->exact != problem->objective,
        .by_gap = run->by_gap,
        .lowest = INFINITY,
    };
}

linclass_status fit_settle(const fit_problem *problem, const solver *chosen, solver_run *run,
                           linclass_status stopped)
{
    assessment self = assessment_of(problem, run);
    const bool descends = chosen->number == LINCLASS_SOLVER_GRADIENT_DESCENT;
    for (int attempt = 0;; attempt++) {
        if (stopped < 0)
            return stopped;
        if (stopped != LINCLASS_OK && stopped != LINCLASS_LINE_SEARCH_STALLED &&
            stopped != LINCLASS_NOT_CONVERGED)
            return end_early(problem, run, &self, stopped);
        fit_round_parameters(problem);
        const linclass_status status = assess(problem, run, &self);
        if (status != LINCLASS_OK)
            return status;
        if (self.near && is_proven(&self))
            return LINCLASS_OK;
        if (self.near && !may_be_proven(&self, stopped))
            return self.required ? LINCLASS_NOT_CONVERGED : LINCLASS_OK;
        self.least_gap = fmin(self.least_gap, self.proven.gap);
        self.is_rounded = false;
        if (stopped == LINCLASS_NOT_CONVERGED)
            return end_early(problem, run, &self, stopped);
        if (descends && stopped == LINCLASS_LINE_SEARCH_STALLED)
            return stopped;
        if (attempt == (descends ? MOST_TOLERANCES : MOST_ATTEMPTS))
            return end_early(problem, run, &self, LINCLASS_NOT_CONVERGED);
        run->tolerance *= descends ? 0.1 : sharper(&self, SHARPER[attempt]);
        if (self.found.objective > self.found.zero)
            memset(run->parameters, 0, (size_t)run->objective->parameters * sizeof(double));
        if (attempt == 0)
            run->products_left = affordable_products(problem->exact, run);
        /* Gradient descent is asked for to be seen at work. */
        run->is_proven = false;
        run->by_gap = false;
        if (problem->warm != NULL)
            problem->warm->wants_exact = problem->dtype == LINCLASS_FLOAT32;
        if (descends)
            stopped = chosen->minimise(run);
        else
            stopped = fit_minimise_exactly(
                problem, solver_find(successor(problem, chosen, attempt, stopped)), run);
    }
}

/* F itself, by the dual point of the smoothed loss that the solver ended with. */
static linclass_status prove_smoothed(const fit_problem *problem, solver_run *run)
{
    objective *F = problem->exact;
    fit_round_parameters(problem);
    F->methods->set_smoothing(F, run->mu);
    const linclass_status status = fit_prove(F, run);
    F->methods->set_smoothing(F, 0);
    return status;
}

/* `exact`: by F in double precision, where what was proven counts. */
static linclass_status settle_smoothed(const fit_problem *problem, const solver *chosen,
                                       solver_run *run, linclass_status stopped, bool exact)
{
    if (!exact)
        run->bound = (double)NAN;
    for (;; exact = true) {
        const linclass_status status = stopped < 0 ? stopped : prove_smoothed(problem, run);
        if (status != LINCLASS_OK)
            return status;
        const bool ended = stopped != LINCLASS_OK && stopped != LINCLASS_NOT_CONVERGED;
        if (ended)
            return stopped;
        if (run->proven.gap <= solver_smoothing_gap(run))
            return LINCLASS_OK;
        if (exact)
            return LINCLASS_NOT_CONVERGED;
        stopped = fit_minimise_exactly(problem, chosen, run);
    }
}

linclass_status fit_smooth(const fit_problem *problem, const solver *chosen, solver_run *run)
{
    const objective *F = problem->objective;
    const bool exact = problem->exact == F || (F->l1 > 0 && F->parameters <= MOST_SMOOTHED_EXACTLY);
    const linclass_status stopped =
        exact ? fit_minimise_exactly(problem, chosen, run) : chosen->minimise(run);
    return settle_smoothed(problem, chosen, run, stopped, exact);
}

/* F in double precision at the parameters that the model will keep, and the bound of their dual point. While the dual
 * objective rises F may be above what it is at zero parameters, which are then better. */
static linclass_status prove_ascended(const fit_problem *problem, solver_run *run)
{
    objective *F = problem->exact;
    objective_value value;
    fit_round_parameters(problem);
    linclass_status status = F->methods->evaluate(F, NULL, run->parameters, &value, NULL);
    if (status == LINCLASS_OK && value.objective > run->at_zero) {
        memset(run->parameters, 0, (size_t)F->parameters * sizeof(double));
        status = F->methods->evaluate(F, NULL, run->parameters, &value, NULL);
    }
    if (status == LINCLASS_OK)
        status = solver_evaluate(run);
    run->proven = fit_duality(value.objective, value.loss, run->bound);
    run->is_proven = status == LINCLASS_OK;
    return status;
}

linclass_status fit_settle_ascent(const fit_problem *problem, const solver *chosen, solver_run *run,
                                  linclass_status stopped)
{
    for (bool exact = problem->exact == problem->objective;; exact = true) {
        const linclass_status status = stopped < 0 ? stopped : prove_ascended(problem, run);
        if (status != LINCLASS_OK)
            return status;
        if (stopped != LINCLASS_OK && stopped != LINCLASS_NOT_CONVERGED)
            return stopped;
        if (run->proven.gap <= run->gap_tolerance * run->at_zero)
            return LINCLASS_OK;
        if (exact)
            break;
        stopped = fit_minimise_exactly(problem, chosen, run);
    }
    const solver *next = solver_find(LINCLASS_SOLVER_SMOOTHING);
    run->is_proven = false;
    return fit_smooth(problem, next, run);
}
