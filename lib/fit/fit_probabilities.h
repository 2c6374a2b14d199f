/* Class probabilities to fit to, in the place of labels or beside them. */
#ifndef FIT_FIT_PROBABILITIES_H
#define FIT_FIT_PROBABILITIES_H

#include "fit/fit_rows.h"

/* Read options->target_probabilities, when there are any, into rows, whose X has been read, and check
 * every row of them. Errors: INVALID_ARGUMENT (row, column and value), DIMENSION, STRUCT_SIZE, MEMORY. */
linclass_status fit_probabilities_read(linclass_context *ctx, const linclass_fit_options *options,
                                       fit_rows *rows);

/* The classes of a fit without labels: 0..k-1, or those of the model it starts from; each row's is its
 * most probable one, the lowest among equals. Errors: DIMENSION, MEMORY. */
linclass_status fit_probabilities_classes(linclass_context *ctx,
                                          const linclass_fit_options *options, fit_rows *rows,
                                          fit_classes *classes);

/* DIMENSION unless there are as many columns as classes. */
linclass_status fit_probabilities_check(linclass_context *ctx, const fit_rows *rows,
                                        const fit_classes *classes);

#endif
