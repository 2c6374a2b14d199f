/* The gradient against central differences of the loss, in double:
 *
 *     (F(theta + d e) - F(theta - d e)) / 2d = dF/dtheta + O(d^2) + O(u F / d)
 *
 * With d = 1e-5 truncation and rounding are both of order 1e-10; 1e-6 is asked for. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/check.h"
#include "support/problem.h"

static const double step = 1e-5;
static const double tolerance = 1e-6;

static double loss_of(const problem *p)
{
    double loss;
    assert_int_equal(linclass_softmax_loss_gradient_f64(
                         NULL, p->a.m, p->a.n, p->a.k, p->a.X, p->a.ldx, p->a.y, p->a.theta,
                         p->a.ldtheta, p->a.bias, &loss, p->a.G, p->a.ldg, p->a.g_bias),
                     LINCLASS_OK);
    return loss;
}

static double difference(const problem *p, double *parameter)
{
    const double value = *parameter;
    *parameter = value + step;
    const double above = loss_of(p);
    *parameter = value - step;
    const double below = loss_of(p);
    *parameter = value;
    return (above - below) / (2 * step);
}

static void check_gradient(int64_t m, int64_t n, int64_t k)
{
    problem p = problem_new(m, n, k, 1, 18);
    for (int64_t j = 0; j < n; j++) {
        for (int64_t c = 0; c < k; c++) {
            const double slope = difference(&p, p.a.theta + j * p.a.ldtheta + c);
            (void)loss_of(&p);
            check_close_number("G", p.a.G[j * p.a.ldg + c], slope, tolerance);
        }
    }
    for (int64_t c = 0; c < k; c++) {
        const double slope = difference(&p, p.a.bias + c);
        (void)loss_of(&p);
        check_close_number("g_bias", p.a.g_bias[c], slope, tolerance);
    }
    problem_free(&p);
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
        cmocka_unit_test(test_more_rows_than_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
