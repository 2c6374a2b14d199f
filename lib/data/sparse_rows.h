/* Rows of a CSR view, as a row block refers to them. */
#ifndef DATA_SPARSE_ROWS_H
#define DATA_SPARSE_ROWS_H

#include <stdint.h>

#include <linclass/matrix.h>

#include "core/range.h"

/* Row i of the block is row first + i of the view, or row numbers[i] where there are numbers. */
typedef struct sparse_rows {
    const linclass_matrix *view; /* NULL: the block is dense */
    const int64_t *numbers;
    int64_t first;
} sparse_rows;

/* Return the elements of row i of the block. */
static inline element_range sparse_rows_range(const sparse_rows *self, int64_t i)
{
    const int64_t row = self->numbers == NULL ? self->first + i : self->numbers[i];
    return (element_range){self->view->row_starts[row], self->view->row_starts[row + 1]};
}

/* Return the column of an element. */
static inline int64_t sparse_column(const linclass_matrix *view, int64_t element)
{
    return view->column_dtype == LINCLASS_INT32 ? ((const int32_t *)view->columns)[element]
                                                : ((const int64_t *)view->columns)[element];
}

#endif
