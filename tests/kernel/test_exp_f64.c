/* exp in double precision, in every table, within 2 ulp of the value in long double: on inputs around
 * every change of the power of two, at both ends of the range, and at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "kernel/kernel.h"
#include "scores.h"

enum { BLOCK = 4096 };

static double x[BLOCK];
static double y[BLOCK];

/* Error of got for exp(at) in units in the last place of a double; infinity for a NaN. */
static double error_ulp(double at, double got)
{
    const long double overflow = ldexpl(1.0L, 1024);
    const long double truth = fminl(expl((long double)at), overflow);
    const long double value = isinf(got) ? overflow : (long double)got;
    const int exponent = truth > 0.0L ? ilogbl(truth) : -1074;
    const long double unit = ldexpl(1.0L, exponent < -1022 ? -1074 : exponent - 52);
    const double error = (double)(fabsl(value - truth) / unit);
    return isnan(error) ? INFINITY : error;
}

static void check_block(double *largest)
{
    int tables;
    const kernels_f64 *const *table = kernels_all_f64(&tables);
    for (int i = 0; i < tables; i++) {
        table[i]->exp(BLOCK, x, y);
        for (int j = 0; j < BLOCK; j++) {
            const double error = error_ulp(x[j], y[j]);
            *largest = error > *largest ? error : *largest;
        }
    }
}

static void test_around_changes_of_the_power(void **state)
{
    (void)state;
    const double ln_2 = 0x1.62e42fefa39efp-1;
    double largest = 0.0;
    int filled = 0;
    for (int halves = -2 * 1080; halves <= 2 * 1030; halves++) {
        const double at = 0.5 * halves * ln_2;
        const double step = fmax(fabs(at) * DBL_EPSILON, DBL_MIN);
        for (int i = -16; i < 16; i++)
            x[filled++] = at + i * step;
        if (filled == BLOCK) {
            check_block(&largest);
            filled = 0;
        }
    }
    print_message("largest error %.4f ulp\n", largest);
    assert_true(largest <= 2.0);
}

static void test_at_random(void **state)
{
    (void)state;
    uint64_t seed = 1;
    double largest = 0.0;
    for (int round = 0; round < 400; round++) {
        for (int i = 0; i < BLOCK; i++) {
            const double u = random_uniform(&seed);
            x[i] = round % 2 == 0 ? -746.0 + 1456.0 * u
                                  : ldexp(u - 0.5, (int)(-60.0 + 70.0 * random_uniform(&seed)));
        }
        check_block(&largest);
    }
    print_message("largest error %.4f ulp\n", largest);
    assert_true(largest <= 2.0);
}

static void test_ends_of_the_range(void **state)
{
    (void)state;
    static const double at[][2] = {
        {0.0, 1.0},        {-0.0, 1.0},       {DBL_TRUE_MIN, 1.0},  {-DBL_MIN, 1.0},
        {710.0, INFINITY}, {1e300, INFINITY}, {INFINITY, INFINITY}, {-746.0, 0.0},
        {-1e300, 0.0},     {-DBL_MAX, 0.0},   {-INFINITY, 0.0},     {DBL_MAX, INFINITY},
    };
    int tables;
    const kernels_f64 *const *table = kernels_all_f64(&tables);
    for (int i = 0; i < tables; i++) {
        for (size_t j = 0; j < sizeof at / sizeof *at; j++) {
            table[i]->exp(1, &at[j][0], y);
            assert_true(y[0] == at[j][1]);
        }
        x[0] = NAN;
        table[i]->exp(1, x, y);
        assert_true(isnan(y[0]));
    }
}

int main(void)
{
    if (LDBL_MANT_DIG < DBL_MANT_DIG + 8) {
        print_message("long double is no more precise than double here: nothing to compare with\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_around_changes_of_the_power),
        cmocka_unit_test(test_at_random),
        cmocka_unit_test(test_ends_of_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
