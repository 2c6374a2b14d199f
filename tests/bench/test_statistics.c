/* Summaries of numbers whose summaries are known. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "statistics.h"

static void quantiles_lie_between_neighbours(void **state)
{
    (void)state;
    const double values[] = {1, 2, 4, 8, 16};
    assert_float_equal(statistics_quantile(values, 5, 0), 1, 0);
    assert_float_equal(statistics_quantile(values, 5, 0.5), 4, 0);
    assert_float_equal(statistics_quantile(values, 5, 0.625), 6, 1e-15);
    assert_float_equal(statistics_quantile(values, 5, 1), 16, 0);
    assert_float_equal(statistics_quantile(values, 1, 0.3), 1, 0);
}

static void summary_of_unsorted_values(void **state)
{
    (void)state;
    const double values[] = {30, 10, 50, 20, 40};
    const summary s = statistics_summarise(values, 5);
    assert_int_equal(s.count, 5);
    assert_float_equal(s.median, 30, 0);
    assert_float_equal(s.low, 20, 0);
    assert_float_equal(s.high, 40, 0);
    assert_float_equal(s.spread, 20.0 / 30, 1e-15);
    assert_float_equal(s.error, sqrt(acos(-1.0) / 10) * 1.4826 * 10 / 30, 1e-15);
    assert_float_equal(values[0], 30, 0);
}

static void one_outlier_moves_nothing(void **state)
{
    (void)state;
    const double calm[] = {10, 11, 12, 13, 14, 15, 16};
    const double disturbed[] = {10, 11, 12, 13, 14, 15, 1e9};
    const summary a = statistics_summarise(calm, 7);
    const summary b = statistics_summarise(disturbed, 7);
    assert_float_equal(a.median, b.median, 0);
    assert_float_equal(a.error, b.error, 0);
}

static void two_values_have_no_error(void **state)
{
    (void)state;
    const double values[] = {1, 1};
    assert_true(isinf(statistics_summarise(values, 2).error));
}

static void power_law_is_found(void **state)
{
    (void)state;
    double x[6], y[6], exponent, factor;
    for (int i = 0; i < 6; i++) {
        x[i] = pow(3, i + 1);
        y[i] = 2.5 * pow(x[i], 1.25);
    }
    assert_int_equal(statistics_power_law(x, y, 6, &exponent, &factor), 0);
    assert_float_equal(exponent, 1.25, 1e-13);
    assert_float_equal(factor, 2.5, 1e-12);
}

static void power_law_needs_two_places(void **state)
{
    (void)state;
    const double x[] = {2, 2};
    const double y[] = {1, 3};
    double exponent, factor;
    assert_int_equal(statistics_power_law(x, y, 2, &exponent, &factor), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_lie_between_neighbours),
        cmocka_unit_test(summary_of_unsorted_values),
        cmocka_unit_test(one_outlier_moves_nothing),
        cmocka_unit_test(two_values_have_no_error),
        cmocka_unit_test(power_law_is_found),
        cmocka_unit_test(power_law_needs_two_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
