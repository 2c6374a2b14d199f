/* Choice of a candidate: means over folds, the smallest of them, and the one-standard-error rule. */
#ifndef SELECTION_CHOOSE_H
#define SELECTION_CHOOSE_H

#include "selection/selection.h"

/* Weighted mean and standard error of `folds` >= 2 figures, the formulas of selection.h. */
void choose_mean(int64_t folds, const double *figures, const double *weights, double *mean,
                 double *standard_error);

/* Return the index of the smallest number, of equal ones the first; -1 if all are NaN. */
int64_t choose_least(int64_t count, const double *numbers);

/* Return the first index whose mean is at most that of `best` plus its standard error. */
int64_t choose_one_standard_error(const double *means, const double *standard_errors, int64_t best);

/* After a path or a search: set best from the validation figures. The same, when the folds 0..finished-1
 * are done: set the candidates' means and, of those with a model, both choices; or both by the estimates on rows left
 * out. Errors: MEMORY. */
linclass_status choose_by_validation(linclass_context *ctx, linclass_selection *selection,
                                     int32_t select_by);
linclass_status choose_by_left_out(linclass_context *ctx, linclass_selection *selection,
                                   int32_t select_by);
linclass_status choose_by_folds(linclass_context *ctx, linclass_selection *selection,
                                int32_t select_by, int64_t finished);

#endif
