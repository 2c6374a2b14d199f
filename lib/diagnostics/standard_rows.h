/* Rows as a fit to standardised columns had them: (x - mean) factor, in memory of their own. */
#ifndef DIAGNOSTICS_STANDARD_ROWS_H
#define DIAGNOSTICS_STANDARD_ROWS_H

#include <linclass/matrix.h>

#include "model/model.h"

/* Set *X, a view of the caller's rows, to one of the standardised columns of the model: of doubles where its elements
 * are, else of floats. *memory: to be released after an error too. Errors: MEMORY. */
linclass_status standard_rows_make(linclass_context *ctx, const linclass_model *model,
                                   linclass_matrix *X, void **memory);

#endif
