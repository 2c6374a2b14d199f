/* Values of sparse rows are left away where all of them are 1, by all threads or few; never where one is not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linclass/status.h>

#include "data/sparse_ones.h"
#include "support/csr.h"

/* Elements of which workers are woken for the larger number, in tasks of 2^16; those before the first row. */
enum { FEW = 1 << 15, MANY = (1 << 18) + 77, SPARE = 3 };

static linclass_context *ctx;

static int begin(void **state)
{
    (void)state;
    linclass_context_options options;
    if (linclass_context_options_init(&options, sizeof options) != LINCLASS_OK)
        return 1;
    options.threads = 3;
    return linclass_context_create(&options, &ctx);
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return 0;
}

static const int32_t dtypes[] = {
    LINCLASS_UINT8,  LINCLASS_FLOAT32, LINCLASS_FLOAT64,  LINCLASS_INT8,  LINCLASS_INT16,
    LINCLASS_UINT16, LINCLASS_FLOAT16, LINCLASS_BFLOAT16, LINCLASS_INT32, LINCLASS_INT64};

/* Whether the values of one row of so many elements are left away, one of which, if `at` >= 0, is another number. */
static bool left_away(int32_t dtype, int64_t count, int64_t at, double other, double scale)
{
    const int64_t starts[] = {SPARE, SPARE + count};
    void *values = calloc((size_t)(count + SPARE), sizeof(double));
    assert_non_null(values);
    for (int64_t e = 0; e < count; e++)
        csr_put(dtype, values, SPARE + e, e == at ? other : 1);
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init_csr(&view, sizeof view, dtype, 1, count, starts,
                                              LINCLASS_INT32, values, values),
                     LINCLASS_OK);
    view.scale = scale;
    sparse_leave_out_ones(ctx, &view);
    assert_true(view.data == NULL || view.data == values);
    free(values);
    return view.data == NULL;
}

static void test_ones(void **state)
{
    (void)state;
    for (size_t d = 0; d < sizeof dtypes / sizeof *dtypes; d++) {
        assert_true(left_away(dtypes[d], 1, -1, 0, 1));
        assert_true(left_away(dtypes[d], FEW, -1, 0, 1));
        assert_true(left_away(dtypes[d], MANY, -1, 0, 1));
    }
}

static void test_another_number(void **state)
{
    (void)state;
    static const int64_t counts[] = {1, 2, FEW, MANY};
    for (size_t d = 0; d < sizeof dtypes / sizeof *dtypes; d++) {
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            assert_false(left_away(dtypes[d], counts[c], 0, 2, 1));
            assert_false(left_away(dtypes[d], counts[c], counts[c] / 2, 0, 1));
            assert_false(left_away(dtypes[d], counts[c], counts[c] - 1, 2, 1));
        }
    }
}

/* Also where tasks meet, whose elements are compared with those of their own task alone. */
static void test_other_task(void **state)
{
    (void)state;
    for (int64_t at = (1 << 16) - 1; at <= (1 << 16) + 1; at++)
        assert_false(left_away(LINCLASS_FLOAT32, MANY, at, 3, 1));
}

static void test_scale(void **state)
{
    (void)state;
    assert_false(left_away(LINCLASS_FLOAT32, FEW, -1, 0, 0.5));
    assert_false(left_away(LINCLASS_UINT8, FEW, -1, 0, 0));
}

static void test_without_elements(void **state)
{
    (void)state;
    assert_false(left_away(LINCLASS_FLOAT32, 0, -1, 0, 1));
}

static void test_dense(void **state)
{
    (void)state;
    const float ones[4] = {1, 1, 1, 1};
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT32, 2, 2, ones, 2),
                     LINCLASS_OK);
    view.scale = 1;
    sparse_leave_out_ones(ctx, &view);
    assert_ptr_equal(view.data, ones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ones),
        cmocka_unit_test(test_another_number),
        cmocka_unit_test(test_other_task),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_without_elements),
        cmocka_unit_test(test_dense),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
