/* linclass_search_learning_rate: fits that differ in their learning rate alone, compared on validation
 * rows. A grid over its logarithm, as taught: what matters is the rate's order of magnitude. */
#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/context.h"
#include "selection/choose.h"
#include "selection/selection_options.h"
#include "selection/series.h"

typedef struct search {
    linclass_learning_rate_options options; /* read */
    fit_problem problem;
    double *rates;
    linclass_selection *selection;
    series series;
} search;

static linclass_status check_fit_options(linclass_context *ctx, linclass_fit_options *fit)
{
    if (fit->solver == LINCLASS_SOLVER_AUTO)
        fit->solver = LINCLASS_SOLVER_SGD;
    if (fit->solver != LINCLASS_SOLVER_SGD && fit->solver != LINCLASS_SOLVER_GRADIENT_DESCENT)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.fit->solver is %d: sgd and gradient descent alone have a "
                            "learning rate",
                            (int)fit->solver);
    if (fit->learning_rate != 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.fit->learning_rate is %g, not 0: it is what is searched for",
                            fit->learning_rate);
    if (fit->validation_X == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.fit->validation_X is NULL: validation rows tell which rate "
                            "is best");
    return LINCLASS_OK;
}

static linclass_status make_rates(search *self)
{
    const linclass_learning_rate_options *options = &self->options;
    const linclass_status status = context_allocate_doubles(self->problem.ctx, options->count,
                                                            "the learning rates", &self->rates);
    if (status != LINCLASS_OK)
        return status;
    if (options->rates != NULL)
        memcpy(self->rates, options->rates, (size_t)options->count * sizeof(double));
    else
        spaced_evenly_in_logarithm(options->count, options->lowest, options->highest, self->rates);
    return LINCLASS_OK;
}

static linclass_status begin(search *self, linclass_context *ctx, const linclass_matrix *X,
                             const int64_t *y, const linclass_learning_rate_options *options)
{
    linclass_status status = learning_rate_options_read(ctx, options, &self->options);
    if (status == LINCLASS_OK)
        status = fit_problem_begin(&self->problem, ctx, X, y, self->options.fit);
    if (status == LINCLASS_OK)
        status = check_fit_options(ctx, &self->problem.options);
    if (status == LINCLASS_OK)
        status = fit_problem_penalise(&self->problem);
    if (status == LINCLASS_OK)
        status = make_rates(self);
    if (status == LINCLASS_OK)
        status = selection_new(ctx, self->options.count, 0, &self->selection);
    if (status != LINCLASS_OK)
        return status;
    self->series.ctx = ctx;
    self->series.selection = self->selection;
    self->series.values = self->rates;
    self->series.progress = self->options.progress;
    self->series.progress_user = self->options.progress_user;
    self->series.max_seconds = self->problem.options.max_seconds;
    self->series.fold = -1;
    return LINCLASS_OK;
}

static linclass_status try_rate(search *self, int64_t index)
{
    fit_problem *problem = &self->problem;
    linclass_fit_report report;
    fit_problem_restart(problem);
    problem->options.learning_rate = self->rates[index];
    linclass_status status = series_fit(&self->series, problem, &report);
    if (status == LINCLASS_OK)
        status = series_add(&self->series, problem, &report);
    if (status != LINCLASS_OK)
        return status;
    return series_tell(&self->series, index, &report, report.validation_loss,
                       report.validation_error);
}

static linclass_status run(search *self)
{
    linclass_status stopped = LINCLASS_OK;
    for (int64_t i = 0; stopped == LINCLASS_OK && i < self->options.count; i++)
        stopped = try_rate(self, i);
    linclass_status status = stopped < 0 ? stopped : series_check(&self->series);
    if (status == LINCLASS_OK)
        status = choose_by_validation(self->problem.ctx, self->selection, self->options.select_by);
    return status < 0 ? status : stopped;
}

linclass_status linclass_search_learning_rate(linclass_context *ctx, const linclass_matrix *X,
                                              const int64_t *y,
                                              const linclass_learning_rate_options *options,
                                              linclass_selection **selection)
{
    if (selection != NULL)
        *selection = NULL;
    CONTEXT_ENTER(ctx);
    if (!selection_given(ctx, selection))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    search self = {.problem = {.ctx = ctx}, .series = {.began = clock_seconds()}};
    linclass_status status = begin(&self, ctx, X, y, options);
    if (status == LINCLASS_OK)
        status = run(&self);
    selection_hand_over(ctx, status, &self.selection, selection);
    linclass_selection_destroy(self.selection);
    context_release(ctx, self.rates);
    fit_problem_end(&self.problem);
    return status;
}
