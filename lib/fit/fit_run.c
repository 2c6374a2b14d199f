/* The solver chosen and run under a monitor; its result reported and made a model of. */
#include "fit/fit_run.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "fit/fit_parts.h"
#include "fit/fit_proof.h"
#include "fit/fit_settle.h"
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
    run->is_proven = false;
    const linclass_status evaluated = solver_evaluate(run);
    if (evaluated != LINCLASS_OK)
        return evaluated;
    return stopped == LINCLASS_OK ? LINCLASS_EARLY_STOPPED : stopped;
}

static const double LOST = 1e-32; /* beside a curvature: the square of rounding */
static const double DEFAULT_GAP = 1e-6;
static const double DEFAULT_GAP_OF_KINKS = 1e-4;

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
    const bool exactly = problem->warm != NULL && problem->warm->wants_exact;
    const linclass_status stopped =
        exactly ? fit_minimise_exactly(problem, chosen, run) : chosen->minimise(run);
    return stopped < 0 ? stopped : fit_settle(problem, chosen, run, stopped);
}

/* A fit that has come to its end where F has no minimum says so. */
static linclass_status or_no_minimum(const fit_problem *problem, const solver_run *run,
                                     linclass_status stopped)
{
    const bool ended = stopped == LINCLASS_OK || stopped == LINCLASS_NOT_CONVERGED ||
                       stopped == LINCLASS_LINE_SEARCH_STALLED;
    return ended && fit_has_no_minimum(problem, run) ? LINCLASS_NO_MINIMUM : stopped;
}

static linclass_status solve_judged(fit_problem *problem, const solver *chosen, solver_run *run)
{
    linclass_status stopped = fit_problem_prepare_judge(problem);
    if (stopped == LINCLASS_OK)
        stopped = optimality_check_scale(problem->objective, &problem->columns);
    if (stopped != LINCLASS_OK)
        return stopped;
    run->exact = problem->exact;
    run->unjudged = optimality_promise(run->tolerance, 1);
    const double l2 = problem->objective->l2;
    if (l2 == 0 || !is_lost(problem, l2)) {
        stopped = solve(problem, chosen, run);
        return or_no_minimum(problem, run, stopped);
    }
    set_l2(problem, 0);
    stopped = solve(problem, chosen, run);
    set_l2(problem, l2);
    run->is_proven = false;
    const linclass_status status = stopped < 0 ? stopped : solver_evaluate(run);
    return status == LINCLASS_OK ? stopped : status;
}

/* SGD promises epochs, not a minimum; and a gradient with jumps tells nothing of the distance. */
static linclass_status solve_as_asked(fit_problem *problem, const solver *chosen, solver_run *run)
{
    const bool ascends =
        chosen->number == LINCLASS_SOLVER_DUAL_ASCENT && problem->objective->can_ascend;
    if (ascends || chosen->number == LINCLASS_SOLVER_SMOOTHING) {
        const linclass_status status = fit_problem_make_exact(problem);
        if (status != LINCLASS_OK)
            return status;
        return ascends ? fit_settle_ascent(problem, chosen, run, chosen->minimise(run))
                       : fit_smooth(problem, chosen, run);
    }
    const bool judged = chosen->number != LINCLASS_SOLVER_SGD && problem->objective->smooth;
    return judged ? solve_judged(problem, chosen, run) : chosen->minimise(run);
}

/* *smooth: the largest absolute value in the gradient without the l1 term. */
static linclass_status minimise(fit_problem *problem, const solver *chosen, solver_run *run,
                                double *smooth)
{
    const linclass_status stopped = solve_as_asked(problem, chosen, run);
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

static bool has_probabilities(const fit_problem *problem)
{
    return problem->parts != NULL ? problem->parts->working.fit.with_probabilities != 0
                                  : problem->training.with_probabilities;
}

static linclass_fit_report make_report(const fit_problem *problem, const solver *chosen,
                                       const solver_run *run, linclass_status status)
{
    const monitor *watch = run->monitor;
    const bool is_proven = !isnan(run->proven.gap);
    return (linclass_fit_report){
        .size = sizeof(linclass_fit_report),
        .stopped_because = status,
        .solver = chosen->number,
        .dtype = problem->dtype,
        .iterations = run->iterations,
        .evaluations = run->evaluations,
        .objective = is_proven ? run->proven.objective : run->value.objective,
        .loss = is_proven ? run->proven.loss : run->value.loss,
        .error = run->value.error,
        .gradient_norm = run->gradient_norm,
        .gradient_infinity_norm = vector_infinity_norm(run->objective->parameters, run->gradient),
        .learning_rate = run->learning_rate,
        .dual_objective = run->proven.dual_objective,
        .gap = run->proven.gap,
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
        .with_target_probabilities = has_probabilities(problem),
    };
}

/* The gap that a solver is to reach, over F at zero parameters; 0: none. */
static double gap_tolerance(const objective *F, const linclass_fit_options *options)
{
    if (!fit_has_bound(F))
        return 0;
    if (options->gap_tolerance > 0)
        return options->gap_tolerance;
    if (!F->smooth)
        return DEFAULT_GAP_OF_KINKS;
    return options->gradient_tolerance == SOLVER_DEFAULT_TOLERANCE ? DEFAULT_GAP : 0;
}

/* What is proven of the model. */
static linclass_status prove_result(const fit_problem *problem, solver_run *run)
{
    if (run->is_proven)
        return LINCLASS_OK;
    fit_round_parameters(problem);
    return fit_prove(problem->exact != NULL ? problem->exact : problem->objective, run);
}

/* A limit, or a solver that can go no further, does not matter where the gap that is asked for is proven and, of a
 * smooth F, is no larger than the judge allows, or than rounding makes that of a minimum, which is all there is where a
 * fit begins there. A callback's word counts. */
static linclass_status or_proven(const solver_run *run, linclass_status stopped)
{
    const double gained = run->at_zero - run->proven.objective;
    const double rounding = 2 * DUALITY_ROUNDING * run->proven.objective;
    double allowed = run->gap_tolerance * run->at_zero;
    if (run->objective->smooth) /* run->tolerance is that of the last attempt */
        allowed = fmin(
            allowed, fmax(optimality_promise(run->options->gradient_tolerance, gained), rounding));
    const bool unfinished = stopped == LINCLASS_ITERATION_LIMIT || stopped == LINCLASS_TIME_LIMIT ||
                            stopped == LINCLASS_NOT_CONVERGED ||
                            stopped == LINCLASS_LINE_SEARCH_STALLED;
    return unfinished && run->at_zero > 0 && run->proven.gap <= allowed ? LINCLASS_OK : stopped;
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
        .solver = chosen->number,
        .relative_gradient = (double)NAN,
        .products_left = INT64_MAX,
        .gap_tolerance = gap_tolerance(problem->objective, options),
        .bound = NAN,
        .near_since = -1,
        .warm = problem->warm,
        .parameters = problem->parameters,
        .gradient = problem->gradient,
    };
    double smooth = 0;
    run.by_gap = problem->warm != NULL && problem->objective->l1 > 0 && run.gap_tolerance > 0;
    status = minimise(problem, chosen, &run, &smooth);
    if (status >= 0) {
        const linclass_status found = prove_result(problem, &run);
        status = found == LINCLASS_OK ? or_proven(&run, status) : found;
    }
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
    made->group_l1 = objective_is_grouped(problem->objective);
    made->weight_min = problem->objective->lower;
    made->weight_max = problem->objective->upper;
    made->has_report = true;
    made->report = *report;
    model_finish(made);
    return LINCLASS_OK;
}
