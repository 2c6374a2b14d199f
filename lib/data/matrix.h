/* Matrix views: what a caller may pass, and where the first element is that is not finite. */
#ifndef DATA_MATRIX_H
#define DATA_MATRIX_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

/* Write a view into a caller's struct of `size` bytes, with the default scale: automatic, or 1 for programs of the
 * first release, which knew no other. */
linclass_status matrix_describe(linclass_matrix *matrix, size_t size,
                                const linclass_matrix *described);

/* Read and check the caller's view into this library's struct; an automatic scale becomes 1. name: of the argument, for
 * the error message. Errors: INVALID_ARGUMENT (dtype, layout, NULL data, scale not finite, misaligned
 * data; base scores; CSR: row starts that descend, columns out of range or not ascending), DIMENSION (negative sizes,
 * extent overflows), STRUCT_SIZE. Looks at row starts and columns, never at the elements. */
linclass_status matrix_import(linclass_context *ctx, const char *name, const linclass_matrix *given,
                              linclass_matrix *view);

/* The same of a view that may have base scores, to be checked when their number is known, and an automatic scale,
 * 0, which the caller is to set. */
linclass_status matrix_import_rows(linclass_context *ctx, const char *name,
                                   const linclass_matrix *given, linclass_matrix *view);

/* Check the base scores of a view, `columns` in each row. Errors: DIMENSION (offset_stride is too small, or they
 * extend too far), NON_FINITE, INVALID_ARGUMENT (misaligned). */
linclass_status matrix_check_offset(linclass_context *ctx, const char *name,
                                    const linclass_matrix *view, int64_t columns);

/* Whether the view has rows of elements with columns (CSR). */
static inline bool matrix_is_sparse(const linclass_matrix *view)
{
    return view->layout == LINCLASS_LAYOUT_CSR;
}

/* Check that a view is not sparse. Errors: INVALID_ARGUMENT, naming the argument. */
linclass_status matrix_check_dense(linclass_context *ctx, const char *name,
                                   const linclass_matrix *view);

/* Return the number of elements that a sparse view has in its rows. */
static inline int64_t matrix_nonzeros(const linclass_matrix *view)
{
    return view->rows == 0 ? 0 : view->row_starts[view->rows] - view->row_starts[0];
}

/* Memory that is read soon: so many bytes. */
typedef struct row_memory {
    const void *first;
    int64_t bytes;
} row_memory;

/* Return the memory of rows first..first+count-1 of a view, for asking for it: {NULL, 0} for sparse rows, and where it
 * is not one piece, as that of rows far apart or along columns. */
row_memory matrix_row_memory(const linclass_matrix *view, int64_t first, int64_t count);

/* Find the first element, in row order within rows first..first+count-1, that is not finite, and
 * fail with NON_FINITE and its row, column and value; LINCLASS_OK when all are. For the
 * error message after a kernel found a row without a finite result: slow. */
linclass_status matrix_find_non_finite(linclass_context *ctx, const char *name,
                                       const linclass_matrix *view, int64_t first, int64_t count);

#endif
