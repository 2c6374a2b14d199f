/* The fits of a selection, one after another: the clock they share, the callback, the candidates. */
#ifndef SELECTION_SERIES_H
#define SELECTION_SERIES_H

#include <linclass/selection.h>

#include "fit/fit_problem.h"
#include "selection/selection.h"

typedef struct series {
    linclass_context *ctx;
    linclass_selection *selection; /* with room for a candidate for each value */
    const double *values;          /* selection->capacity: lambdas, or learning rates */
    linclass_selection_callback progress;
    void *progress_user;
    double began;       /* core/clock.h */
    double max_seconds; /* for all fits; 0: no limit */
    int64_t fold;       /* the one left out; -1: none */
} series;

/* Fit a problem from its parameters. LINCLASS_OK: it ended, *report says how, or it diverged: then
 * report->stopped_because is NUMERIC and the figures NaN. TIME_LIMIT, STOPPED_BY_CALLBACK: it was
 * ended before it was done, and so is the series. Errors: those of a fit. */
linclass_status series_fit(const series *self, fit_problem *problem, linclass_fit_report *report);

/* The next candidate, from a fit to all rows: its figures, and its model unless the fit diverged. */
linclass_status series_add(series *self, const fit_problem *problem,
                           const linclass_fit_report *report);

/* Call the callback for the fit of candidate `index`. Returns STOPPED_BY_CALLBACK if it asks to stop. */
linclass_status series_tell(const series *self, int64_t index, const linclass_fit_report *report,
                            double held_out_loss, double held_out_error);

/* Fail with NUMERIC, and the error message of the last fit, if there are candidates and none has a model. */
linclass_status series_check(const series *self);

#endif
