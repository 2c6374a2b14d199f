/* The matrix view: what a caller may hand in, and where its first non-finite element is. */
#include "data/matrix.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "core/context.h"
#include "core/versioned.h"
#include "data/csr_check.h"
#include "data/elements.h"
#include "data/sparse_rows.h"

static const linclass_matrix EMPTY = {
    .size = sizeof(linclass_matrix), .dtype = LINCLASS_FLOAT32, .col_stride = 1};

linclass_status matrix_describe(linclass_matrix *matrix, size_t size,
                                const linclass_matrix *described)
{
    linclass_matrix view = *described;
    view.scale = size > FIRST_MATRIX ? 0 : 1;
    return versioned_init(matrix, size, &view, sizeof view, FIRST_MATRIX);
}

/* Member by member, which can be read at once: what is written as a whole, by an instruction that is slow, or copied as
 * soon as it is written, takes a tenth of the time of a call for one row. */
static void describe_rows(linclass_matrix *view, int32_t dtype, int64_t rows, int64_t cols,
                          const void *data, int64_t ld)
{
    view->size = sizeof *view;
    view->dtype = dtype;
    view->layout = LINCLASS_LAYOUT_STRIDED;
    view->rows = rows;
    view->cols = cols;
    view->row_stride = ld;
    view->col_stride = 1;
    view->data = data;
    view->scale = 0;
    view->row_starts = NULL;
    view->columns = NULL;
    view->column_dtype = 0;
    view->reserved = 0;
    view->offset = NULL;
    view->offset_stride = 0;
}

/* That of a program compiled with another release. */
static __attribute__((noinline)) linclass_status init_other_size(linclass_matrix *matrix,
                                                                 size_t size, int32_t dtype,
                                                                 int64_t rows, int64_t cols,
                                                                 const void *data, int64_t ld)
{
    linclass_matrix described;
    describe_rows(&described, dtype, rows, cols, data, ld);
    return matrix_describe(matrix, size, &described);
}

linclass_status linclass_matrix_init(linclass_matrix *matrix, size_t size, int32_t dtype,
                                     int64_t rows, int64_t cols, const void *data, int64_t ld)
{
    if (matrix == NULL || size < FIRST_MATRIX || element_bytes(dtype) == 0)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (rows < 0 || cols < 0 || ld < cols)
        return LINCLASS_ERROR_DIMENSION;
    if (size != sizeof *matrix)
        return init_other_size(matrix, size, dtype, rows, cols, data, ld);
    describe_rows(matrix, dtype, rows, cols, data, ld);
    return LINCLASS_OK;
}

linclass_status linclass_matrix_init_csr(linclass_matrix *matrix, size_t size, int32_t dtype,
                                         int64_t rows, int64_t cols, const int64_t *row_starts,
                                         int32_t column_dtype, const void *columns,
                                         const void *values)
{
    if (matrix == NULL || size < FIRST_MATRIX || element_bytes(dtype) == 0 ||
        (column_dtype != LINCLASS_INT32 && column_dtype != LINCLASS_INT64))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (rows < 0 || cols < 0 || cols > INT32_MAX)
        return LINCLASS_ERROR_DIMENSION;
    linclass_matrix described = EMPTY;
    described.layout = LINCLASS_LAYOUT_CSR;
    described.dtype = dtype;
    described.rows = rows;
    described.cols = cols;
    described.data = values;
    described.row_starts = row_starts;
    described.columns = columns;
    described.column_dtype = column_dtype;
    return matrix_describe(matrix, size, &described);
}

/* Whether every element's distance from element (0, 0), in bytes, and the size of the matrix
 * converted to double are representable. */
static bool extent_fits(const linclass_matrix *view, size_t element)
{
    size_t converted;
    int64_t down;
    int64_t across;
    int64_t corner;
    int64_t bytes;
    return checked_bytes(view->rows, view->cols, sizeof(double), &converted) &&
           !__builtin_mul_overflow(view->rows - 1, view->row_stride, &down) &&
           !__builtin_mul_overflow(down, (int64_t)element, &bytes) &&
           !__builtin_mul_overflow(view->cols - 1, view->col_stride, &across) &&
           !__builtin_mul_overflow(across, (int64_t)element, &bytes) &&
           !__builtin_add_overflow(down, across, &corner) &&
           !__builtin_mul_overflow(corner, (int64_t)element, &bytes);
}

static linclass_status check_members(linclass_context *ctx, const char *name,
                                     const linclass_matrix *view, size_t element)
{
    if (element == 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.dtype is %d, no type of elements such as LINCLASS_FLOAT32", name,
                            (int)view->dtype);
    if (view->layout != LINCLASS_LAYOUT_STRIDED && view->layout != LINCLASS_LAYOUT_CSR)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.layout is %d, neither LINCLASS_LAYOUT_STRIDED nor "
                            "LINCLASS_LAYOUT_CSR",
                            name, (int)view->layout);
    if (view->reserved != 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s.reserved is %d, not 0", name,
                            (int)view->reserved);
    if (!isfinite(view->scale))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.scale is %g, not a finite number", name, view->scale);
    if (view->rows < 0 || view->cols < 0)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s has %lld rows and %lld columns, a negative number", name,
                            (long long)view->rows, (long long)view->cols);
    return LINCLASS_OK;
}

static linclass_status check_elements(linclass_context *ctx, const char *name,
                                      const linclass_matrix *view, size_t element)
{
    assert(element > 0);
    if (view->rows == 0 || view->cols == 0)
        return LINCLASS_OK;
    if (view->data == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.data is NULL, for %lld x %lld elements", name,
                            (long long)view->rows, (long long)view->cols);
    if ((uintptr_t)view->data % element != 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.data is %p, not aligned to its elements of %zu bytes", name,
                            view->data, element);
    if (!extent_fits(view, element))
        return context_fail(
            ctx, LINCLASS_ERROR_DIMENSION,
            "%s is too large: %lld rows at stride %lld, %lld columns at stride %lld", name,
            (long long)view->rows, (long long)view->row_stride, (long long)view->cols,
            (long long)view->col_stride);
    return LINCLASS_OK;
}

linclass_status matrix_import_rows(linclass_context *ctx, const char *name,
                                   const linclass_matrix *given, linclass_matrix *view)
{
    if (given == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL", name);
    linclass_status status =
        versioned_read(ctx, name, given, view, &EMPTY, sizeof EMPTY, FIRST_MATRIX);
    const size_t element = element_bytes(view->dtype);
    if (status == LINCLASS_OK)
        status = check_members(ctx, name, view, element);
    if (status == LINCLASS_OK)
        status = matrix_is_sparse(view) ? csr_check(ctx, name, view)
                                        : check_elements(ctx, name, view, element);
    return status;
}

linclass_status matrix_import(linclass_context *ctx, const char *name, const linclass_matrix *given,
                              linclass_matrix *view)
{
    const linclass_status status = matrix_import_rows(ctx, name, given, view);
    if (status == LINCLASS_OK && view->offset != NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "%s.offset is not NULL: no base scores are taken here", name);
    if (status == LINCLASS_OK && view->scale == 0)
        view->scale = 1;
    return status;
}

linclass_status matrix_check_offset(linclass_context *ctx, const char *name,
                                    const linclass_matrix *view, int64_t columns)
{
    int64_t last;
    int64_t bytes;
    if (view->offset == NULL || view->rows == 0)
        return LINCLASS_OK;
    if ((uintptr_t)view->offset % sizeof(double) != 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s.offset is not aligned", name);
    if (view->offset_stride < columns ||
        __builtin_mul_overflow(view->rows - 1, view->offset_stride, &last) ||
        __builtin_add_overflow(last, columns, &last) ||
        __builtin_mul_overflow(last, (int64_t)sizeof(double), &bytes))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s.offset_stride is %lld, for %lld rows of %lld base scores", name,
                            (long long)view->offset_stride, (long long)view->rows,
                            (long long)columns);
    for (int64_t i = 0; i < view->rows; i++) {
        for (int64_t j = 0; j < columns; j++) {
            const double value = view->offset[i * view->offset_stride + j];
            if (!isfinite(value))
                return context_fail(ctx, LINCLASS_ERROR_NON_FINITE,
                                    "%s.offset[%lld, %lld] is %g, not a finite number", name,
                                    (long long)i, (long long)j, value);
        }
    }
    return LINCLASS_OK;
}

linclass_status matrix_check_dense(linclass_context *ctx, const char *name,
                                   const linclass_matrix *view)
{
    if (!matrix_is_sparse(view))
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "%s.layout is LINCLASS_LAYOUT_CSR; a strided matrix is required", name);
}

static double value_at(const linclass_matrix *view, int64_t index)
{
    return view->data == NULL ? view->scale
                              : element_value(view->dtype, view->data, index) * view->scale;
}

static linclass_status fail_non_finite(linclass_context *ctx, const char *name, int64_t row,
                                       int64_t col, double value)
{
    return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "%s[%lld, %lld] is %g, not a finite number",
                        name, (long long)row, (long long)col, value);
}

linclass_status matrix_find_non_finite(linclass_context *ctx, const char *name,
                                       const linclass_matrix *view, int64_t first, int64_t count)
{
    if (!element_may_be_non_finite(view->dtype) && isfinite(view->scale * 0x1p63))
        return LINCLASS_OK;
    for (int64_t row = first; row < first + count; row++) {
        const bool sparse = matrix_is_sparse(view);
        const int64_t elements =
            sparse ? view->row_starts[row + 1] - view->row_starts[row] : view->cols;
        for (int64_t i = 0; i < elements; i++) {
            const int64_t index =
                sparse ? view->row_starts[row] + i : row * view->row_stride + i * view->col_stride;
            const double value = value_at(view, index);
            if (!isfinite(value))
                return fail_non_finite(ctx, name, row, sparse ? sparse_column(view, index) : i,
                                       value);
        }
    }
    return LINCLASS_OK;
}

row_memory matrix_row_memory(const linclass_matrix *view, int64_t first, int64_t count)
{
    const int64_t between = view->row_stride - view->cols;
    if (matrix_is_sparse(view) || count <= 0 || (view->col_stride != 1 && view->cols > 1) ||
        between < 0 || between > view->cols / 4)
        return (row_memory){NULL, 0};
    const int64_t element = (int64_t)element_bytes(view->dtype);
    return (row_memory){(const char *)view->data + first * view->row_stride * element,
                        count * view->row_stride * element};
}
