/* Matrix views: what a caller may pass, and where the first element is that is not finite. */
#ifndef DATA_MATRIX_H
#define DATA_MATRIX_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

/* Read and check the caller's view into this library's struct. name: of the argument, for the
 * error message. Errors: INVALID_ARGUMENT (dtype, NULL data, scale not finite or 0, misaligned data),
 * DIMENSION (negative sizes, extent overflows), STRUCT_SIZE. Does not look at the elements. */
linclass_status matrix_import(linclass_context *ctx, const char *name, const linclass_matrix *given,
                              linclass_matrix *view);

/* Bytes of an element; 0 for an unknown dtype. */
size_t matrix_element_bytes(int32_t dtype);

/* Find the first element, in row order within rows first..first+count-1, that is not finite, and
 * fail with NON_FINITE and its row, column and value; LINCLASS_OK when all are. For the
 * error message after a kernel found a row without a finite result: slow. */
linclass_status matrix_find_non_finite(linclass_context *ctx, const char *name,
                                       const linclass_matrix *view, int64_t first, int64_t count);

#endif
