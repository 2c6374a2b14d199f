/* Rows chosen for the blocks of a preconditioner: about as many as are wanted, and every sum over the first rows is
 * what it was, up to one row's new weight. Where few rows count, all of them stay as they are. */
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <setjmp.h>
#include <cmocka.h>

#include "solver/preconditioner_factor.h"

enum { ROWS = 3000, CHOSEN = 100 };

/* Weights from 1 down to `least`, in a mixed order. */
static void fill(double *w, double least)
{
    for (int64_t i = 0; i < ROWS; i++)
        w[i] = pow(least, (double)((i * 1103) % ROWS) / ROWS);
}

static double least_positive(const double *w)
{
    double least = INFINITY;
    for (int64_t i = 0; i < ROWS; i++)
        least = w[i] > 0 ? fmin(least, w[i]) : least;
    return least;
}

static void check(double least)
{
    static double before[ROWS];
    static double w[ROWS];
    fill(before, least);
    fill(w, least);
    preconditioner_choose_rows(ROWS, w, CHOSEN);
    const double tau = least_positive(w); /* what small weights become */
    int64_t count = 0;
    double sum = 0;
    double old = 0;
    for (int64_t i = 0; i < ROWS; i++) {
        count += w[i] > 0;
        assert_true(w[i] == 0 || w[i] >= before[i]);
        assert_true(w[i] == before[i] || before[i] < tau * (1 + 1e-12));
        sum += w[i];
        old += before[i];
        assert_true(fabs(sum - old) <= tau * 0.51);
    }
    assert_true(count >= CHOSEN - 1 && count <= CHOSEN + 1);
}

static void test_sums_stay(void **state)
{
    (void)state;
    check(1);
    check(1e-2);
    check(1e-8);
    check(1e-200);
}

static void test_few_rows_stay(void **state)
{
    (void)state;
    double w[ROWS] = {0};
    for (int64_t i = 0; i < CHOSEN; i++)
        w[i * 7] = 1.0 / (double)(i + 1);
    preconditioner_choose_rows(ROWS, w, CHOSEN);
    for (int64_t i = 0; i < ROWS; i++)
        assert_true(w[i] == (i % 7 == 0 && i < 7 * CHOSEN ? 1.0 / (double)(i / 7 + 1) : 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_stay),
        cmocka_unit_test(test_few_rows_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
