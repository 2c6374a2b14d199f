/* Where a fit starts: at the parameters of another model, whose classes are then those of the fit. */
#ifndef FIT_FIT_INITIAL_H
#define FIT_FIT_INITIAL_H

#include <linclass/context.h>
#include <linclass/fit.h>

#include "fit/fit_rows.h"

/* The model's labels as the classes of the fit. Errors: MEMORY. */
linclass_status fit_initial_classes(linclass_context *ctx, const linclass_model *initial,
                                    fit_classes *classes);

/* Whether options->initial, when there is one, is a model such as the fit is to make: its loss,
 * n features, with intercepts only where they are fitted. Errors: INVALID_ARGUMENT, DIMENSION. */
linclass_status fit_initial_check(linclass_context *ctx, const linclass_fit_options *options,
                                  int64_t n);

#endif
