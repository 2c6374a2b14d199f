/* Reading a matrix view a block of rows at a time, in the working precision. */
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

/* matrix_rows_*      rows first..first+count-1 as a row-major block: the view's own memory when it is
 *                    that already (*ld is then its row stride), else converted into buffer, which
 *                    has room for count x cols (*ld is then max(1, cols))
 * matrix_gather_*    the same for the rows rows[0..count-1], always into buffer, ld = max(1, cols);
 *                    a row has the same bits as from matrix_rows_*
 * matrix_in_place_*  whether matrix_rows_* returns the view's own memory */
const float *matrix_rows_f32(const linclass_matrix *view, int64_t first, int64_t count,
                             float *buffer, int64_t *ld);
const double *matrix_rows_f64(const linclass_matrix *view, int64_t first, int64_t count,
                              double *buffer, int64_t *ld);
void matrix_gather_f32(const linclass_matrix *view, const int64_t *rows, int64_t count,
                       float *buffer);
void matrix_gather_f64(const linclass_matrix *view, const int64_t *rows, int64_t count,
                       double *buffer);
int matrix_in_place_f32(const linclass_matrix *view);
int matrix_in_place_f64(const linclass_matrix *view);

#ifdef REAL_BITS /* in *_tmpl.c */
#define matrix_rows     REAL(matrix_rows)
#define matrix_gather   REAL(matrix_gather)
#define matrix_in_place REAL(matrix_in_place)
#endif

#endif
