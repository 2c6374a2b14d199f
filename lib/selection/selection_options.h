/* The options of a path and of a learning-rate search, read, checked, and resolved. */
#ifndef SELECTION_SELECTION_OPTIONS_H
#define SELECTION_SELECTION_OPTIONS_H

#include <linclass/selection.h>

/* The caller's options (NULL: defaults), every member in its range; options->fit is not looked at.
 * Errors: INVALID_ARGUMENT naming the option, index and value; STRUCT_SIZE. */
linclass_status path_options_read(linclass_context *ctx, const linclass_path_options *given,
                                  linclass_path_options *options);
linclass_status learning_rate_options_read(linclass_context *ctx,
                                           const linclass_learning_rate_options *given,
                                           linclass_learning_rate_options *options);

/* count numbers from first to last, evenly spaced in their logarithms, both ends exact; the first
 * alone when count is 1. */
void spaced_evenly_in_logarithm(int64_t count, double first, double last, double *numbers);

#endif
