/* A path: fits to one problem under a descending list of penalties. */
#ifndef SELECTION_PENALTY_PATH_H
#define SELECTION_PENALTY_PATH_H

#include "fit/fit_problem.h"
#include "selection/series.h"

typedef struct path_start {
    linclass_path_options options; /* read */
    fit_problem problem;           /* over all rows */
    double *lambdas;               /* options.count, given or made */
    linclass_selection *selection; /* NULL before path_fit_all */
    series series;
} path_start;

/* Read the options, make the problem over all rows and the lambdas. Errors: those of linclass_fit_path.
 * To be ended whatever the status; the selection is then destroyed unless it has been taken out (NULL
 * put there). */
linclass_status path_begin(path_start *self, linclass_context *ctx, const linclass_matrix *X,
                           const int64_t *y, const linclass_path_options *options);
void path_end(path_start *self);

/* Called after each fit of a path, with problem->parameters its result. */
typedef linclass_status (*path_visitor)(series *fits, fit_problem *problem, int64_t index,
                                        const linclass_fit_report *report, void *user);

/* Fit the problem for the first `count` lambdas, starting from its initial model or the null model, and
 * visit each. Returns LINCLASS_OK at the end of the list, otherwise the reason for an early end. */
linclass_status path_fit(series *fits, fit_problem *problem, double l1_ratio, int64_t count,
                         path_visitor visit, void *user);

/* Make the selection, with room for the figures of so many folds, and fit the path to all rows. */
linclass_status path_fit_all(path_start *self, int64_t folds);

#endif
