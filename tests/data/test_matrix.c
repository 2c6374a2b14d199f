/* Matrix views: what may be handed in, what is refused and in which words, and the search for the
 * element that is not finite. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <math.h>

#include "data/matrix.h"

static linclass_context *ctx;

static int begin(void **state)
{
    (void)state;
    return linclass_context_create(NULL, &ctx);
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return 0;
}

static linclass_matrix view_of_doubles(const double *data, int64_t rows, int64_t cols)
{
    linclass_matrix view;
    assert_int_equal(
        linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, rows, cols, data, cols),
        LINCLASS_OK);
    return view;
}

static void init_describes_row_major_data(void **state)
{
    (void)state;
    const float data[12] = {0};
    linclass_matrix view;
    memset(&view, 0xff, sizeof view);
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT32, 3, 2, data, 4),
                     LINCLASS_OK);
    assert_int_equal(view.size, sizeof view);
    assert_int_equal(view.dtype, LINCLASS_FLOAT32);
    assert_int_equal(view.layout, 0);
    assert_int_equal(view.rows, 3);
    assert_int_equal(view.cols, 2);
    assert_int_equal(view.row_stride, 4);
    assert_int_equal(view.col_stride, 1);
    assert_ptr_equal(view.data, data);
    assert_true(view.scale == 0);
}

static void init_refuses_and_leaves_the_struct_alone(void **state)
{
    (void)state;
    const double data[4] = {0};
    linclass_matrix view;
    linclass_matrix before;
    memset(&view, 0x11, sizeof view);
    memcpy(&before, &view, sizeof view);
    const int32_t type = LINCLASS_FLOAT64;
    const size_t size = sizeof view;
    /* 88 bytes are the struct of the first release. */
    assert_int_equal(linclass_matrix_init(NULL, size, type, 2, 2, data, 2),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_matrix_init(&view, 87, type, 2, 2, data, 2),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_matrix_init(&view, size, 0, 2, 2, data, 2),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_matrix_init(&view, size, 11, 2, 2, data, 2),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_matrix_init(&view, size, type, -1, 2, data, 2),
                     LINCLASS_ERROR_DIMENSION);
    assert_int_equal(linclass_matrix_init(&view, size, type, 2, -1, data, 2),
                     LINCLASS_ERROR_DIMENSION);
    assert_int_equal(linclass_matrix_init(&view, size, type, 2, 2, data, 1),
                     LINCLASS_ERROR_DIMENSION);
    assert_memory_equal(&view, &before, sizeof view);
}

/* Import must refuse with `status`, naming X and saying `part`. */
static void refuse(const linclass_matrix *given, linclass_status status, const char *part)
{
    linclass_matrix view;
    assert_int_equal(matrix_import(ctx, "X", given, &view), status);
    const char *const sentence = linclass_context_message(ctx);
    if (strncmp(sentence, "X", 1) != 0 || strstr(sentence, part) == NULL)
        fail_msg("the sentence \"%s\" lacks \"%s\"", sentence, part);
}

static void import_copies_a_good_view(void **state)
{
    (void)state;
    const double data[6] = {0};
    linclass_matrix given = view_of_doubles(data, 2, 3);
    given.scale = -0.5;
    linclass_matrix view;
    assert_int_equal(matrix_import(ctx, "X", &given, &view), LINCLASS_OK);
    assert_memory_equal(&view, &given, sizeof view);
}

static void import_makes_an_automatic_scale_1(void **state)
{
    (void)state;
    const double data[6] = {0};
    const linclass_matrix given = view_of_doubles(data, 2, 3);
    linclass_matrix view;
    assert_int_equal(matrix_import(ctx, "X", &given, &view), LINCLASS_OK);
    assert_true(view.scale == 1);
    assert_int_equal(matrix_import_rows(ctx, "X", &given, &view), LINCLASS_OK);
    assert_true(view.scale == 0);
}

static void import_takes_empty_views_without_data(void **state)
{
    (void)state;
    linclass_matrix view;
    linclass_matrix given = view_of_doubles(NULL, 0, 3);
    assert_int_equal(matrix_import(ctx, "X", &given, &view), LINCLASS_OK);
    given = view_of_doubles(NULL, 3, 0);
    assert_int_equal(matrix_import(ctx, "X", &given, &view), LINCLASS_OK);
    given.row_stride = INT64_MIN;
    given.rows = INT64_MAX;
    assert_int_equal(matrix_import(ctx, "X", &given, &view), LINCLASS_OK);
}

static void import_refuses_bad_members(void **state)
{
    (void)state;
    const double data[6] = {0};
    const linclass_matrix good = view_of_doubles(data, 2, 3);
    linclass_matrix bad = good;
    refuse(NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "X is NULL");
    bad.dtype = 17;
    refuse(&bad, LINCLASS_ERROR_INVALID_ARGUMENT, "dtype is 17");
    bad = good;
    bad.layout = 5;
    refuse(&bad, LINCLASS_ERROR_INVALID_ARGUMENT, "layout is 5");
    bad = good;
    bad.scale = NAN;
    refuse(&bad, LINCLASS_ERROR_INVALID_ARGUMENT, "scale is");
    bad.scale = -INFINITY;
    refuse(&bad, LINCLASS_ERROR_INVALID_ARGUMENT, "scale is -inf");
    bad = good;
    bad.rows = -2;
    refuse(&bad, LINCLASS_ERROR_DIMENSION, "-2 rows");
    bad = good;
    bad.cols = -3;
    refuse(&bad, LINCLASS_ERROR_DIMENSION, "-3 columns");
    bad = good;
    bad.data = NULL;
    refuse(&bad, LINCLASS_ERROR_INVALID_ARGUMENT, "data is NULL, for 2 x 3");
    bad = good;
    bad.data = (const char *)data + 4;
    refuse(&bad, LINCLASS_ERROR_INVALID_ARGUMENT, "not aligned to its elements of 8 bytes");
}

static void import_refuses_overflowing_extents(void **state)
{
    (void)state;
    const double data[6] = {0};
    const linclass_matrix good = view_of_doubles(data, 2, 3);
    const struct {
        int64_t rows, cols, row_stride, col_stride;
    } cases[] = {
        {INT64_MAX, INT64_MAX, 0, 0},
        {INT64_MAX / 8, 2, 0, 0},
        {3, 3, INT64_MAX, 1},
        {3, 3, INT64_MIN, 1},
        {3, 3, 1, INT64_MAX},
        {2, 1, INT64_MAX / 8 + 1, 1},
        {2, 2, INT64_MAX / 8, INT64_MAX / 8},
        {2, 1, INT64_MIN, 1},
        {2, 2, INT64_MIN / 8, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        linclass_matrix bad = good;
        bad.rows = cases[i].rows;
        bad.cols = cases[i].cols;
        bad.row_stride = cases[i].row_stride;
        bad.col_stride = cases[i].col_stride;
        refuse(&bad, LINCLASS_ERROR_DIMENSION, "is too large");
    }
}

static void import_understands_struct_sizes(void **state)
{
    (void)state;
    const double data[6] = {0};
    struct {
        linclass_matrix known;
        int64_t unknown;
    } newer = {view_of_doubles(data, 2, 3), 0};
    newer.known.size = sizeof newer;
    linclass_matrix view;
    assert_int_equal(matrix_import(ctx, "X", &newer.known, &view), LINCLASS_OK);
    assert_int_equal(view.size, sizeof view);
    newer.unknown = 1;
    refuse(&newer.known, LINCLASS_ERROR_STRUCT_SIZE, "does not know");
    newer.known.size = 8;
    refuse(&newer.known, LINCLASS_ERROR_STRUCT_SIZE, "size is 8");
    newer.known.size = 0;
    refuse(&newer.known, LINCLASS_ERROR_STRUCT_SIZE, "size is 0");
}

static void finds_the_first_non_finite_element(void **state)
{
    (void)state;
    double data[12] = {0};
    linclass_matrix view = view_of_doubles(data, 4, 3);
    view.scale = 1;
    assert_int_equal(matrix_find_non_finite(ctx, "X", &view, 0, 4), LINCLASS_OK);
    data[11] = NAN;
    data[7] = -INFINITY;
    assert_int_equal(matrix_find_non_finite(ctx, "X", &view, 0, 4), LINCLASS_ERROR_NON_FINITE);
    assert_non_null(strstr(linclass_context_message(ctx), "X[2, 1] is -inf"));
    assert_int_equal(matrix_find_non_finite(ctx, "X", &view, 0, 2), LINCLASS_OK);
    assert_int_equal(matrix_find_non_finite(ctx, "X", &view, 3, 1), LINCLASS_ERROR_NON_FINITE);
    assert_non_null(strstr(linclass_context_message(ctx), "X[3, 2] is"));
}

static void finds_non_finite_floats_by_any_stride(void **state)
{
    (void)state;
    float data[12] = {0};
    data[5] = INFINITY; /* row 3, column 1 counted backwards and column-major */
    const linclass_matrix view = {.size = sizeof view,
                                  .dtype = LINCLASS_FLOAT32,
                                  .rows = 4,
                                  .cols = 3,
                                  .row_stride = -1,
                                  .col_stride = 4,
                                  .data = data + 3,
                                  .scale = 1};
    assert_int_equal(matrix_find_non_finite(ctx, "X", &view, 0, 4), LINCLASS_ERROR_NON_FINITE);
    assert_non_null(strstr(linclass_context_message(ctx), "X[2, 1] is inf"));
}

static void scale_can_make_an_element_infinite(void **state)
{
    (void)state;
    double data[2] = {1, 1e300};
    linclass_matrix view = view_of_doubles(data, 2, 1);
    view.scale = 1e10;
    assert_int_equal(matrix_find_non_finite(ctx, "X", &view, 0, 2), LINCLASS_ERROR_NON_FINITE);
    assert_non_null(strstr(linclass_context_message(ctx), "X[1, 0] is inf"));
}

static void bytes_are_always_finite(void **state)
{
    (void)state;
    const uint8_t data[2] = {255, 255};
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_UINT8, 2, 1, data, 1),
                     LINCLASS_OK);
    assert_int_equal(matrix_find_non_finite(ctx, "X", &view, 0, 2), LINCLASS_OK);
}

/* Without and with gaps. */
static void row_memory_is_that_of_the_rows(void **state)
{
    (void)state;
    const uint8_t data[64] = {0};
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_UINT8, 4, 8, data, 8),
                     LINCLASS_OK);
    const row_memory whole = matrix_row_memory(&view, 1, 2);
    assert_ptr_equal(whole.first, data + 8);
    assert_int_equal(whole.bytes, 16);
    view.cols = 7;
    assert_int_equal(matrix_row_memory(&view, 1, 2).bytes, 16);
    assert_int_equal(matrix_row_memory(&view, 1, 0).bytes, 0);
}

static void row_memory_is_none_where_rows_are_no_piece(void **state)
{
    (void)state;
    const double data[64] = {0};
    linclass_matrix view = view_of_doubles(data, 4, 8);
    view.cols = 4;
    assert_int_equal(matrix_row_memory(&view, 0, 4).bytes, 0);
    view.row_stride = 1;
    view.col_stride = 4;
    assert_int_equal(matrix_row_memory(&view, 0, 4).bytes, 0);
    view = view_of_doubles(data, 4, 8);
    view.row_stride = -8;
    assert_int_equal(matrix_row_memory(&view, 0, 4).bytes, 0);
    view.layout = LINCLASS_LAYOUT_CSR;
    assert_int_equal(matrix_row_memory(&view, 0, 4).bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_describes_row_major_data),
        cmocka_unit_test(init_refuses_and_leaves_the_struct_alone),
        cmocka_unit_test(import_copies_a_good_view),
        cmocka_unit_test(import_makes_an_automatic_scale_1),
        cmocka_unit_test(import_takes_empty_views_without_data),
        cmocka_unit_test(import_refuses_bad_members),
        cmocka_unit_test(import_refuses_overflowing_extents),
        cmocka_unit_test(import_understands_struct_sizes),
        cmocka_unit_test(finds_the_first_non_finite_element),
        cmocka_unit_test(finds_non_finite_floats_by_any_stride),
        cmocka_unit_test(scale_can_make_an_element_infinite),
        cmocka_unit_test(bytes_are_always_finite),
        cmocka_unit_test(row_memory_is_that_of_the_rows),
        cmocka_unit_test(row_memory_is_none_where_rows_are_no_piece),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
