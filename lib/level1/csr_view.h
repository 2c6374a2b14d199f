/* The X of the functions of level 1 for sparse rows. */
#ifndef LEVEL1_CSR_VIEW_H
#define LEVEL1_CSR_VIEW_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

#include "core/arguments.h"

enum { CSR_ARRAYS = 3 };

/* Read and check a caller's view, and describe its arrays: an output must not overlap them. Errors: those of
 * matrix_import, INVALID_ARGUMENT where it is not CSR. */
linclass_status csr_view_import(linclass_context *ctx, const linclass_matrix *given,
                                linclass_matrix *view, array_argument arrays[CSR_ARRAYS]);

#endif
