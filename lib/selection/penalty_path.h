/* A path: fits to one problem under a descending list of penalties. */
#ifndef SELECTION_PENALTY_PATH_H
#define SELECTION_PENALTY_PATH_H

#include "fit/fit_problem.h"
#include "selection/series.h"

typedef struct path_start {
    linclass_path_options options; /* read */
    const linclass_matrix *X;      /* as the caller gave them */
    const int64_t *y;
    fit_problem problem;           /* over all rows */
    double *lambdas;               /* options.count, given or made */
    linclass_selection *selection; /* NULL before path_fit_all */
    series series;
} path_start;

/* Called after each fit of a path, with problem->parameters its result. */
typedef linclass_status (*path_visitor)(series *fits, fit_problem *problem, int64_t index,
                                        const linclass_fit_report *report, void *user);

/* Fit the problem for the first `count` lambdas, starting from its initial model or the null model, and
 * visit each. Returns LINCLASS_OK at the end of the list, otherwise the reason for an early end. */
linclass_status path_fit(series *fits, fit_problem *problem, double l1_ratio, int64_t count,
                         path_visitor visit, void *user);

/* What linclass_fit_path and linclass_cross_validate are: begin a path, fit by `run`, and hand over the selection
 * unless that failed. */
linclass_status path_select(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                            const linclass_path_options *options, linclass_selection **selection,
                            linclass_status (*run)(path_start *self));

/* Make the selection, with room for the figures of so many folds, and fit the path to all rows. */
linclass_status path_fit_all(path_start *self, int64_t folds);

#endif
