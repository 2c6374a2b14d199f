/* Means, standard errors and choices on numbers worked by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "selection/choose.h"

/* 1, 2, 3: the standard deviation is 1, over the root of 3. */
static void equal_weights_give_the_usual_standard_error(void **state)
{
    (void)state;
    const double figures[] = {1, 2, 3};
    const double weights[] = {5, 5, 5};
    double mean;
    double error;
    choose_mean(3, figures, weights, &mean, &error);
    assert_float_equal(mean, 2, 0);
    assert_float_equal(error, 1 / sqrt(3), 1e-15);
}

/* Mean 11/4; squares 49/16 + 9/16 + 2 * 25/16 = 108/16 over 4, and over 3 - 1 folds: 27/32. */
static void weights_count(void **state)
{
    (void)state;
    const double figures[] = {1, 2, 4};
    const double weights[] = {1, 1, 2};
    double mean;
    double error;
    choose_mean(3, figures, weights, &mean, &error);
    assert_float_equal(mean, 2.75, 0);
    assert_float_equal(error, sqrt(27. / 32), 1e-15);
}

static void the_least_is_the_first_among_equals_and_never_nan(void **state)
{
    (void)state;
    const double numbers[] = {NAN, 3, 1, 2, 1};
    assert_int_equal(choose_least(5, numbers), 2);
    assert_int_equal(choose_least(2, numbers), 1);
    assert_int_equal(choose_least(1, numbers), -1);
    assert_int_equal(choose_least(0, numbers), -1);
}

/* The best is 0.50 with a standard error of 0.03: 0.53 is allowed, which 0.52 is the first to reach. */
static void one_standard_error_is_that_of_the_best(void **state)
{
    (void)state;
    const double means[] = {0.90, 0.60, 0.52, 0.50, 0.51};
    const double errors[] = {0.50, 0.10, 0.05, 0.03, 0.20};
    assert_int_equal(choose_one_standard_error(means, errors, 3), 2);
}

static void one_standard_error_may_be_reached_exactly_or_by_the_best_alone(void **state)
{
    (void)state;
    const double means[] = {NAN, 0.75, 0.5, 0.25};
    const double reached[] = {0, 0, 0, 0.5};
    const double alone[] = {9, 9, 9, 0.125};
    assert_int_equal(choose_one_standard_error(means, reached, 3), 1);
    assert_int_equal(choose_one_standard_error(means, alone, 3), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_weights_give_the_usual_standard_error),
        cmocka_unit_test(weights_count),
        cmocka_unit_test(the_least_is_the_first_among_equals_and_never_nan),
        cmocka_unit_test(one_standard_error_is_that_of_the_best),
        cmocka_unit_test(one_standard_error_may_be_reached_exactly_or_by_the_best_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
