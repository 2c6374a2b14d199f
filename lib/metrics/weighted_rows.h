/* What the metrics over rows are given. */
#ifndef METRICS_WEIGHTED_ROWS_H
#define METRICS_WEIGHTED_ROWS_H

#include "core/arguments.h"

/* Check m rows with two values each, their weights, which may be NULL, and the output. Errors: those of
 * check_dimension, check_arrays and check_nonnegative. */
linclass_status check_weighted_rows(linclass_context *ctx, int64_t m, array_argument first,
                                    array_argument second, const double *sample_weights,
                                    array_argument output);

#endif
