#include "selection/series.h"

#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/context.h"
#include "fit/fit_run.h"
#include "objective/objective.h"

static linclass_fit_report diverged(const fit_problem *problem)
{
    return (linclass_fit_report){
        .size = sizeof(linclass_fit_report),
        .stopped_because = LINCLASS_ERROR_NUMERIC,
        .solver = problem->options.solver,
        .dtype = problem->dtype,
        .objective = NAN,
        .loss = NAN,
        .error = NAN,
        .validation_loss = NAN,
        .validation_error = NAN,
        .dual_objective = NAN,
        .gap = NAN,
    };
}

linclass_status series_fit(const series *self, fit_problem *problem, linclass_fit_report *report)
{
    problem->options.max_seconds = 0;
    if (self->max_seconds > 0) {
        problem->options.max_seconds = self->max_seconds - (clock_seconds() - self->began);
        if (problem->options.max_seconds <= 0)
            return LINCLASS_TIME_LIMIT;
    }
    const linclass_status status = fit_run(problem, report);
    if (status == LINCLASS_ERROR_NUMERIC) {
        *report = diverged(problem);
        return LINCLASS_OK;
    }
    const bool ended = status == LINCLASS_TIME_LIMIT || status == LINCLASS_STOPPED_BY_CALLBACK;
    return status < 0 || ended ? status : LINCLASS_OK;
}

/* Weights that the model keeps as other than 0. */
static int64_t count_nonzero(const fit_problem *problem)
{
    int64_t count = 0;
    for (int64_t i = 0; i < problem->objective->weights; i++) {
        const double weight = problem->parameters[i];
        count += problem->dtype == LINCLASS_FLOAT32 ? (float)weight != 0 : weight != 0;
    }
    return count;
}

linclass_status series_add(series *self, const fit_problem *problem,
                           const linclass_fit_report *report)
{
    linclass_selection *selection = self->selection;
    const int64_t index = selection->count;
    const bool with_model = report->stopped_because != LINCLASS_ERROR_NUMERIC;
    if (with_model) {
        const linclass_status status = fit_run_model(problem, report, &selection->models[index]);
        if (status != LINCLASS_OK)
            return status;
    }
    selection->candidates[index] = (linclass_candidate){
        .size = sizeof(linclass_candidate),
        .value = self->values[index],
        .l1 = problem->objective->l1,
        .l2 = problem->objective->l2,
        .stopped_because = report->stopped_because,
        .solver = report->solver,
        .iterations = report->iterations,
        .nonzero = with_model ? count_nonzero(problem) : 0,
        .objective = report->objective,
        .loss = report->loss,
        .error = report->error,
        .validation_loss = report->validation_loss,
        .validation_error = report->validation_error,
        .mean_loss = NAN,
        .loss_standard_error = NAN,
        .mean_error = NAN,
        .error_standard_error = NAN,
        .seconds = report->seconds,
        .left_out_loss = NAN,
        .left_out_loss_standard_error = NAN,
        .left_out_error = NAN,
        .left_out_error_standard_error = NAN,
    };
    selection->count++;
    return LINCLASS_OK;
}

linclass_status series_tell(const series *self, int64_t index, const linclass_fit_report *report,
                            double held_out_loss, double held_out_error)
{
    if (self->progress == NULL)
        return LINCLASS_OK;
    const linclass_selection_progress progress = {
        .size = sizeof progress,
        .candidate = index,
        .count = self->selection->capacity,
        .fold = self->fold,
        .folds = self->selection->folds,
        .value = self->values[index],
        .iterations = report->iterations,
        .loss = report->loss,
        .error = report->error,
        .held_out_loss = held_out_loss,
        .held_out_error = held_out_error,
        .seconds = clock_seconds() - self->began,
        .stopped_because = report->stopped_because,
    };
    return self->progress(&progress, self->progress_user) != 0 ? LINCLASS_STOPPED_BY_CALLBACK
                                                               : LINCLASS_OK;
}

linclass_status series_check(const series *self)
{
    const linclass_selection *selection = self->selection;
    if (selection->count == 0)
        return LINCLASS_OK;
    for (int64_t i = 0; i < selection->count; i++) {
        if (selection->models[i] != NULL)
            return LINCLASS_OK;
    }
    char last[sizeof self->ctx->message];
    memcpy(last, self->ctx->message, sizeof last);
    return context_fail(self->ctx, LINCLASS_ERROR_NUMERIC, "every fit diverged; the last: %s",
                        last);
}
