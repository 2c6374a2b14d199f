/* Early stopping: the fit ends when the validation loss has increased for more than `patience`
 * consecutive measurements, each held against the one before. The parameters of the least loss are
 * kept as they come, so that stopping late costs time and nothing else. */
#include "solver/monitor.h"

#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/context.h"

linclass_status monitor_begin(monitor *self, linclass_context *ctx,
                              const linclass_fit_options *options, objective *validation,
                              int64_t max_iterations)
{
    *self = (monitor){
        .ctx = ctx,
        .options = options,
        .validation = validation,
        .max_iterations = max_iterations,
        .began = clock_seconds(),
        .validation_loss = NAN,
        .validation_error = NAN,
        .best_loss = INFINITY,
    };
    if (options->patience == 0)
        return LINCLASS_OK;
    return context_allocate_doubles(ctx, validation->parameters, "the best parameters",
                                    &self->best);
}

void monitor_end(monitor *self)
{
    context_release(self->ctx, self->best);
}

double monitor_seconds(const monitor *self)
{
    return clock_seconds() - self->began;
}

linclass_status monitor_time(const monitor *self)
{
    const double limit = self->options->max_seconds;
    return limit > 0 && monitor_seconds(self) >= limit ? LINCLASS_TIME_LIMIT : LINCLASS_OK;
}

bool monitor_listens(const monitor *self)
{
    return self->options->progress != NULL;
}

bool monitor_watches(const monitor *self)
{
    return monitor_listens(self) || self->best != NULL;
}

linclass_status monitor_validate(monitor *self, const double *parameters)
{
    if (self->validation == NULL)
        return LINCLASS_OK;
    objective_value value;
    const linclass_status status =
        self->validation->methods->evaluate(self->validation, NULL, parameters, &value, NULL);
    if (status == LINCLASS_OK) {
        self->validation_loss = value.loss;
        self->validation_error = value.error;
    }
    return status;
}

/* Keep the parameters when their validation loss, just measured, is the least so far. */
static void keep_best(monitor *self, const double *parameters, int64_t iteration)
{
    if (self->best == NULL || !(self->validation_loss < self->best_loss))
        return;
    memcpy(self->best, parameters, (size_t)self->validation->parameters * sizeof(double));
    self->best_loss = self->validation_loss;
    self->best_iteration = iteration;
}

linclass_status monitor_iteration(monitor *self, const double *parameters,
                                  linclass_progress *progress)
{
    if (!monitor_watches(self))
        return monitor_time(self);
    const double before = self->validation_loss;
    const linclass_status status = monitor_validate(self, parameters);
    if (status != LINCLASS_OK)
        return status;
    self->increases = self->validation_loss > before ? self->increases + 1 : 0;
    keep_best(self, parameters, progress->iteration);
    progress->size = sizeof *progress;
    progress->max_iterations = self->max_iterations;
    progress->validation_loss = self->validation_loss;
    progress->validation_error = self->validation_error;
    progress->seconds = monitor_seconds(self);
    if (monitor_listens(self) &&
        self->options->progress(progress, self->options->progress_user) != 0)
        return LINCLASS_STOPPED_BY_CALLBACK;
    if (self->best != NULL && self->increases > self->options->patience)
        return LINCLASS_EARLY_STOPPED;
    return monitor_time(self);
}

linclass_status monitor_finish(monitor *self, int64_t iterations, double *parameters,
                               bool *replaced)
{
    *replaced = false;
    const linclass_status status = monitor_validate(self, parameters);
    if (status != LINCLASS_OK || self->best == NULL)
        return status;
    if (self->validation_loss <= self->best_loss) {
        self->best_iteration = iterations;
        return LINCLASS_OK;
    }
    memcpy(parameters, self->best, (size_t)self->validation->parameters * sizeof(double));
    *replaced = true;
    return monitor_validate(self, parameters);
}
