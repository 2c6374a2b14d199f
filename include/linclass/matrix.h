/* The matrix view: how the library reads a design matrix in place.
 *
 * A view owns nothing. In the strided layout, element (i, j) is `scale` times the number at
 * data[i * row_stride + j * col_stride], of the given dtype: row-major data has row_stride = ld and
 * col_stride = 1, column-major data row_stride = 1 and col_stride = ld; any other strides, including
 * negative ones, are allowed.
 *
 * In the CSR layout (compressed sparse rows), the elements of row i are those numbered
 * row_starts[i]..row_starts[i + 1] - 1: `scale` times data[e] in column columns[e]; all others are 0.
 *
 * The library converts one block of rows at a time into the working precision, never the whole matrix;
 * blocks that are in the working precision already are read in place. */
#ifndef LINCLASS_MATRIX_H
#define LINCLASS_MATRIX_H

#include <linclass/common.h>

LINCLASS_BEGIN_DECLS

/* Types of elements. Float16 is IEEE 754's binary16, bfloat16 the upper half of a float. */
enum {
    LINCLASS_UINT8 = 1,
    LINCLASS_FLOAT32 = 2,
    LINCLASS_FLOAT64 = 3,
    LINCLASS_INT8 = 4,
    LINCLASS_INT16 = 5,
    LINCLASS_UINT16 = 6,
    LINCLASS_FLOAT16 = 7,
    LINCLASS_BFLOAT16 = 8,
    LINCLASS_INT32 = 9,
    LINCLASS_INT64 = 10
};

enum { LINCLASS_LAYOUT_STRIDED = 0, LINCLASS_LAYOUT_CSR = 1 };

typedef struct linclass_matrix {
    size_t size;
    int32_t dtype;      /* LINCLASS_UINT8, ...: of the elements in `data` */
    int32_t layout;     /* LINCLASS_LAYOUT_* */
    int64_t rows;       /* m >= 0 */
    int64_t cols;       /* n >= 0; CSR: at most 2^31 - 1 */
    int64_t row_stride; /* strided: elements from (i, j) to (i + 1, j) */
    int64_t col_stride; /* strided: elements from (i, j) to (i, j + 1) */
    /* Strided: element (0, 0), NULL only when empty. CSR: the elements one after the other, or NULL:
     * each is 1. Aligned for its type. */
    const void *data;
    /* Factor of every element, finite. 0, the default: automatic. Then a fit multiplies bytes (uint8) by 1/255, unless
     * all are 0 or 1, and elements of other types by 1; validation rows by the same as the training rows; a model
     * multiplies rows by the scale of its fit (linclass_model_scale), in prediction, evaluation and diagnostics.
     * Elsewhere 1. */
    double scale;
    /* CSR: rows + 1 numbers, not descending, the first >= 0; elements before it are not read. NULL only
     * when rows is 0. */
    const int64_t *row_starts;
    /* CSR: the column of each element, 0..cols-1, ascending within a row, none twice. NULL only without
     * elements. Aligned for its type. */
    const void *columns;
    int32_t column_dtype; /* CSR: of `columns`, LINCLASS_INT32 or LINCLASS_INT64 */
    int32_t reserved;     /* 0 */
    /* Rows of samples: base scores, a known part of the scores of each row: m x k numbers, those of row i at
     * offset + i * offset_stride; of the losses of two classes with one score m numbers, of the larger label.
     * They are added to X theta + bias in a fit, on its validation rows, in predictions, evaluations,
     * calibrations and diagnostics; `scale` is not of them. Finite. NULL: none. Level 1 takes none. */
    const double *offset;
    int64_t offset_stride; /* doubles from row to row, >= k (or 1) where there is an offset */
} linclass_matrix;

/* Describe row-major data with leading dimension ld >= cols and automatic scale; the members may be changed
 * afterwards. size: sizeof *matrix.
 * Errors: INVALID_ARGUMENT (matrix is NULL, unknown dtype), DIMENSION (a negative size, ld too small);
 * *matrix is then unchanged. */
LINCLASS_API linclass_status linclass_matrix_init(linclass_matrix *matrix, size_t size,
                                                  int32_t dtype, int64_t rows, int64_t cols,
                                                  const void *data, int64_t ld);

/* Describe sparse rows with automatic scale; the members may be changed afterwards. size: sizeof *matrix. dtype:
 * of values, also where values is NULL (every element is 1). The arrays are as the members of
 * linclass_matrix say; they are checked when the view is used.
 * Errors: INVALID_ARGUMENT (matrix is NULL, unknown dtype or column_dtype), DIMENSION (a negative
 * size, cols too large); *matrix is then unchanged. */
LINCLASS_API linclass_status linclass_matrix_init_csr(linclass_matrix *matrix, size_t size,
                                                      int32_t dtype, int64_t rows, int64_t cols,
                                                      const int64_t *row_starts,
                                                      int32_t column_dtype, const void *columns,
                                                      const void *values);

LINCLASS_END_DECLS

#endif
