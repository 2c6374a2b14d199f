/* The matrix view: how the library reads a design matrix in place.
 *
 * A view owns nothing. Element (i, j) is `scale` times the number at
 * data[i * row_stride + j * col_stride], of the given dtype: row-major data has row_stride = ld and
 * col_stride = 1, column-major data row_stride = 1 and col_stride = ld; any other strides, including
 * negative ones, are allowed. The library converts one block of rows at a time into the working
 * precision, never the whole matrix; blocks that are in the working precision already are read in place. */
#ifndef LINCLASS_MATRIX_H
#define LINCLASS_MATRIX_H

#include <linclass/common.h>

LINCLASS_BEGIN_DECLS

enum { LINCLASS_UINT8 = 1, LINCLASS_FLOAT32 = 2, LINCLASS_FLOAT64 = 3 };

typedef struct linclass_matrix {
    size_t size;
    int32_t dtype;      /* LINCLASS_UINT8, LINCLASS_FLOAT32, LINCLASS_FLOAT64 */
    int32_t reserved;   /* 0 */
    int64_t rows;       /* m >= 0 */
    int64_t cols;       /* n >= 0 */
    int64_t row_stride; /* elements from (i, j) to (i + 1, j) */
    int64_t col_stride; /* elements from (i, j) to (i, j + 1) */
    const void *data;   /* element (0, 0), aligned for its type; NULL only when empty */
    double scale;       /* finite, not 0: factor of every element */
} linclass_matrix;

/* Describe row-major data with leading dimension ld >= cols and scale 1; the members may be changed
 * afterwards. size: sizeof *matrix.
 * Errors: INVALID_ARGUMENT (matrix is NULL, unknown dtype), DIMENSION (a negative size, ld too small);
 * *matrix is then unchanged. */
LINCLASS_API linclass_status linclass_matrix_init(linclass_matrix *matrix, size_t size,
                                                  int32_t dtype, int64_t rows, int64_t cols,
                                                  const void *data, int64_t ld);

LINCLASS_END_DECLS

#endif
