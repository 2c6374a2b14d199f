/* linclass_fit_path.
 *
 *     for lambda_1 > lambda_2 > ...: minimise F with l1 = lambda a, l2 = lambda (1 - a), from the minimum
 *     for the lambda before
 *
 * Strong penalties leave few weights, near 0, and are fitted in a few iterations from the null model;
 * neighbouring minima are close, so that each fit has only the difference left to do (warm starts:
 * Friedman, Hastie and Tibshirani 2010), much of it with the Hessian of the fit before, or the moments that its
 * preconditioner was made of (solver/warm_state.h). */
#include "selection/penalty_path.h"

#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/context.h"
#include "fit/fit_parts.h"
#include "selection/choose.h"
#include "selection/lambdas.h"
#include "selection/path_leave_one_out.h"
#include "selection/selection_options.h"

static const double LAST = 1e-4; /* lambda of a path made, over the largest gradient */

static linclass_status make_lambdas(path_start *self)
{
    const linclass_path_options *options = &self->options;
    linclass_status status =
        context_allocate_doubles(self->problem.ctx, options->count, "the lambdas", &self->lambdas);
    if (status != LINCLASS_OK)
        return status;
    if (options->lambdas != NULL) {
        memcpy(self->lambdas, options->lambdas, (size_t)options->count * sizeof(double));
        return LINCLASS_OK;
    }
    double largest;
    status = lambda_max(&self->problem, options->l1_ratio, &largest);
    if (status != LINCLASS_OK)
        return status;
    fit_problem_restart(&self->problem);
    const double ratio =
        options->ratio > 0 ? options->ratio : LAST * effective_l1_ratio(options->l1_ratio);
    spaced_evenly_in_logarithm(options->count, largest, ratio * largest, self->lambdas);
    return LINCLASS_OK;
}

static linclass_status check_fit_options(linclass_context *ctx, const linclass_fit_options *fit)
{
    if (fit->l1 == 0 && (fit->l2 == 0 || fit->l2 == LINCLASS_AUTOMATIC))
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "options.fit->%s is %g, not 0: the lambdas are the penalties of a path",
                        fit->l1 != 0 ? "l1" : "l2", fit->l1 != 0 ? fit->l1 : fit->l2);
}

/* The rows of a path: here, or in parts. */
typedef struct path_rows {
    const linclass_matrix *X;
    const int64_t *y;
    const linclass_parts *training; /* or NULL */
    const linclass_parts *validation;
    fit_parts parts; /* made of them */
} path_rows;

static linclass_status begin_problem(path_start *self, linclass_context *ctx, path_rows *rows)
{
    const linclass_fit_options *fit = self->options.fit;
    if (rows->training == NULL)
        return fit_problem_begin(&self->problem, ctx, rows->X, rows->y, fit);
    if (self->options.leave_one_out)
        return context_fail(
            ctx, LINCLASS_ERROR_UNSUPPORTED,
            "options.leave_one_out is 1: rows in parts are not left out one by one");
    return fit_parts_begin(&rows->parts, &self->problem, ctx, rows->training, rows->validation,
                           fit);
}

/* Read the options, make the problem over all rows and the lambdas. To be ended whatever the status. */
static linclass_status begin(path_start *self, linclass_context *ctx, path_rows *rows,
                             const linclass_path_options *options)
{
    *self = (path_start){
        .X = rows->X, .y = rows->y, .problem = {.ctx = ctx}, .series = {.began = clock_seconds()}};
    linclass_status status = path_options_read(ctx, options, &self->options);
    if (status == LINCLASS_OK)
        status = begin_problem(self, ctx, rows);
    if (status == LINCLASS_OK)
        status = check_fit_options(ctx, &self->problem.options);
    if (status == LINCLASS_OK && self->options.leave_one_out)
        status = leave_one_out_check(ctx, &self->problem.options);
    return status == LINCLASS_OK ? make_lambdas(self) : status;
}

static linclass_status fit_next(series *fits, fit_problem *problem, double *start, int64_t index,
                                path_visitor visit, void *user)
{
    const size_t bytes = (size_t)problem->objective->parameters * sizeof(double);
    linclass_fit_report report;
    memcpy(start, problem->parameters, bytes);
    const linclass_status status = series_fit(fits, problem, &report);
    if (status != LINCLASS_OK)
        return status;
    if (report.stopped_because == LINCLASS_ERROR_NUMERIC)
        memcpy(problem->parameters, start, bytes);
    return visit(fits, problem, index, &report, user);
}

linclass_status path_fit(series *fits, fit_problem *problem, double l1_ratio, int64_t count,
                         path_visitor visit, void *user)
{
    double *start;
    linclass_status status = context_allocate_doubles(problem->ctx, problem->objective->parameters,
                                                      "the start of a fit", &start);
    if (status == LINCLASS_OK && problem->options.initial == NULL)
        status = null_model(problem);
    if (status == LINCLASS_OK)
        status = fit_problem_share(problem);
    for (int64_t i = 0; status == LINCLASS_OK && i < count; i++) {
        problem->objective->methods->set_penalties(problem->objective, fits->values[i] * l1_ratio,
                                                   fits->values[i] * (1 - l1_ratio));
        status = fit_next(fits, problem, start, i, visit, user);
    }
    fit_problem_end_sharing(problem);
    context_release(problem->ctx, start);
    return status;
}

static linclass_status add_candidate(series *fits, fit_problem *problem, int64_t index,
                                     const linclass_fit_report *report, void *user)
{
    const path_start *path = user;
    linclass_status status = series_add(fits, problem, report);
    if (status == LINCLASS_OK && path->options.leave_one_out)
        status = leave_one_out_candidate(path, index);
    if (status != LINCLASS_OK)
        return status;
    return series_tell(fits, index, report, report->validation_loss, report->validation_error);
}

linclass_status path_fit_all(path_start *self, int64_t folds)
{
    linclass_context *ctx = self->problem.ctx;
    const linclass_status made = selection_new(ctx, self->options.count, folds, &self->selection);
    if (made != LINCLASS_OK)
        return made;
    self->series = (series){
        .ctx = ctx,
        .selection = self->selection,
        .values = self->lambdas,
        .progress = self->options.progress,
        .progress_user = self->options.progress_user,
        .began = self->series.began,
        .max_seconds = self->problem.options.max_seconds,
        .fold = -1,
    };
    const linclass_status stopped = path_fit(&self->series, &self->problem, self->options.l1_ratio,
                                             self->options.count, add_candidate, self);
    const linclass_status status = stopped < 0 ? stopped : series_check(&self->series);
    return status < 0 ? status : stopped;
}

static void end(path_start *self)
{
    linclass_selection_destroy(self->selection);
    context_release(self->problem.ctx, self->lambdas);
    fit_problem_end(&self->problem);
}

static linclass_status select_path(linclass_context *ctx, path_rows *rows,
                                   const linclass_path_options *options,
                                   linclass_selection **selection,
                                   linclass_status (*run)(path_start *self))
{
    if (selection != NULL)
        *selection = NULL;
    CONTEXT_ENTER(ctx);
    if (!selection_given(ctx, selection))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    path_start self;
    linclass_status status = begin(&self, ctx, rows, options);
    if (status == LINCLASS_OK)
        status = run(&self);
    selection_hand_over(ctx, status, &self.selection, selection);
    end(&self);
    return status;
}

linclass_status path_select(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                            const linclass_path_options *options, linclass_selection **selection,
                            linclass_status (*run)(path_start *self))
{
    path_rows rows = {.X = X, .y = y};
    return select_path(ctx, &rows, options, selection, run);
}

static linclass_status fit_and_choose(path_start *self)
{
    const linclass_status stopped = path_fit_all(self, 0);
    if (stopped < 0)
        return stopped;
    const bool left_out = self->options.leave_one_out && self->problem.validation == NULL;
    const linclass_status status = (left_out ? choose_by_left_out : choose_by_validation)(
        self->problem.ctx, self->selection, self->options.select_by);
    return status < 0 ? status : stopped;
}

linclass_status linclass_fit_path(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                                  const linclass_path_options *options,
                                  linclass_selection **selection)
{
    return path_select(ctx, X, y, options, selection, fit_and_choose);
}

linclass_status linclass_fit_path_parts(linclass_context *ctx, const linclass_parts *training,
                                        const linclass_parts *validation,
                                        const linclass_path_options *options,
                                        linclass_selection **selection)
{
    static const linclass_parts NONE = {.size = sizeof NONE};
    path_rows rows = {.training = training == NULL ? &NONE : training, .validation = validation};
    return select_path(ctx, &rows, options, selection, fit_and_choose);
}
