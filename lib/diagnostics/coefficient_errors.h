/* Standard errors, of an information matrix whose sums over the rows someone makes. */
#ifndef DIAGNOSTICS_COEFFICIENT_ERRORS_H
#define DIAGNOSTICS_COEFFICIENT_ERRORS_H

#include <linclass/standard_errors.h>

#include "diagnostics/information_matrix.h"

/* Who sums over the rows: information_matrix_make and information_matrix_score_change. Errors: those of the rows. */
typedef struct information_source {
    void *owner;
    linclass_status (*make)(void *owner, information_matrix *self);
    linclass_status (*score_change)(void *owner, information_matrix *self, const double *direction,
                                    double *largest);
} information_source;

/* Make the matrix, invert it, and write what is wanted of the errors. Errors: NUMERIC, MEMORY, those of the rows. */
linclass_status coefficient_errors(information_matrix *self, const information_source *rows,
                                   linclass_standard_errors *found);

/* Read what a caller wants of a model, and check both. Errors: INVALID_ARGUMENT, UNSUPPORTED, STRUCT_SIZE. */
linclass_status standard_errors_read(linclass_context *ctx, const linclass_model *model,
                                     const linclass_standard_errors *errors,
                                     linclass_standard_errors *found);

#endif
