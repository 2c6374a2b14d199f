/* What a caller may pass as a CSR view. */
#ifndef DATA_CSR_CHECK_H
#define DATA_CSR_CHECK_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

/* Check the row starts and columns of a view whose other members are right, so that no element lies outside
 * the matrix. name: of the argument. Errors: INVALID_ARGUMENT, DIMENSION, naming row and position. */
linclass_status csr_check(linclass_context *ctx, const char *name, const linclass_matrix *view);

#endif
