/* Supervision of a fit: clock, limits, callback, the figures on validation rows, and early stopping. */
#ifndef SOLVER_MONITOR_H
#define SOLVER_MONITOR_H

#include <linclass/fit.h>

#include "objective/objective.h"

typedef struct monitor {
    linclass_context *ctx;
    const linclass_fit_options *options;
    objective *validation; /* F without penalty over the validation rows, or NULL */
    int64_t max_iterations;
    double began;           /* seconds on the monotonic clock */
    double validation_loss; /* as measured last; NaN before */
    double validation_error;

    int64_t increases;      /* of the validation loss, consecutive, up to the last measurement */
    double *best;           /* with patience: the parameters of the least validation loss so far */
    double best_loss;       /* infinity before the first measurement */
    int64_t best_iteration; /* 0 before */
} monitor;

/* options->patience > 0 needs validation. Errors: MEMORY. */
linclass_status monitor_begin(monitor *self, linclass_context *ctx,
                              const linclass_fit_options *options, objective *validation,
                              int64_t max_iterations);
void monitor_end(monitor *self);

/* Return the seconds since monitor_begin. */
double monitor_seconds(const monitor *self);

/* Return TIME_LIMIT if the time limit has been reached, otherwise 0. Cheap. */
linclass_status monitor_time(const monitor *self);

/* Whether monitor_iteration looks at the parameters of every iteration. */
bool monitor_watches(const monitor *self);

/* Whether it needs the values besides: someone listens. */
bool monitor_listens(const monitor *self);

/* Put loss and error of the validation rows, when there are any, into the monitor. */
linclass_status monitor_validate(monitor *self, const double *parameters);

/* Report an iteration: evaluates the validation rows, calls the callback. progress holds what the
 * solver knows (iteration, and where someone listens objective, loss, error, gradient_norm,
 * learning_rate). Returns 0 to go on, STOPPED_BY_CALLBACK, EARLY_STOPPED, TIME_LIMIT, or an error. */
linclass_status monitor_iteration(monitor *self, const double *parameters,
                                  linclass_progress *progress);

/* The end of a fit: measure the validation rows at its parameters; with patience, put the best ones
 * in their place where they are better, and say so. */
linclass_status monitor_finish(monitor *self, int64_t iterations, double *parameters,
                               bool *replaced);

#endif
