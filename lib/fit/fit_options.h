/* The options of a fit, read, checked, and resolved. */
#ifndef FIT_FIT_OPTIONS_H
#define FIT_FIT_OPTIONS_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/fit.h>

/* The caller's options (NULL: defaults), every member in its range, the schedule's decay resolved.
 * Errors: INVALID_ARGUMENT naming
 * the option and the value, UNSUPPORTED, STRUCT_SIZE. */
linclass_status fit_options_read(linclass_context *ctx, const linclass_fit_options *given,
                                 linclass_fit_options *options);

/* The same for a fit over parts, which have validation parts or not where options have validation_X. */
linclass_status fit_options_read_for_parts(linclass_context *ctx, const linclass_fit_options *given,
                                           bool with_validation, linclass_fit_options *options);

/* The working precision for data of a dtype. */
int32_t fit_options_dtype(const linclass_fit_options *options, int32_t data_dtype);

#endif
