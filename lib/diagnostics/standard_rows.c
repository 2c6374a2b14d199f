#include "diagnostics/standard_rows.h"

#include "core/context.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/row_block.h"

/* Where standardised elements are written to, in the type of the view that is made. */
typedef struct standard_rows {
    const linclass_model *model;
    bool wide;
    void *values;
} standard_rows;

static void put(const standard_rows *self, int64_t place, int64_t column, double value)
{
    const double standard =
        (value - self->model->column_mean[column]) * self->model->column_factor[column];
    if (self->wide)
        ((double *)self->values)[place] = standard;
    else
        ((float *)self->values)[place] = (float)standard;
}

static void put_sparse(const standard_rows *self, const linclass_matrix *X)
{
    const int64_t begin = X->row_starts[0];
    for (int64_t e = begin; e < X->row_starts[X->rows]; e++) {
        double value = X->scale;
        if (X->data != NULL)
            elements_convert_f64(X->dtype, X->data, e, 1, X->scale, 1, &value);
        put(self, e - begin, sparse_column(X, e), value);
    }
}

static linclass_status put_dense(linclass_context *ctx, const standard_rows *self,
                                 const linclass_matrix *X)
{
    double *buffer;
    const linclass_status status = context_allocate_doubles(ctx, X->cols, "a row of X", &buffer);
    for (int64_t i = 0; status == LINCLASS_OK && i < X->rows; i++) {
        const double *x = row_block_read_f64(X, i, 1, buffer).X;
        for (int64_t j = 0; j < X->cols; j++)
            put(self, i * X->cols + j, j, x[j]);
    }
    context_release(ctx, buffer);
    return status;
}

/* Row starts of their own, from 0: so the values need no place for elements before the first. */
static void move_starts(linclass_matrix *X, int64_t *starts)
{
    const int64_t begin = X->row_starts[0];
    for (int64_t i = 0; i <= X->rows; i++)
        starts[i] = X->row_starts[i] - begin;
    if (X->columns != NULL)
        X->columns = (const char *)X->columns + (size_t)begin * element_bytes(X->column_dtype);
    X->row_starts = starts;
}

linclass_status standard_rows_make(linclass_context *ctx, const linclass_model *model,
                                   linclass_matrix *X, void **memory)
{
    const bool sparse = matrix_is_sparse(X);
    const bool wide = X->dtype == LINCLASS_FLOAT64;
    const int64_t starts = sparse ? X->rows + 1 : 0;
    const int64_t elements = sparse ? matrix_nonzeros(X) : X->rows * X->cols;
    linclass_status status =
        context_allocate_array(ctx, starts + elements, sizeof(double), "standardised rows", memory);
    if (status != LINCLASS_OK)
        return status;
    const standard_rows rows = {model, wide, (double *)*memory + starts};
    if (sparse) {
        put_sparse(&rows, X);
        move_starts(X, *memory);
    } else {
        status = put_dense(ctx, &rows, X);
        X->row_stride = X->cols;
        X->col_stride = 1;
    }
    X->dtype = wide ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
    X->data = rows.values;
    X->scale = 1;
    return status;
}
