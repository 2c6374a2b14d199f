#include "selection_run.h"

#include <linclass/status.h>

#include "exit_status.h"
#include "interrupt.h"
#include "message.h"

/* The number of fits is the number of candidates, once for all rows and once for each fold. */
static int32_t on_fit(const linclass_selection_progress *progress, void *user)
{
    const selection_run *self = user;
    const linclass_progress shown = {
        .size = sizeof shown,
        .iteration = (progress->fold + 1) * progress->count + progress->candidate + 1,
        .max_iterations = (progress->folds + 1) * progress->count,
        .loss = progress->loss,
        .error = progress->error,
        .validation_loss = progress->held_out_loss,
        .validation_error = progress->held_out_error,
        .seconds = progress->seconds,
    };
    progress_update(self->display, &shown);
    return interrupt_requested() ? 1 : 0;
}

static int32_t on_iteration(const linclass_progress *progress, void *user)
{
    (void)progress;
    (void)user;
    return interrupt_requested() ? 1 : 0;
}

static linclass_status search(selection_run *self, const linclass_fit_options *fit)
{
    linclass_learning_rate_options options;
    linclass_learning_rate_options_init(&options, sizeof options);
    options.fit = fit;
    options.rates = self->settings->rates;
    if (options.rates != NULL)
        options.count = self->settings->rate_count;
    options.select_by = self->settings->select_by;
    options.progress = on_fit;
    options.progress_user = self;
    return linclass_search_learning_rate(self->ctx, &self->rows->X, self->rows->y, &options,
                                         &self->selection);
}

static linclass_status fit_path(selection_run *self, const linclass_fit_options *fit)
{
    const selection_settings *settings = self->settings;
    linclass_path_options options;
    linclass_path_options_init(&options, sizeof options);
    options.fit = fit;
    options.lambdas = settings->lambdas;
    if (settings->count > 0)
        options.count = settings->count;
    if (settings->ratio > 0)
        options.ratio = settings->ratio;
    options.l1_ratio = settings->l1_ratio;
    options.seed = fit->seed;
    options.select_by = settings->select_by;
    options.leave_one_out = settings->leave_one_out;
    options.progress = on_fit;
    options.progress_user = self;
    if (self->fit_path != NULL)
        return self->fit_path(&options, &self->selection, self->user);
    if (settings->folds == 0)
        return linclass_fit_path(self->ctx, &self->rows->X, self->rows->y, &options,
                                 &self->selection);
    options.folds = settings->folds;
    return linclass_cross_validate(self->ctx, &self->rows->X, self->rows->y, &options,
                                   &self->selection);
}

int selection_run_fits(selection_run *self)
{
    linclass_fit_options fit = *self->fit;
    fit.progress = on_iteration;
    fit.progress_user = NULL;
    self->status = self->settings->search ? search(self, &fit) : fit_path(self, &fit);
    if (self->status < 0)
        return fail_library(self->ctx, self->status);
    self->chosen = self->settings->one_standard_error
                       ? linclass_selection_one_standard_error(self->selection)
                       : linclass_selection_best(self->selection);
    if (self->chosen >= 0)
        return EXIT_OK;
    if (interrupt_requested())
        return fail(EXIT_INTERRUPTED, "interrupted before there was a model to choose");
    if (self->status == LINCLASS_TIME_LIMIT)
        return fail(EXIT_NOT_CONVERGED, "the time limit was reached before there was a model to "
                                        "choose; no model is saved");
    return fail(EXIT_DATA, "there is no model to choose: all fits of some fold diverged");
}
