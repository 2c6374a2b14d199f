/* The shift of a row of weights that costs the least penalty, against the penalty itself. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "solver/penalty_shift.h"
#include "support/noise.h"

enum { MOST = 7 };

static double penalty(int64_t k, const double *t, double l1, double l2, double shift)
{
    double sum = 0;
    for (int64_t j = 0; j < k; j++)
        sum += l1 * fabs(t[j] + shift) + l2 / 2 * (t[j] + shift) * (t[j] + shift);
    return sum;
}

/* The penalty is convex: no lower a little to either side is a minimum. */
static void check(int64_t k, const double *t, double l1, double l2)
{
    double work[MOST];
    const double shift = penalty_shift(k, t, l1, l2, work);
    const double least = penalty(k, t, l1, l2, shift);
    for (double step = 1e-6; step < 10; step *= 10) {
        assert_true(least <= penalty(k, t, l1, l2, shift + step) + 1e-15);
        assert_true(least <= penalty(k, t, l1, l2, shift - step) + 1e-15);
    }
    /* The one nearest to 0, where the difference is more than rounding. */
    if (fabs(shift) > 1e-4)
        assert_true(penalty(k, t, l1, l2, 0.9 * shift) > least);
}

static void test_least_penalty(void **state)
{
    (void)state;
    uint64_t noise = 7;
    for (int trial = 0; trial < 2000; trial++) {
        double t[MOST];
        const int64_t k = 1 + noise_below(&noise, MOST);
        for (int64_t j = 0; j < k; j++)
            t[j] = noise_below(&noise, 3) == 0 ? 0 : noise_uniform(&noise);
        check(k, t, 0.1, trial % 2 == 0 ? 0 : 0.1);
        check(k, t, 1e-3, 1);
    }
}

/* Without l2 it is the median, which becomes exactly 0; of an even number any between the middle two. */
static void test_median(void **state)
{
    (void)state;
    double work[MOST];
    const double odd[3] = {1, 0.3, -2};
    const double even[4] = {1, 0.5, 0.25, -2};
    const double around[4] = {1, 0.5, -0.25, -2};
    assert_true(penalty_shift(3, odd, 0.1, 0, work) == -0.3);
    assert_true(penalty_shift(4, even, 0.1, 0, work) == -0.25);
    assert_true(penalty_shift(4, around, 0.1, 0, work) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_least_penalty),
        cmocka_unit_test(test_median),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
