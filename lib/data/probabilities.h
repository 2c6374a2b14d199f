/* Rows of probabilities of classes, that a fit may have in the place of labels. */
#ifndef DATA_PROBABILITIES_H
#define DATA_PROBABILITIES_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

/* Read the caller's view of `rows` rows of probabilities into this library's struct. name: for the error message.
 * Errors: those of matrix_import, INVALID_ARGUMENT (sparse), DIMENSION (another number of rows, no columns). */
linclass_status probabilities_import(linclass_context *ctx, const char *name,
                                     const linclass_matrix *given, int64_t rows,
                                     linclass_matrix *view);

/* Check every row: numbers >= 0 that sum to 1. Errors: INVALID_ARGUMENT, MEMORY. */
linclass_status probabilities_check(linclass_context *ctx, const char *name,
                                    const linclass_matrix *view);

/* The column of the largest probability of each row, the lowest among equals. Errors: MEMORY. */
linclass_status probabilities_best(linclass_context *ctx, const linclass_matrix *view,
                                   int64_t *columns);

#endif
