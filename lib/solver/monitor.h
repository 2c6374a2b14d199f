/* What watches a fit: clock, limits, callback, and the figures on validation rows. */
#ifndef SOLVER_MONITOR_H
#define SOLVER_MONITOR_H

#include <linclass/fit.h>

#include "objective/objective.h"

typedef struct monitor {
    const linclass_fit_options *options;
    objective *validation; /* F without penalty over the validation rows, or NULL */
    int64_t max_iterations;
    double began; /* seconds on the monotonic clock */
    double validation_loss;
    double validation_error;
} monitor;

void monitor_begin(monitor *self, const linclass_fit_options *options, objective *validation,
                   int64_t max_iterations);

/* Seconds since monitor_begin. */
double monitor_seconds(const monitor *self);

/* TIME_LIMIT when the time is over, else 0. Cheap. */
linclass_status monitor_time(const monitor *self);

/* Whether monitor_iteration needs values: someone listens. */
bool monitor_listens(const monitor *self);

/* Put loss and error of the validation rows, when there are any, into the monitor. */
linclass_status monitor_validate(monitor *self, const double *parameters);

/* Report an iteration: evaluates the validation rows, calls the callback. progress holds what the
 * solver knows (iteration, objective, loss, error, gradient_norm, learning_rate). Returns 0 to go
 * on, STOPPED_BY_CALLBACK, TIME_LIMIT, or an error. */
linclass_status monitor_iteration(monitor *self, const double *parameters,
                                  linclass_progress *progress);

#endif
