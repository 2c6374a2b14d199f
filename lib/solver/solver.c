#include "solver/solver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "solver/long_vector.h"
#include "solver/vector.h"

static const double DIVERGED = 100; /* times F at zero parameters, or, if that is smaller... */
static const double LEAST_AT_ZERO =
    0.125; /* ...that of the squared error through the sigmoid, the smallest but the perceptron's */
static const double GAP_SHARE = 0.5; /* of the tolerance: the intercepts cost something too */
enum { MOST_FOR_GAP = 20 };
static const double MOST_CURVATURE = 300;
enum { FEW_PARAMETERS = 100, MOST_FACTORED = 2048, MOST_ASCENDED = 20000, MOST_SHARES = 1 << 26 };

static bool in_batches(const objective *F)
{
    return F->l1 == 0 && !F->in_parts && !objective_is_bounded(F);
}

static bool without_l1(const objective *F)
{
    return F->l1 == 0 && !objective_is_bounded(F);
}

static bool smooth_without_l1(const objective *F)
{
    return F->smooth && without_l1(F);
}

static bool curved(const objective *F)
{
    return F->twice_differentiable && !objective_is_bounded(F);
}

static bool curved_without_l1(const objective *F)
{
    return F->twice_differentiable && without_l1(F);
}

static bool kinked_with_penalty(const objective *F)
{
    const bool single = !objective_is_bounded(F) && !objective_is_grouped(F);
    return F->can_smooth && (F->l1 > 0 || F->l2 > 0) && single;
}

static bool ascending(const objective *F)
{
    return (F->can_ascend || F->can_ascend_smoothly) && F->l2 > 0 && without_l1(F);
}

/* Where 0 is a bound an l1 penalty is linear. */
static bool curved_within_bounds(const objective *F)
{
    const bool straight =
        F->l1 == 0 || (!objective_is_grouped(F) && (F->lower == 0 || F->upper == 0));
    return F->twice_differentiable && objective_is_bounded(F) && straight;
}

static const solver SOLVERS[] = {
    {LINCLASS_SOLVER_SGD, "sgd", "sgd", 10, in_batches, solver_sgd},
    {LINCLASS_SOLVER_GRADIENT_DESCENT, "gradient descent", "gd", 1000, without_l1,
     solver_gradient_descent},
    {LINCLASS_SOLVER_LBFGS, "L-BFGS", "lbfgs", 10000, smooth_without_l1, solver_lbfgs},
    {LINCLASS_SOLVER_NEWTON, "Newton", "newton", 1000, curved_without_l1, solver_newton},
    {LINCLASS_SOLVER_NEWTON_CG, "Newton-CG", "newton-cg", 1000, curved_without_l1,
     solver_newton_cg},
    {LINCLASS_SOLVER_ORTHANT_WISE, "orthant-wise Newton", "orthant-wise", 1000, curved,
     solver_working_sets},
    {LINCLASS_SOLVER_SMOOTHING, "smoothing", "smoothing", 10000, kinked_with_penalty,
     solver_smoothing},
    {LINCLASS_SOLVER_PROJECTED_NEWTON, "projected Newton", "projected-newton", 1000,
     curved_within_bounds, solver_projected_newton},
    {LINCLASS_SOLVER_DUAL_ASCENT, "dual ascent", "dual-ascent", 100000, ascending,
     solver_dual_ascent},
};

const solver *solver_find(int32_t number)
{
    for (size_t i = 0; i < sizeof SOLVERS / sizeof *SOLVERS; i++) {
        if (SOLVERS[i].number == number)
            return &SOLVERS[i];
    }
    return NULL;
}

const char *linclass_solver_name(int32_t number)
{
    const solver *found = solver_find(number);
    if (found == NULL)
        return number == LINCLASS_SOLVER_AUTO ? "auto" : NULL;
    return found->option;
}

/* Products with the Hessian cost much less than a sweep, and it is too large for the factor that L-BFGS is
 * preconditioned with. */
static bool suits_held_products(const objective *F)
{
    return F->can_hold && F->l2 > 0 && F->parameters > MOST_FACTORED;
}

/* Rows are sparse, or not so many that the passes of one thread, thousands of them, take longer than sweeps by all; and
 * their shares are no more than what a fit may take. */
static bool suits_ascent(const objective *F)
{
    const double shares = (double)F->samples * (double)F->columns;
    const int64_t features = F->weights / F->columns;
    const bool sparse = F->elements < (double)F->samples * (double)features / 4;
    return ascending(F) && shares <= MOST_SHARES && (sparse || F->samples <= MOST_ASCENDED);
}

/* More features than L-BFGS has a factor for, of which every step costs it two dozen vectors; and rows whose squares
 * are not so large beside l2 that there are hundreds of passes: 63666 rows of 73351 words and 58 classes took 40 passes
 * with a mean curvature of 25, 84 with 250, a quarter and a third of the processor time of L-BFGS. */
static bool suits_smooth_ascent(objective *F)
{
    const double shares = (double)F->samples * (double)F->columns;
    return F->can_ascend_smoothly && ascending(F) && shares <= MOST_SHARES &&
           F->weights / F->columns > MOST_FACTORED &&
           F->methods->row_curvature(F) <= MOST_CURVATURE;
}

static int32_t automatic(objective *F)
{
    if (objective_is_bounded(F))
        return LINCLASS_SOLVER_PROJECTED_NEWTON;
    if (suits_ascent(F) && !F->smooth)
        return LINCLASS_SOLVER_DUAL_ASCENT;
    if (!F->smooth)
        return kinked_with_penalty(F) ? LINCLASS_SOLVER_SMOOTHING : LINCLASS_SOLVER_SGD;
    if (F->l1 > 0)
        return LINCLASS_SOLVER_ORTHANT_WISE;
    if (F->twice_differentiable && F->parameters <= FEW_PARAMETERS)
        return LINCLASS_SOLVER_NEWTON;
    if (suits_smooth_ascent(F))
        return LINCLASS_SOLVER_DUAL_ASCENT;
    return suits_held_products(F) ? LINCLASS_SOLVER_NEWTON_CG : LINCLASS_SOLVER_LBFGS;
}

/* The error message that lists the solvers for an objective. */
static linclass_status refuse(const objective *F, const char *what)
{
    char names[160] = "";
    size_t used = 0;
    for (size_t i = 0; i < sizeof SOLVERS / sizeof *SOLVERS; i++) {
        if (!SOLVERS[i].can_minimise(F))
            continue;
        const int more = snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                                  SOLVERS[i].option);
        used += (size_t)more;
        if (used >= sizeof names)
            break;
    }
    return context_fail(F->ctx, LINCLASS_ERROR_UNSUPPORTED,
                        used > 0 ? "%s cannot minimise this loss%s%s%s; solvers that can: %s"
                                 : "neither %s nor another solver can minimise this loss%s%s%s%s",
                        what,
                        objective_is_grouped(F) ? " with an l1 penalty of rows"
                        : F->l1 > 0             ? " with an l1 penalty"
                                                : "",
                        objective_is_bounded(F) ? " within bounds on the weights" : "",
                        F->in_parts ? " over parts" : "", names);
}

linclass_status solver_choose(objective *F, const linclass_fit_options *options,
                              const solver **chosen)
{
    const int32_t number = options->solver == LINCLASS_SOLVER_AUTO ? automatic(F) : options->solver;
    *chosen = solver_find(number);
    return (*chosen)->can_minimise(F) ? LINCLASS_OK : refuse(F, (*chosen)->name);
}

void solver_point_lay_out(solver_point *self, space_plan *plan, int64_t length)
{
    self->parameters = space_doubles(plan, length, 1);
    self->gradient = space_doubles(plan, length, 1);
}

void solver_point_keep(solver_point *self, const solver_run *run)
{
    const int64_t length = run->objective->parameters;
    long_vector_copy(run->ctx, length, run->parameters, self->parameters);
    long_vector_copy(run->ctx, length, run->gradient, self->gradient);
    self->value = run->value;
    self->gradient_norm = run->gradient_norm;
}

void solver_point_return(const solver_point *self, solver_run *run)
{
    const int64_t length = run->objective->parameters;
    long_vector_copy(run->ctx, length, self->parameters, run->parameters);
    long_vector_copy(run->ctx, length, self->gradient, run->gradient);
    run->value = self->value;
    run->gradient_norm = self->gradient_norm;
}

linclass_status solver_evaluate(solver_run *run)
{
    const linclass_status status = run->objective->methods->evaluate(
        run->objective, NULL, run->parameters, &run->value, run->gradient);
    if (status != LINCLASS_OK)
        return status;
    run->gradient_norm = long_vector_norm(run->ctx, run->objective->parameters, run->gradient);
    run->evaluations++;
    return LINCLASS_OK;
}

/* At run->parameters, which are zero. */
static linclass_status evaluate_zero(solver_run *run)
{
    const int64_t length = run->objective->parameters;
    warm_state *warm = run->warm;
    if (warm != NULL && warm->knows_zero) {
        run->value = warm->at_zero;
        vector_copy(length, warm->zero_gradient, run->gradient);
        run->gradient_norm = long_vector_norm(run->ctx, length, run->gradient);
        return LINCLASS_OK;
    }
    const linclass_status status = solver_evaluate(run);
    if (warm == NULL || status != LINCLASS_OK)
        return status;
    warm->at_zero = run->value;
    vector_copy(length, run->gradient, warm->zero_gradient);
    warm->knows_zero = true;
    return LINCLASS_OK;
}

linclass_status solver_evaluate_zero(solver_run *run, double *start)
{
    const int64_t length = run->objective->parameters;
    vector_copy(length, run->parameters, start);
    memset(run->parameters, 0, (size_t)length * sizeof(double));
    const linclass_status status = evaluate_zero(run);
    run->at_zero = run->value.objective;
    run->near_since = -1;
    return status;
}

linclass_status solver_evaluate_start(solver_run *run, const double *start)
{
    const int64_t length = run->objective->parameters;
    if (vector_infinity_norm(length, start) == 0)
        return LINCLASS_OK;
    if (run->warm != NULL && warm_state_take_end(run->warm, run->objective, start, run->parameters,
                                                 &run->value, run->gradient)) {
        run->gradient_norm = long_vector_norm(run->ctx, length, run->gradient);
        return LINCLASS_OK;
    }
    vector_copy(length, start, run->parameters);
    return solver_evaluate(run);
}

static double gap_of(const solver_run *run)
{
    return objective_gap_of_gradient(run->objective, run->parameters, run->value.loss,
                                     run->gradient);
}

static double gap_wanted(const solver_run *run)
{
    return GAP_SHARE * run->gap_tolerance * run->at_zero;
}

bool solver_gap_is_enough(const solver_run *run)
{
    return run->by_gap && gap_of(run) <= gap_wanted(run);
}

bool solver_gap_is_small(solver_run *run)
{
    if (run->gap_tolerance == 0)
        return true;
    if (run->near_since < 0)
        run->near_since = run->iterations;
    if (run->iterations - run->near_since > MOST_FOR_GAP + run->near_since)
        return true;
    return gap_of(run) <= gap_wanted(run);
}

/* Whether there may be another product. */
static linclass_status count_product(solver_run *run)
{
    if (run->products_left <= 0)
        return LINCLASS_NOT_CONVERGED;
    const linclass_status status = monitor_time(run->monitor);
    run->products_left -= status == LINCLASS_OK;
    run->products_made += status == LINCLASS_OK;
    return status;
}

linclass_status solver_held_product(solver_run *run, const double *direction, double *product)
{
    const linclass_status status = count_product(run);
    return status != LINCLASS_OK
               ? status
               : run->objective->methods->held_product(run->objective, direction, product);
}

linclass_status solver_hessian_product(solver_run *run, const double *direction, double *product)
{
    const linclass_status status = count_product(run);
    if (status != LINCLASS_OK)
        return status;
    return run->objective->methods->hessian_product(run->objective, run->parameters, direction,
                                                    product);
}

linclass_status solver_hessian(solver_run *run, const double *means, const int64_t *chosen,
                               int64_t count, double *hessian)
{
    objective *F = run->objective;
    const double share = chosen == NULL ? 1 : (double)count / (double)F->parameters;
    const int64_t products = (int64_t)ceil(share * share * (double)F->parameters);
    if (run->products_left < products)
        return LINCLASS_NOT_CONVERGED;
    const linclass_status status = monitor_time(run->monitor);
    if (status != LINCLASS_OK)
        return status;
    run->products_left -= products;
    run->products_made += products;
    return F->methods->hessian(F, run->parameters, means, chosen, count, hessian);
}

bool solver_has_diverged(const solver_run *run, double at_zero)
{
    return run->value.objective > DIVERGED * fmax(at_zero, LEAST_AT_ZERO);
}

/* F where its kinks are rounded off is not what the fit minimises: who listens gets that. */
static linclass_status evaluate_unsmoothed(solver_run *run, objective_value *value)
{
    objective *F = run->objective;
    const double mu = F->mu;
    *value = run->value;
    if (mu == 0 || !monitor_listens(run->monitor))
        return LINCLASS_OK;
    F->methods->set_smoothing(F, 0);
    const linclass_status status = F->methods->evaluate(F, NULL, run->parameters, value, NULL);
    F->methods->set_smoothing(F, mu);
    return status;
}

linclass_status solver_report(solver_run *run)
{
    objective_value value;
    const linclass_status status = evaluate_unsmoothed(run, &value);
    if (status != LINCLASS_OK)
        return status;
    linclass_progress progress = {
        .iteration = run->iterations,
        .objective = value.objective,
        .loss = value.loss,
        .error = value.error,
        .gradient_norm = run->gradient_norm,
        .learning_rate = run->learning_rate,
        .dual_objective = run->bound,
        .gap = value.objective - run->bound,
        .relative_gradient = run->mu > 0 ? (double)NAN : run->relative_gradient, /* a gap ends it */
        .gradient_tolerance = run->solver == LINCLASS_SOLVER_SGD ? (double)NAN : run->tolerance,
        .solver = run->solver,
    };
    const bool whole = run->part == NULL || !monitor_watches(run->monitor);
    return monitor_iteration(
        run->monitor, whole ? run->parameters : run->part->whole(run->part->owner, run->parameters),
        &progress);
}
