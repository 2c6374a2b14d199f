#include "solver/monitor.h"

#include <math.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void monitor_begin(monitor *self, const linclass_fit_options *options, objective *validation,
                   int64_t max_iterations)
{
    *self = (monitor){
        .options = options,
        .validation = validation,
        .max_iterations = max_iterations,
        .began = now(),
        .validation_loss = NAN,
        .validation_error = NAN,
    };
}

double monitor_seconds(const monitor *self)
{
    return now() - self->began;
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

linclass_status monitor_validate(monitor *self, const double *parameters)
{
    if (self->validation == NULL)
        return LINCLASS_OK;
    objective_value value;
    const linclass_status status =
        self->validation->methods->evaluate(self->validation, parameters, &value, NULL);
    if (status == LINCLASS_OK) {
        self->validation_loss = value.loss;
        self->validation_error = value.error;
    }
    return status;
}

linclass_status monitor_iteration(monitor *self, const double *parameters,
                                  linclass_progress *progress)
{
    if (!monitor_listens(self))
        return monitor_time(self);
    const linclass_status status = monitor_validate(self, parameters);
    if (status != LINCLASS_OK)
        return status;
    progress->size = sizeof *progress;
    progress->max_iterations = self->max_iterations;
    progress->validation_loss = self->validation_loss;
    progress->validation_error = self->validation_error;
    progress->seconds = monitor_seconds(self);
    if (self->options->progress(progress, self->options->progress_user) != 0)
        return LINCLASS_STOPPED_BY_CALLBACK;
    return monitor_time(self);
}
