/* The solver chosen and run under a monitor; its result reported and made a model of. */
#include "fit/fit_run.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "fit/fit_parts.h"
#include "judge/optimality.h"
#include "model/model.h"
#include "solver/orthant_wise.h"
#include "solver/solver.h"
#include "solver/vector.h"

/* The solver has ended: with early stopping, its result may give way to an earlier one. */
static linclass_status finish(solver_run *run, linclass_status stopped)
{
    bool replaced;
    const linclass_status status =
        monitor_finish(run->monitor, run->iterations, run->parameters, &replaced);
    if (status != LINCLASS_OK || !replaced)
        return status == LINCLASS_OK ? stopped : status;
    const linclass_status evaluated = solver_evaluate(run);
    if (evaluated != LINCLASS_OK)
        return evaluated;
    return stopped == LINCLASS_OK ? LINCLASS_EARLY_STOPPED : stopped;
}

enum { FEW_PARAMETERS = 200, MOST_ATTEMPTS = 4, MOST_TOLERANCES = 12 };
/* What the tolerance is multiplied with at each attempt: in the end rounding alone stops a solver. */
static const double SHARPER[MOST_ATTEMPTS] = {1e-1, 1e-1, 1e-2, 0};
static const double WORK = 1e10;  /* multiplications with elements of X */
static const double LOST = 1e-32; /* beside a curvature: the square of rounding */

/* Parameters as the model will keep them. */
static void round_parameters(const fit_problem *problem)
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
    if (chosen->number == LINCLASS_SOLVER_LBFGS && attempt == 0 && !exhausted)
        return LINCLASS_SOLVER_LBFGS;
    if (F->l1 > 0)
        return LINCLASS_SOLVER_ORTHANT_WISE;
    return F->parameters <= FEW_PARAMETERS ? LINCLASS_SOLVER_NEWTON : LINCLASS_SOLVER_NEWTON_CG;
}

/* Go on from run->parameters with another solver, in double precision. */
static linclass_status go_on(const fit_problem *problem, const solver *next, solver_run *run)
{
    solver_run again = *run;
    again.objective = problem->exact;
    const linclass_status stopped = next->minimise(&again);
    if (stopped < 0)
        return stopped;
    run->products_left = again.products_left;
    run->iterations = again.iterations;
    run->evaluations = again.evaluations;
    run->learning_rate = again.learning_rate;
    round_parameters(problem);
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
    memcpy(run->parameters, problem->lowest,
           (size_t)problem->objective->parameters * sizeof(double));
    status = solver_evaluate(run);
    return status == LINCLASS_OK ? stopped : status;
}

/* How many Hessian products a fit may go on with: as many as it took sweeps to get there, and what a few
 * seconds allow besides. */
static int64_t affordable_products(const objective *F, int64_t sweeps)
{
    const double work = F->elements * (double)F->columns + (double)F->samples + (double)F->weights;
    return (int64_t)fmin((double)sweeps + WORK / work, 1e9);
}

/* The solver says that it has converged, or can go no further. It is not believed: its result is
 * measured, and where that is too far from the minimum another solver goes on. */
static linclass_status settle(const fit_problem *problem, const solver *chosen, solver_run *run,
                              linclass_status stopped)
{
    const optimality_case of = {
        .exact = problem->exact,
        .products = problem->objective,
        .columns = &problem->columns,
        .epsilon = problem->objective->epsilon,
        .tolerance = run->tolerance,
    };
    const bool descends = chosen->number == LINCLASS_SOLVER_GRADIENT_DESCENT;
    double lowest = INFINITY;
    for (int attempt = 0;; attempt++) {
        if (stopped < 0)
            return stopped;
        if (stopped != LINCLASS_OK && stopped != LINCLASS_LINE_SEARCH_STALLED &&
            stopped != LINCLASS_NOT_CONVERGED)
            return give_up(problem, run, lowest, stopped);
        round_parameters(problem);
        optimality found;
        const linclass_status status = optimality_measure(&of, run->parameters, &found);
        if (status != LINCLASS_OK)
            return status;
        if (optimality_is_reached(&found))
            return LINCLASS_OK;
        keep_lowest(problem, run, &found, &lowest);
        if (stopped == LINCLASS_NOT_CONVERGED)
            return give_up(problem, run, lowest, stopped);
        if (descends && stopped == LINCLASS_LINE_SEARCH_STALLED)
            return stopped;
        if (attempt == (descends ? MOST_TOLERANCES : MOST_ATTEMPTS))
            return give_up(problem, run, lowest, LINCLASS_NOT_CONVERGED);
        run->tolerance *= descends ? 0.1 : SHARPER[attempt];
        if (found.objective > found.zero)
            memset(run->parameters, 0, (size_t)run->objective->parameters * sizeof(double));
        if (attempt == 0)
            run->products_left = affordable_products(problem->exact, run->evaluations);
        /* Gradient descent is asked for to be seen at work. */
        if (descends)
            stopped = chosen->minimise(run);
        else
            stopped =
                go_on(problem, solver_find(successor(problem, chosen, attempt, stopped)), run);
    }
}

/* Whether an l2 penalty is lost in rounding beside the curvature of every feature: a solver would divide by it
 * what is rounding. The weights of a constant feature nothing else may determine. */
static bool is_lost(const fit_problem *problem, double l2)
{
    const objective *F = problem->objective;
    for (int64_t j = 0; j < F->weights / F->columns; j++)
        if (!(l2 < LOST * F->curvature_bound * problem->columns.variance[j]))
            return false;
    return true;
}

static void set_l2(const fit_problem *problem, double l2)
{
    const double l1 = problem->objective->l1;
    problem->objective->methods->set_penalties(problem->objective, l1, l2);
    problem->exact->methods->set_penalties(problem->exact, l1, l2);
}

/* The solver, and the judge of what it says. */
static linclass_status solve(const fit_problem *problem, const solver *chosen, solver_run *run)
{
    const linclass_status stopped = chosen->minimise(run);
    return stopped < 0 ? stopped : settle(problem, chosen, run, stopped);
}

static linclass_status solve_judged(fit_problem *problem, const solver *chosen, solver_run *run)
{
    linclass_status stopped = fit_problem_prepare_judge(problem);
    if (stopped == LINCLASS_OK)
        stopped = optimality_check_scale(problem->objective, &problem->columns);
    if (stopped != LINCLASS_OK)
        return stopped;
    const double l2 = problem->objective->l2;
    if (l2 == 0 || !is_lost(problem, l2))
        return solve(problem, chosen, run);
    set_l2(problem, 0);
    stopped = solve(problem, chosen, run);
    set_l2(problem, l2);
    const linclass_status status = stopped < 0 ? stopped : solver_evaluate(run);
    return status == LINCLASS_OK ? stopped : status;
}

/* *smooth: the largest absolute value in the gradient without the l1 term. */
static linclass_status minimise(fit_problem *problem, const solver *chosen, solver_run *run,
                                double *smooth)
{
    /* SGD promises epochs, not a minimum; and a gradient with jumps tells nothing of the distance. */
    const bool judged = chosen->number != LINCLASS_SOLVER_SGD && problem->objective->smooth;
    const linclass_status stopped =
        judged ? solve_judged(problem, chosen, run) : chosen->minimise(run);
    if (stopped < 0)
        return stopped;
    const linclass_status status = finish(run, stopped);
    *smooth = vector_infinity_norm(run->objective->parameters, run->gradient);
    /* What tells an optimum is the subgradient of least norm: the gradient, where there is no l1. */
    pseudo_gradient(run->objective, run->parameters, run->gradient, run->gradient);
    run->gradient_norm = vector_norm(run->objective->parameters, run->gradient);
    return status;
}

static int64_t samples_of(const fit_problem *problem)
{
    return problem->parts != NULL ? problem->parts->working.fit.samples : problem->training.X.rows;
}

static int64_t features_of(const fit_problem *problem)
{
    return problem->parts != NULL ? problem->parts->working.fit.n : problem->training.X.cols;
}

static double scale_of(const fit_problem *problem)
{
    return problem->parts != NULL ? problem->parts->scale : problem->training.X.scale;
}

static bool has_sample_weight(const fit_problem *problem)
{
    return problem->parts != NULL ? problem->parts->with_sample_weight
                                  : problem->options.sample_weight != NULL;
}

static linclass_fit_report make_report(const fit_problem *problem, const solver *chosen,
                                       const solver_run *run, linclass_status status)
{
    const monitor *watch = run->monitor;
    return (linclass_fit_report){
        .size = sizeof(linclass_fit_report),
        .stopped_because = status,
        .solver = chosen->number,
        .dtype = problem->dtype,
        .iterations = run->iterations,
        .evaluations = run->evaluations,
        .objective = run->value.objective,
        .loss = run->value.loss,
        .error = run->value.error,
        .gradient_norm = run->gradient_norm,
        .gradient_infinity_norm = vector_infinity_norm(run->objective->parameters, run->gradient),
        .learning_rate = run->learning_rate,
        .validation_loss = watch->validation_loss,
        .validation_error = watch->validation_error,
        .seconds = monitor_seconds(watch),
        .best_iteration = watch->best != NULL ? watch->best_iteration : run->iterations,
        .samples = samples_of(problem),
        .total_weight = problem->training.weight_sum,
        .label_smoothing = problem->options.label_smoothing,
        .ignore_label = problem->options.has_ignore_label ? problem->options.ignore_label : 0,
        .has_ignore_label = problem->options.has_ignore_label,
        .with_sample_weight = has_sample_weight(problem),
        .with_target_probabilities = problem->training.with_probabilities,
    };
}

linclass_status fit_run(fit_problem *problem, linclass_fit_report *made)
{
    const linclass_fit_options *options = &problem->options;
    const solver *chosen;
    linclass_status status = solver_choose(problem->objective, options, &chosen);
    if (status != LINCLASS_OK)
        return status;
    const int64_t limit =
        options->max_iterations > 0 ? options->max_iterations : chosen->default_iterations;
    monitor watch;
    status = monitor_begin(&watch, problem->ctx, options, problem->validation, limit);
    if (status != LINCLASS_OK)
        return status;
    solver_run run = {
        .ctx = problem->ctx,
        .objective = problem->objective,
        .options = options,
        .monitor = &watch,
        .tolerance = options->gradient_tolerance,
        .products_left = INT64_MAX,
        .parameters = problem->parameters,
        .gradient = problem->gradient,
    };
    double smooth = 0;
    status = minimise(problem, chosen, &run, &smooth);
    if (status >= 0) {
        *made = make_report(problem, chosen, &run, status);
        made->smooth_gradient_infinity_norm = smooth;
        context_clear(problem->ctx); /* what a trial of a line search has said */
    }
    monitor_end(&watch);
    return status;
}

/* Row by row into the last columns of the model's: all, or, of a loss with one score, the second. */
static void copy_rows(const fit_problem *problem, int64_t rows, const double *from, void *to)
{
    const int64_t columns = problem->objective->columns;
    const int64_t k = problem->classes.k;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < columns; j++) {
            const int64_t place = i * k + (k - columns) + j;
            const double value = from[i * columns + j];
            if (problem->dtype == LINCLASS_FLOAT64)
                ((double *)to)[place] = value;
            else
                ((float *)to)[place] = (float)value;
        }
    }
}

linclass_status fit_run_model(const fit_problem *problem, const linclass_fit_report *report,
                              linclass_model **model)
{
    const fit_classes *classes = &problem->classes;
    const model_shape shape = {
        .dtype = problem->dtype,
        .n = features_of(problem),
        .k = classes->k,
        .with_bias = problem->options.fit_bias != 0,
        .with_class_weights = classes->class_weights != NULL,
    };
    const linclass_status status = model_new(problem->ctx, problem->options.loss, &shape, model);
    if (status != LINCLASS_OK)
        return status;
    linclass_model *made = *model;
    copy_rows(problem, made->n, problem->parameters, made->theta);
    if (made->bias != NULL)
        copy_rows(problem, 1, problem->parameters + problem->objective->weights, made->bias);
    memcpy(made->labels, classes->labels, (size_t)classes->k * sizeof(int64_t));
    if (classes->class_weights != NULL)
        memcpy(made->class_weights, classes->class_weights, (size_t)classes->k * sizeof(double));
    made->scale = scale_of(problem);
    made->l1 = problem->objective->l1;
    made->l2 = problem->objective->l2;
    made->has_report = true;
    made->report = *report;
    model_finish(made);
    return LINCLASS_OK;
}
