/* Logits far apart and far from zero: exact limits, no overflow, no NaN. */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/assert_refused.h"
#include "support/check.h"
#include "support/context_of.h"

#if REAL_BITS == 32
static const real largest = FLT_MAX;
#else
static const real largest = DBL_MAX;
#endif

enum { MOST_CLASSES = 4 };

typedef struct extreme {
    int64_t k;
    real h[MOST_CLASSES];
    double z[MOST_CLASSES];
    int64_t y;
    double loss;
} extreme;

static void check_extreme(const extreme *e)
{
    real z[MOST_CLASSES];
    real r[MOST_CLASSES];
    double loss;
    const double allowed = 4 * real_arithmetic.u;
    assert_int_equal(REAL(linclass_softmax)(NULL, 1, e->k, e->h, e->k, z, e->k), LINCLASS_OK);
    for (int64_t c = 0; c < e->k; c++)
        check_close_number("z", z[c], e->z[c], allowed * e->z[c] + real_arithmetic.tiny);

    assert_int_equal(REAL(linclass_cross_entropy)(NULL, 1, e->k, e->h, e->k, &e->y, &loss),
                     LINCLASS_OK);
    check_close_number("loss", loss, e->loss, allowed * e->loss);

    memcpy(r, e->h, sizeof r);
    assert_int_equal(REAL(linclass_softmax_residual)(NULL, 1, e->k, r, e->k, &e->y, &loss),
                     LINCLASS_OK);
    check_close_number("loss", loss, e->loss, allowed * e->loss);
    for (int64_t c = 0; c < e->k; c++)
        check_close_number("r", r[c], e->z[c] - (c == e->y), allowed);
}

static void test_limits(void **state)
{
    (void)state;
    const real inf = (real)INFINITY;
    const extreme cases[] = {
        {3, {(real)1e30, (real)-1e30, 0}, {1, 0, 0}, 0, 0},
        {3, {(real)1e30, (real)-1e30, 0}, {1, 0, 0}, 1, 2 * (double)(real)1e30},
        {2, {(real)-1e30, (real)-1e30}, {0.5, 0.5}, 1, M_LN2},
        {2, {largest, largest}, {0.5, 0.5}, 1, M_LN2},
        {2, {-largest, -largest}, {0.5, 0.5}, 0, M_LN2},
        {3, {0, -10000, 10000}, {0, 0, 1}, 0, 10000},
        {3, {0, -10000, 10000}, {0, 0, 1}, 1, 20000},
        {3, {-inf, 0, 0}, {0, 0.5, 0.5}, 1, M_LN2},
        {2, {-inf, -7}, {0, 1}, 1, 0},
        {4, {-inf, -inf, -inf, -largest}, {0, 0, 0, 1}, 3, 0},
        {1, {-largest}, {1}, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_extreme(&cases[i]);
}

/* The difference overflows the precision, and in double the loss itself. */
static void test_whole_range(void **state)
{
    (void)state;
    const real h[2] = {largest, -largest};
    const int64_t y = 1;
    real z[2];
    double loss;
    assert_int_equal(REAL(linclass_softmax)(NULL, 1, 2, h, 2, z, 2), LINCLASS_OK);
    assert_true(z[0] == 1 && z[1] == 0);
    const linclass_status status = REAL(linclass_cross_entropy)(NULL, 1, 2, h, 2, &y, &loss);
    if (sizeof(real) == sizeof(float)) {
        assert_int_equal(status, LINCLASS_OK);
        assert_true(loss == 2 * (double)largest);
    } else {
        assert_int_equal(status, LINCLASS_ERROR_NUMERIC);
    }
}

static void test_a_label_of_probability_zero_is_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    real h[4] = {0, 1, (real)-INFINITY, 1};
    const int64_t y[2] = {0, 0};
    double loss;
    assert_refused(ctx, REAL(linclass_cross_entropy)(ctx, 2, 2, h, 2, y, &loss),
                   LINCLASS_ERROR_NUMERIC, "1");
    assert_int_equal(REAL(linclass_softmax_residual)(ctx, 2, 2, h, 2, y, &loss),
                     LINCLASS_ERROR_NUMERIC);
    linclass_context_destroy(ctx);
}

/* There is no distribution to speak of, and no label with a finite score. */
static void test_a_row_of_minus_infinity_is_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    real h[4] = {0, 1, (real)-INFINITY, (real)-INFINITY};
    real z[4];
    const int64_t y[2] = {0, 0};
    double loss;
    assert_refused(ctx, REAL(linclass_softmax)(ctx, 2, 2, h, 2, z, 2), LINCLASS_ERROR_NON_FINITE,
                   "1");
    assert_int_equal(REAL(linclass_cross_entropy)(ctx, 2, 2, h, 2, y, &loss),
                     LINCLASS_ERROR_NUMERIC);
    assert_int_equal(REAL(linclass_softmax_residual)(ctx, 2, 2, h, 2, y, &loss),
                     LINCLASS_ERROR_NUMERIC);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_whole_range),
        cmocka_unit_test(test_a_label_of_probability_zero_is_a_numeric_error),
        cmocka_unit_test(test_a_row_of_minus_infinity_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
