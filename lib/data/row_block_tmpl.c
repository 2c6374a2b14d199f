/* Rows of a view in the working precision `real`: a row has the same bits whether it is read in order or
 * gathered (elements_tmpl.c). Sparse rows are always where they are.
 *
 * Strides: rows that are contiguous are converted as runs. Where the step down a column is shorter
 * than the step along a row (column-major data), a tile of columns is converted run by run into a
 * small square that stays in L1 and is written out transposed: each cache line is touched once in
 * either matrix, and strides that are powers of two do not evict the lines in use. */
#include "data/row_block.h"

#include <assert.h>
#include <string.h>

#include "core/minimum.h"
#include "core/real.h"
#include "data/elements.h"
#include "data/matrix.h"

enum { TILE = 32, CACHE_LINE = 64, ROWS_AHEAD = 4, BYTES_AHEAD = 4096 };

/* out[i] = element at data[offset + i * stride], i < count. */
static void convert(const linclass_matrix *view, int64_t offset, int64_t stride, int64_t count,
                    real *restrict out)
{
    elements_convert(view->dtype, view->data, offset, stride, view->scale, count, out);
}

/* Rows first..first+count-1, each along its row. */
static void convert_by_rows(const linclass_matrix *view, int64_t first, int64_t count, real *buffer,
                            int64_t ld)
{
    for (int64_t i = 0; i < count; i++)
        convert(view, (first + i) * view->row_stride, view->col_stride, view->cols,
                buffer + i * ld);
}

/* The rows x cols elements from data[offset], at most TILE x TILE of them, down the columns. */
static void convert_tile(const linclass_matrix *view, int64_t offset, int64_t rows, int64_t cols,
                         real *block, int64_t ld)
{
    real tile[TILE][TILE];
    for (int64_t j = 0; j < cols; j++)
        convert(view, offset + j * view->col_stride, view->row_stride, rows, tile[j]);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++)
            block[i * ld + j] = tile[j][i];
}

static void convert_by_columns(const linclass_matrix *view, int64_t first, int64_t count,
                               real *buffer, int64_t ld)
{
    for (int64_t i = 0; i < count; i += TILE)
        for (int64_t j = 0; j < view->cols; j += TILE)
            convert_tile(view, (first + i) * view->row_stride + j * view->col_stride,
                         lesser(TILE, count - i), lesser(TILE, view->cols - j), buffer + i * ld + j,
                         ld);
}

static int64_t block_ld(const linclass_matrix *view)
{
    return view->cols > 0 ? view->cols : 1;
}

/* Of any stride: that of a single row may be the least integer, whose negative is none. */
static uint64_t magnitude(int64_t stride)
{
    return stride < 0 ? -(uint64_t)stride : (uint64_t)stride;
}

static int by_columns(const linclass_matrix *view)
{
    return magnitude(view->row_stride) < magnitude(view->col_stride);
}

static bool is_dense_in_place(const linclass_matrix *view)
{
    return view->dtype == REAL_DTYPE && view->scale == 1 &&
           (view->col_stride == 1 || view->cols <= 1) && view->row_stride >= block_ld(view);
}

bool row_block_in_place(const linclass_matrix *view)
{
    return matrix_is_sparse(view) || is_dense_in_place(view);
}

row_block row_block_read(const linclass_matrix *view, int64_t first, int64_t count, real *buffer)
{
    row_block block = {.rows = count, .cols = view->cols};
    if (matrix_is_sparse(view)) {
        block.sparse = (sparse_rows){view, NULL, first};
        return block;
    }
    if (is_dense_in_place(view)) {
        block.ldx = view->row_stride;
        block.X = (const real *)view->data + first * view->row_stride;
        block.cold = true;
        return block;
    }
    block.ldx = block_ld(view);
    block.X = buffer;
    if (by_columns(view))
        convert_by_columns(view, first, count, buffer, block.ldx);
    else
        convert_by_rows(view, first, count, buffer, block.ldx);
    return block;
}

row_block row_block_part(const row_block *self, int64_t first, int64_t count)
{
    row_block part = *self;
    part.rows = count;
    if (self->sparse.view == NULL)
        part.X += first * self->ldx;
    else if (self->sparse.numbers == NULL)
        part.sparse.first += first;
    else
        part.sparse.numbers += first;
    return part;
}

row_block row_block_columns(const row_block *self, int64_t first, int64_t count)
{
    assert(self->sparse.view == NULL);
    return (row_block){.rows = self->rows, .cols = count, .X = self->X + first, .ldx = self->ldx};
}

/* The hardware prefetcher follows only sequential reads, not rows picked at random. This halves the time of a
 * gather. */
void row_block_prefetch(const linclass_matrix *view, int64_t row)
{
    if (view->col_stride != 1)
        return;
    const int64_t element = (int64_t)element_bytes(view->dtype);
    const char *const begin = (const char *)view->data + row * view->row_stride * element;
    for (int64_t byte = 0; byte < lesser(view->cols * element, BYTES_AHEAD); byte += CACHE_LINE)
        __builtin_prefetch(begin + byte);
}

/* A tile of columns at a time where rows are scattered in memory: the pages of TILE columns stay in
 * the translation buffer while all the rows are picked from them. */
row_block row_block_gather(const linclass_matrix *view, const int64_t *numbers, int64_t count,
                           real *buffer)
{
    if (matrix_is_sparse(view))
        return (row_block){.rows = count, .cols = view->cols, .sparse = {view, numbers, 0}};
    const int64_t ld = block_ld(view);
    const int64_t width = by_columns(view) ? TILE : ld;
    for (int64_t j = 0; j < view->cols; j += width) {
        for (int64_t i = 0; i < count; i++) {
            if (i + ROWS_AHEAD < count)
                row_block_prefetch(view, numbers[i + ROWS_AHEAD]);
            convert(view, numbers[i] * view->row_stride + j * view->col_stride, view->col_stride,
                    lesser(width, view->cols - j), buffer + i * ld + j);
        }
    }
    return (row_block){.rows = count, .cols = view->cols, .X = buffer, .ldx = ld};
}

/* Sparse rows into a dense buffer, a piece of their values at a time. */
static void fill_in(const sparse_rows *rows, int64_t count, real *buffer, int64_t ld)
{
    enum { PIECE_VALUES = 128 };
    const linclass_matrix *view = rows->view;
    real values[PIECE_VALUES];
    for (int64_t i = 0; i < count; i++) {
        const element_range range = sparse_rows_range(rows, i);
        real *row = buffer + i * ld;
        memset(row, 0, (size_t)view->cols * sizeof *row);
        for (int64_t e = range.begin; e < range.end; e += PIECE_VALUES) {
            const int64_t piece = lesser(PIECE_VALUES, range.end - e);
            if (view->data != NULL)
                convert(view, e, 1, piece, values);
            for (int64_t at = 0; at < piece; at++)
                row[sparse_column(view, e + at)] =
                    view->data != NULL ? values[at] : (real)view->scale;
        }
    }
}

static row_block dense(const linclass_matrix *view, row_block block, real *buffer)
{
    if (block.sparse.view == NULL)
        return block;
    const int64_t ld = block_ld(view);
    fill_in(&block.sparse, block.rows, buffer, ld);
    return (row_block){.rows = block.rows, .cols = view->cols, .X = buffer, .ldx = ld};
}

row_block row_block_read_dense(const linclass_matrix *view, int64_t first, int64_t count,
                               real *buffer)
{
    return dense(view, row_block_read(view, first, count, buffer), buffer);
}

row_block row_block_gather_dense(const linclass_matrix *view, const int64_t *numbers, int64_t count,
                                 real *buffer)
{
    return dense(view, row_block_gather(view, numbers, count, buffer), buffer);
}
