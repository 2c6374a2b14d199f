/* Estimates on rows left out one by one, for the candidates of a path. */
#ifndef SELECTION_PATH_LEAVE_ONE_OUT_H
#define SELECTION_PATH_LEAVE_ONE_OUT_H

#include "selection/penalty_path.h"

/* Refuse fits whose rows cannot be left out. Errors: UNSUPPORTED. */
linclass_status leave_one_out_check(linclass_context *ctx, const linclass_fit_options *fit);

/* Set the estimates of a candidate that has been added; NaN if it has no model or its Hessian is singular. Errors:
 * those of left_out_estimate but NUMERIC. */
linclass_status leave_one_out_candidate(const path_start *path, int64_t index);

#endif
