/* The gradient of every loss against central differences of the loss, in double; and the residual
 * against those of the loss in a score:
 *
 *     (F(theta + d e) - F(theta - d e)) / 2d = dF/dtheta + O(d^2) + O(u F / d)
 *
 * With d = 1e-5 truncation and rounding are both of order 1e-10; 1e-6 is asked for. The losses with kinks
 * are linear between them, and none is within d of the scores drawn here. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/check.h"
#include "support/problem.h"

static const double step = 1e-5;
static const double tolerance = 1e-6;

static double loss_of(function_set function, const problem *p)
{
    check_ok(NULL, call(function, NULL, &p->a), function_name(function));
    return *p->a.loss;
}

static double difference(function_set function, const problem *p, double *parameter)
{
    const double value = *parameter;
    *parameter = value + step;
    const double above = loss_of(function, p);
    *parameter = value - step;
    const double below = loss_of(function, p);
    *parameter = value;
    return (above - below) / (2 * step);
}

static int64_t columns(function_set function, const problem *p)
{
    return function_has_one_score(function) ? 1 : p->a.k;
}

static void check_gradient_of(function_set function, int64_t m, int64_t n, int64_t k)
{
    problem p = problem_new(m, n, k, 1, 18);
    check_describe("%s, m=%ld n=%ld k=%ld", function_name(function), (long)m, (long)n, (long)k);
    for (int64_t c = 0; c < columns(function, &p); c++) {
        for (int64_t j = 0; j < n; j++) {
            const double slope = difference(function, &p, p.a.theta + j * p.a.ldtheta + c);
            (void)loss_of(function, &p);
            check_close_number("G", p.a.G[j * p.a.ldg + c], slope, tolerance);
        }
        const double slope = difference(function, &p, p.a.bias + c);
        (void)loss_of(function, &p);
        check_close_number("g_bias", p.a.g_bias[c], slope, tolerance);
    }
    problem_free(&p);
}

static void check_gradient(int64_t m, int64_t n, int64_t k)
{
    for (function_set function = 1; function != 0; function = function_after(function)) {
        if ((function & LOSS_GRADIENTS) != 0)
            check_gradient_of(function, m, n, k);
    }
}

/* function: of a loss; the next is its residual. */
static void check_residual(function_set function)
{
    problem p = problem_new(20, 0, 5, 1, 19);
    problem q = problem_new(20, 0, 5, 1, 19);
    check_describe("%s", function_name(function * 2));
    check_ok(NULL, call(function * 2, NULL, &q.a), function_name(function * 2));
    for (int64_t i = 0; i < p.a.m; i++) {
        for (int64_t c = 0; c < columns(function, &p); c++) {
            const double slope = difference(function, &p, p.a.H + i * p.a.ldh + c);
            check_close_number("R", q.a.H[i * q.a.ldh + c], slope * (double)p.a.m, 20 * tolerance);
        }
    }
    problem_free(&q);
    problem_free(&p);
}

static void test_residuals(void **state)
{
    (void)state;
    for (function_set function = 1; function != 0; function = function_after(function)) {
        if ((function & LOSSES) != 0)
            check_residual(function);
    }
}

static void test_small(void **state)
{
    (void)state;
    check_gradient(1, 1, 2);
    check_gradient(3, 5, 4);
    check_gradient(50, 12, 10);
}

static void test_more_rows_than_a_block(void **state)
{
    (void)state;
    check_gradient(500, 3, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_residuals),
        cmocka_unit_test(test_more_rows_than_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
