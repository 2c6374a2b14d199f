/* Rows by the model that would have been fitted without them. */
#ifndef DIAGNOSTICS_LEFT_OUT_H
#define DIAGNOSTICS_LEFT_OUT_H

#include <linclass/leave_one_out.h>

#include "diagnostics/known_rows.h"

/* Write the figures of *found, and, unless scores is NULL, the scores of each row, m x k. Errors: DIMENSION,
 * NON_FINITE, NUMERIC, MEMORY. */
linclass_status left_out_estimate(linclass_context *ctx, const known_rows *rows,
                                  linclass_leave_one_out *found, double *scores);

#endif
