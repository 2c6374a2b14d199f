/* Rows of a view, converted to the working precision `real`.
 *
 *     out[i * ld + j] = real(scale) * x_ij            uint8: x is exact, the product rounded once
 *     out[i * ld + j] = real(scale * double(x_ij))    float32, float64: the product rounded to
 *                                                     double, then to real
 *
 * The conversion of an element depends on nothing but its value, the dtype and the scale, so a row
 * has the same bits whether it is read in order or gathered. uint8 is multiplied in the working
 * precision because the conversion of images stands in the inner loop of training, and a loop in
 * float runs several times as fast as one in double; rounding the scale and the product keeps it
 * within 1.5 units in the last place of the exact value. The others go through double so that a
 * scale outside float's range still acts on a float64 element.
 *
 * Strides: rows that are contiguous are converted as runs. Where the step down a column is shorter
 * than the step along a row (column-major data), a tile of columns is converted run by run into a
 * small square that stays in L1 and is written out transposed: each cache line is touched once in
 * either matrix, and strides that are powers of two do not evict the lines in use. */
#include "data/row_block.h"

#include <string.h>

#include "core/minimum.h"
#include "core/real.h"
#include "data/bytes.h"
#include "data/matrix.h"

enum { TILE = 32, CACHE_LINE = 64, ROWS_AHEAD = 4, BYTES_AHEAD = 4096 };

static void convert_uint8(const uint8_t *x, int64_t stride, real scale, int64_t count,
                          real *restrict out)
{
    if (stride == 1) {
        bytes_best()->convert(x, scale, count, out);
        return;
    }
    for (int64_t i = 0; i < count; i++)
        out[i] = scale * (real)x[i * stride];
}

static void convert_float(const float *x, int64_t stride, double scale, int64_t count,
                          real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = (real)(scale * (double)x[i * stride]);
}

static void convert_double(const double *x, int64_t stride, double scale, int64_t count,
                           real *restrict out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = (real)(scale * x[i * stride]);
}

/* out[i] = element at data[offset + i * stride], i < count. */
static void convert(const linclass_matrix *view, int64_t offset, int64_t stride, int64_t count,
                    real *restrict out)
{
    if (view->dtype == LINCLASS_UINT8)
        convert_uint8((const uint8_t *)view->data + offset, stride, (real)view->scale, count, out);
    else if (view->dtype == REAL_DTYPE && view->scale == 1 && stride == 1)
        memcpy(out, (const real *)view->data + offset, (size_t)count * sizeof *out);
    else if (view->dtype == LINCLASS_FLOAT32)
        convert_float((const float *)view->data + offset, stride, view->scale, count, out);
    else
        convert_double((const double *)view->data + offset, stride, view->scale, count, out);
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

bool row_block_in_place(const linclass_matrix *view)
{
    return view->dtype == REAL_DTYPE && view->scale == 1 &&
           (view->col_stride == 1 || view->cols <= 1) && view->row_stride >= block_ld(view);
}

row_block row_block_read(const linclass_matrix *view, int64_t first, int64_t count, real *buffer)
{
    row_block block = {.rows = count, .cols = view->cols};
    if (row_block_in_place(view)) {
        block.ldx = view->row_stride;
        block.X = (const real *)view->data + first * view->row_stride;
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
    return (row_block){count, self->cols, self->X + first * self->ldx, self->ldx};
}

row_block row_block_columns(const row_block *self, int64_t first, int64_t count)
{
    return (row_block){self->rows, count, self->X + first, self->ldx};
}

/* Prefetch the beginning of a row that will be converted soon: the hardware prefetcher follows only
 * sequential reads, not rows picked at random. It halves the time of a gather. */
static void prefetch_row(const linclass_matrix *view, int64_t row)
{
    const int64_t element = (int64_t)matrix_element_bytes(view->dtype);
    const char *const begin = (const char *)view->data + row * view->row_stride * element;
    for (int64_t byte = 0; byte < lesser(view->cols * element, BYTES_AHEAD); byte += CACHE_LINE)
        __builtin_prefetch(begin + byte);
}

/* A tile of columns at a time where rows are scattered in memory: the pages of TILE columns stay in
 * the translation buffer while all the rows are picked from them. */
row_block row_block_gather(const linclass_matrix *view, const int64_t *numbers, int64_t count,
                           real *buffer)
{
    const int64_t ld = block_ld(view);
    const int64_t width = by_columns(view) ? TILE : ld;
    for (int64_t j = 0; j < view->cols; j += width) {
        for (int64_t i = 0; i < count; i++) {
            if (view->col_stride == 1 && i + ROWS_AHEAD < count)
                prefetch_row(view, numbers[i + ROWS_AHEAD]);
            convert(view, numbers[i] * view->row_stride + j * view->col_stride, view->col_stride,
                    lesser(width, view->cols - j), buffer + i * ld + j);
        }
    }
    return (row_block){.rows = count, .cols = view->cols, .X = buffer, .ldx = ld};
}
