/* Blocks of rows, read in order and gathered, in one target precision: every dtype and layout, sizes
 * around the tile and the vector, against the formula written for one element; bits must be equal.
 * What surrounds the block is not touched, and rows in place are not copied. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <math.h>

#include "core/real.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/row_block.h"

enum { STORE = 200 * 200, CANARY = 64 };

static uint8_t bytes[STORE];
static float floats[STORE];
static double doubles[STORE];

static int begin(void **state)
{
    (void)state;
    uint32_t word = 12345;
    for (int i = 0; i < STORE; i++) {
        word = word * 1664525U + 1013904223U;
        bytes[i] = (uint8_t)(word >> 24);
        floats[i] = (float)(int32_t)word * 1.7e-9F;
        doubles[i] = (double)(int32_t)word * 1.3e-9;
    }
    return 0;
}

/* Element (i, j) by the formula of lib/data/row_block_tmpl.c. */
static real element(const linclass_matrix *view, int64_t i, int64_t j)
{
    const int64_t offset = i * view->row_stride + j * view->col_stride;
    switch (view->dtype) {
    case LINCLASS_UINT8: {
        const real scale = (real)view->scale;
        const real number = (real)((const uint8_t *)view->data)[offset];
        return scale * number;
    }
    case LINCLASS_FLOAT32:
        return (real)(view->scale * (double)((const float *)view->data)[offset]);
    default:
        return (real)(view->scale * ((const double *)view->data)[offset]);
    }
}

/* The layouts: where element (0, 0) is in the store, and the steps. */
typedef struct layout {
    const char *name;
    int64_t origin;
    int64_t row_stride;
    int64_t col_stride;
} layout;

static linclass_matrix view_of(int32_t dtype, const layout *where, int64_t rows, int64_t cols,
                               double scale)
{
    const void *data = bytes + where->origin;
    if (dtype == LINCLASS_FLOAT32)
        data = floats + where->origin;
    if (dtype == LINCLASS_FLOAT64)
        data = doubles + where->origin;
    return (linclass_matrix){.size = sizeof(linclass_matrix),
                             .dtype = dtype,
                             .rows = rows,
                             .cols = cols,
                             .row_stride = where->row_stride,
                             .col_stride = where->col_stride,
                             .data = data,
                             .scale = scale};
}

typedef struct guarded_block {
    real *all;
    real *block;
    int64_t count;
} guarded_block;

static guarded_block guarded_block_begin(int64_t count)
{
    guarded_block self = {malloc((size_t)(count + 2 * CANARY) * sizeof(real)), NULL, count};
    assert_non_null(self.all);
    for (int64_t i = 0; i < count + 2 * CANARY; i++)
        self.all[i] = (real)-12345;
    self.block = self.all + CANARY;
    return self;
}

static void guarded_block_end(guarded_block *self)
{
    for (int64_t i = 0; i < CANARY; i++) {
        assert_true(self->all[i] == (real)-12345);
        assert_true(self->all[CANARY + self->count + i] == (real)-12345);
    }
    free(self->all);
}

static void check_block(const linclass_matrix *view, const int64_t *numbers, const row_block *block,
                        const char *layout_name)
{
    assert_int_equal(block->cols, view->cols);
    assert_true(block->ldx >= 1 && block->ldx >= view->cols);
    for (int64_t i = 0; i < block->rows; i++) {
        for (int64_t j = 0; j < view->cols; j++) {
            const real found = block->X[i * block->ldx + j];
            const real expected = element(view, numbers[i], j);
            if (memcmp(&found, &expected, sizeof expected) != 0)
                fail_msg("%s, dtype %d, scale %g, %d x %d: element (%d, %d) is %.17g, not %.17g",
                         layout_name, (int)view->dtype, view->scale, (int)block->rows,
                         (int)view->cols, (int)numbers[i], (int)j, (double)found, (double)expected);
        }
    }
}

/* Rows from..rows-1 of a block, and columns from..cols-1, are those of the view. */
static void check_parts(const linclass_matrix *view, const int64_t *numbers, const row_block *block,
                        const char *layout_name)
{
    const int64_t row = block->rows / 2;
    const row_block rows = row_block_part(block, row, block->rows - row);
    assert_int_equal(rows.rows, block->rows - row);
    check_block(view, numbers + row, &rows, layout_name);

    const int64_t column = view->cols / 2;
    linclass_matrix right = *view;
    right.cols -= column;
    right.data =
        (const char *)view->data + column * view->col_stride * (int64_t)element_bytes(view->dtype);
    const row_block columns = row_block_columns(block, column, right.cols);
    assert_int_equal(columns.rows, block->rows);
    check_block(&right, numbers, &columns, layout_name);
}

static void check_view(const linclass_matrix *view, const char *layout_name)
{
    int64_t numbers[200];
    const int64_t first = view->rows / 3;
    const int64_t count = view->rows - first;

    guarded_block room = guarded_block_begin(count * view->cols);
    row_block block = row_block_read(view, first, count, room.block);
    assert_int_equal(block.rows, count);
    assert_int_equal(block.X != room.block, row_block_in_place(view));
    for (int64_t i = 0; i < count; i++)
        numbers[i] = first + i;
    check_block(view, numbers, &block, layout_name);
    check_parts(view, numbers, &block, layout_name);
    guarded_block_end(&room);

    room = guarded_block_begin(view->rows * view->cols);
    for (int64_t i = 0; i < view->rows; i++)
        numbers[i] = i * 7919 % view->rows;
    block = row_block_gather(view, numbers, view->rows, room.block);
    assert_int_equal(block.rows, view->rows);
    assert_ptr_equal(block.X, room.block);
    check_block(view, numbers, &block, layout_name);
    guarded_block_end(&room);
}

static void check_layouts(int32_t dtype, double scale, int64_t rows, int64_t cols)
{
    const int64_t last_row = rows > 0 ? rows - 1 : 0;
    const int64_t last_col = cols > 0 ? cols - 1 : 0;
    const layout layouts[] = {
        {"row-major", 0, cols, 1},
        {"row-major, padded", 3, cols + 5, 1},
        {"column-major", 0, 1, rows},
        {"column-major, padded", 1, 1, rows + 3},
        {"rows backwards", last_row * (cols + 1), -(cols + 1), 1},
        {"columns backwards", last_col, cols, -1},
        {"column-major backwards", last_row + last_col * rows, -1, -rows},
        {"every third column", 0, 3 * cols + 2, 3},
        {"every second row of column-major", 0, 2, 2 * rows + 1},
        {"one row repeated", 5, 0, 1},
        {"one column repeated", 5, 1, 0},
        {"overlapping rows", 0, 1, 1},
    };
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        const linclass_matrix view = view_of(dtype, &layouts[i], rows, cols, scale);
        check_view(&view, layouts[i].name);
    }
}

static void check_dtype(int32_t dtype)
{
    const int64_t sizes[] = {0, 1, 2, 3, 7, 16, 31, 32, 33, 64, 67};
    const size_t count = sizeof sizes / sizeof sizes[0];
    const double scales[] = {1, 1.0 / 255, -3};
    for (size_t s = 0; s < sizeof scales / sizeof scales[0]; s++)
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++)
                check_layouts(dtype, scales[s], sizes[i], sizes[j]);
}

static void from_uint8(void **state)
{
    (void)state;
    check_dtype(LINCLASS_UINT8);
}

static void from_float32(void **state)
{
    (void)state;
    check_dtype(LINCLASS_FLOAT32);
}

static void from_float64(void **state)
{
    (void)state;
    check_dtype(LINCLASS_FLOAT64);
}

/* Every byte times a scale is within 1.5 units in the last place of the exact product: rounding the
 * scale may cost one (half of its own, which is of up to twice the size in the product), rounding the
 * product half of one. */
static void scaled_bytes_are_accurate(void **state)
{
    (void)state;
    uint8_t all[256];
    real converted[256];
    for (int i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    const double scales[] = {1.0 / 255, 1.0 / 256, 0.1, 3.14159, 1e-30, 1e30, -1.0 / 3};
    for (size_t s = 0; s < sizeof scales / sizeof scales[0]; s++) {
        linclass_matrix view;
        assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_UINT8, 1, 256, all, 256),
                         LINCLASS_OK);
        view.scale = scales[s];
        const real *row = row_block_read(&view, 0, 1, converted).X;
        for (int i = 0; i < 256; i++) {
            const long double exact = (long double)scales[s] * i;
            const real nearest = (real)exact;
            const real away = (real)(nearest < 0 ? -INFINITY : INFINITY);
            const long double unit =
                fabsl((long double)(REAL_BITS == 32 ? nextafterf((float)nearest, (float)away)
                                                    : nextafter((double)nearest, (double)away)) -
                      nearest);
            assert_true(fabsl(row[i] - exact) <= 1.5L * unit);
        }
    }
}

/* A scale outside float's range acts on float64 elements before they are rounded to float. */
static void scale_brings_doubles_into_range(void **state)
{
    (void)state;
    const double huge[2] = {1e300, -2e300};
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, 1, 2, huge, 2),
                     LINCLASS_OK);
    view.scale = 1e-300;
    real converted[2];
    const real *row = row_block_read(&view, 0, 1, converted).X;
    assert_true(row[0] == 1 && row[1] == -2);
}

/* The stride of a single row is no element's, and may be the least integer, which cannot be negated. */
static void a_stride_never_taken_may_be_the_least_integer(void **state)
{
    (void)state;
    const uint8_t row[3] = {1, 2, 3};
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_UINT8, 1, 3, row, 3),
                     LINCLASS_OK);
    view.scale = 1;
    view.row_stride = INT64_MIN;
    real converted[3];
    const real *got = row_block_read(&view, 0, 1, converted).X;
    assert_true(got[0] == 1 && got[1] == 2 && got[2] == 3);
}

static void in_place_when_it_can_be(void **state)
{
    (void)state;
    const layout packed = {"", 0, 8, 1};
    linclass_matrix view = view_of(REAL_DTYPE, &packed, 4, 8, 1);
    assert_true(row_block_in_place(&view));
    row_block block = row_block_read(&view, 2, 1, NULL);
    assert_ptr_equal(block.X, (const real *)view.data + 16);
    assert_int_equal(block.ldx, 8);
    view.row_stride = 11;
    block = row_block_read(&view, 3, 1, NULL);
    assert_ptr_equal(block.X, (const real *)view.data + 33);
    assert_int_equal(block.ldx, 11);

    view.scale = 2;
    assert_false(row_block_in_place(&view));
    view.scale = 1;
    view.row_stride = 7; /* no leading dimension a BLAS would take */
    assert_false(row_block_in_place(&view));
    view.row_stride = -8;
    assert_false(row_block_in_place(&view));
    view.row_stride = 8;
    view.dtype = REAL_BITS == 32 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
    assert_false(row_block_in_place(&view));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_uint8),
        cmocka_unit_test(from_float32),
        cmocka_unit_test(from_float64),
        cmocka_unit_test(scaled_bytes_are_accurate),
        cmocka_unit_test(scale_brings_doubles_into_range),
        cmocka_unit_test(a_stride_never_taken_may_be_the_least_integer),
        cmocka_unit_test(in_place_when_it_can_be),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
