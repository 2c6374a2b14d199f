/* The numbers behind the names, as the first release pinned them. A program compiled against old
 * headers has them built in, so none of these lines may ever change; new names get new lines. The numbers of
 * the losses are pinned in tests/support/losses.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <linclass/linclass.h>

static void statuses(void **state)
{
    (void)state;
    assert_int_equal(LINCLASS_OK, 0);
    assert_int_equal(LINCLASS_ERROR_INVALID_ARGUMENT, -1);
    assert_int_equal(LINCLASS_ERROR_DIMENSION, -2);
    assert_int_equal(LINCLASS_ERROR_NON_FINITE, -3);
    assert_int_equal(LINCLASS_ERROR_LABEL, -4);
    assert_int_equal(LINCLASS_ERROR_MEMORY, -5);
    assert_int_equal(LINCLASS_ERROR_IO, -6);
    assert_int_equal(LINCLASS_ERROR_FORMAT, -7);
    assert_int_equal(LINCLASS_ERROR_UNSUPPORTED, -8);
    assert_int_equal(LINCLASS_ERROR_NUMERIC, -9);
    assert_int_equal(LINCLASS_ERROR_INTERNAL, -10);
    assert_int_equal(LINCLASS_ERROR_STRUCT_SIZE, -11);
    assert_int_equal(LINCLASS_ERROR_BUSY, -12);
    assert_int_equal(LINCLASS_ITERATION_LIMIT, 1);
    assert_int_equal(LINCLASS_TIME_LIMIT, 2);
    assert_int_equal(LINCLASS_STOPPED_BY_CALLBACK, 3);
    assert_int_equal(LINCLASS_EARLY_STOPPED, 4);
    assert_int_equal(LINCLASS_LINE_SEARCH_STALLED, 5);
    assert_int_equal(LINCLASS_NOT_CONVERGED, 6);
    assert_int_equal(LINCLASS_NO_MINIMUM, 7);
}

static void alternatives(void **state)
{
    (void)state;
    assert_int_equal(LINCLASS_SETS_LAC, 1);
    assert_int_equal(LINCLASS_SETS_APS, 2);
    assert_int_equal(LINCLASS_UINT8, 1);
    assert_int_equal(LINCLASS_FLOAT32, 2);
    assert_int_equal(LINCLASS_FLOAT64, 3);
    assert_int_equal(LINCLASS_INT8, 4);
    assert_int_equal(LINCLASS_INT16, 5);
    assert_int_equal(LINCLASS_UINT16, 6);
    assert_int_equal(LINCLASS_FLOAT16, 7);
    assert_int_equal(LINCLASS_BFLOAT16, 8);
    assert_int_equal(LINCLASS_INT32, 9);
    assert_int_equal(LINCLASS_INT64, 10);
    assert_int_equal(LINCLASS_LAYOUT_STRIDED, 0);
    assert_int_equal(LINCLASS_LAYOUT_CSR, 1);
    assert_int_equal(LINCLASS_COLUMN_NUMBERS, 1);
    assert_int_equal(LINCLASS_COLUMN_TEXTS, 2);
    assert_int_equal(LINCLASS_MISSING_ERROR, 0);
    assert_int_equal(LINCLASS_MISSING_MEAN, 1);
    assert_int_equal(LINCLASS_MISSING_ZERO, 2);
    assert_int_equal(LINCLASS_UNKNOWN_ZERO, 0);
    assert_int_equal(LINCLASS_UNKNOWN_ERROR, 1);
    assert_int_equal(LINCLASS_SOLVER_AUTO, 0);
    assert_int_equal(LINCLASS_SOLVER_SGD, 1);
    assert_int_equal(LINCLASS_SOLVER_GRADIENT_DESCENT, 2);
    assert_int_equal(LINCLASS_SOLVER_LBFGS, 3);
    assert_int_equal(LINCLASS_SOLVER_NEWTON, 4);
    assert_int_equal(LINCLASS_SOLVER_NEWTON_CG, 5);
    assert_int_equal(LINCLASS_SOLVER_ORTHANT_WISE, 6);
    assert_int_equal(LINCLASS_SOLVER_SMOOTHING, 7);
    assert_int_equal(LINCLASS_SOLVER_PROJECTED_NEWTON, 8);
    assert_int_equal(LINCLASS_SOLVER_DUAL_ASCENT, 9);
    assert_int_equal(LINCLASS_LEARNING_RATE_CONSTANT, 0);
    assert_int_equal(LINCLASS_LEARNING_RATE_STEP, 1);
    assert_int_equal(LINCLASS_LEARNING_RATE_INVERSE_TIME, 2);
    assert_int_equal(LINCLASS_DIFFERS_SAMPLES, 1);
    assert_int_equal(LINCLASS_DIFFERS_WEIGHT, 2);
    assert_int_equal(LINCLASS_DIFFERS_OBJECTIVE, 4);
    assert_int_equal(LINCLASS_DIFFERS_GRADIENT, 8);
    assert_int_equal(LINCLASS_DIFFERS_GAP, 16);
    assert_int_equal(LINCLASS_SELECT_BY_LOSS, 0);
    assert_int_equal(LINCLASS_SELECT_BY_ERROR, 1);
    assert_int_equal(LINCLASS_EXPORT_ONNX, 1);
    assert_int_equal(LINCLASS_EXPORT_C, 2);
    assert_int_equal(LINCLASS_EXPORT_LIBLINEAR, 3);
    assert_int_equal(LINCLASS_VECTOR_SET_BEST, 0);
    assert_int_equal(LINCLASS_VECTOR_SET_PORTABLE, 1);
    assert_int_equal(LINCLASS_VECTOR_SET_AVX2, 2);
    assert_int_equal(LINCLASS_VECTOR_SET_AVX512, 3);
}

static void status_is_32_bits(void **state)
{
    (void)state;
    assert_int_equal(sizeof(linclass_status), 4);
    assert_true((linclass_status)-1 < 0);
}

/* Every status has a name of its own. */
static void names(void **state)
{
    (void)state;
    const linclass_status first = LINCLASS_ERROR_BUSY;
    const linclass_status last = LINCLASS_NO_MINIMUM;
    for (linclass_status i = first; i <= last; ++i) {
        assert_string_not_equal(linclass_status_string(i), "unknown status");
        for (linclass_status j = first; j < i; ++j)
            assert_string_not_equal(linclass_status_string(i), linclass_status_string(j));
    }
    assert_string_equal(linclass_status_string(first - 1), "unknown status");
    assert_string_equal(linclass_status_string(last + 1), "unknown status");
    assert_string_equal(linclass_status_string(INT32_MIN), "unknown status");
}

static void version(void **state)
{
    (void)state;
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", LINCLASS_VERSION_MAJOR, LINCLASS_VERSION_MINOR,
             LINCLASS_VERSION_PATCH);
    assert_string_equal(linclass_version(), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(statuses), cmocka_unit_test(alternatives),

                                       cmocka_unit_test(status_is_32_bits), cmocka_unit_test(names),
                                       cmocka_unit_test(version)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
