/* The fused mean loss and gradient against plain long double loops, and against the chain of the
 * separate functions. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/expectation.h"
#include "support/sweep.h"

static void check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    problem p = problem_new(m, n, k, pad, 10);
    if ((m + n) % 3 == 0)
        p.a.bias = NULL;
    if ((m + k) % 3 == 0)
        p.a.g_bias = NULL;
    if (m > 0 && k == 0) {
        trial_call_without_classes(LOSS_GRADIENT, ctx, &p);
    } else {
        expectation e = expectation_new(LOSS_GRADIENT, &p);
        trial_call(LOSS_GRADIENT, ctx, &p);
        expectation_check(LOSS_GRADIENT, &p, &e);
        expectation_free(&e);
    }
    problem_free(&p);
}

static void test_shapes(void **state)
{
    (void)state;
    sweep_shapes(check_shape);
}

/* The three functions it fuses give the same loss and gradient, within rounding. */
static void test_equals_the_chain(void **state)
{
    (void)state;
    problem p = problem_new(300, 41, 11, 0, 11);
    problem q = problem_new(300, 41, 11, 0, 11);
    expectation e = expectation_new(LOSS_GRADIENT, &p);
    assert_int_equal(call(LOSS_GRADIENT, NULL, &p.a), LINCLASS_OK);
    q.a.scale = (real)1 / 300;
    assert_int_equal(call(LOGITS, NULL, &q.a), LINCLASS_OK);
    assert_int_equal(call(RESIDUAL, NULL, &q.a), LINCLASS_OK);
    q.a.R = q.a.H;
    q.a.ldr = q.a.ldh;
    assert_int_equal(call(GRADIENT, NULL, &q.a), LINCLASS_OK);
    check_close_number("loss of the chain", *q.a.loss, *p.a.loss, 2 * e.dloss);
    check_close("G of the chain", 41, 11, q.a.G, q.a.ldg, e.G, e.dG);
    check_close("g_bias of the chain", 1, 11, q.a.g_bias, 11, e.g_bias, e.dg_bias);
    expectation_free(&e);
    problem_free(&q);
    problem_free(&p);
}

/* Residual rows sum to zero, so every row of G does, and g_bias. */
static void test_rows_of_the_gradient_sum_to_zero(void **state)
{
    (void)state;
    problem p = problem_new(200, 30, 12, 0, 12);
    assert_int_equal(call(LOSS_GRADIENT, NULL, &p.a), LINCLASS_OK);
    for (int64_t j = 0; j <= p.a.n; j++) {
        const real *const row = j < p.a.n ? p.a.G + j * p.a.ldg : p.a.g_bias;
        double sum = 0;
        for (int64_t c = 0; c < p.a.k; c++)
            sum += row[c];
        /* |x| <= 1 and |r| <= 1, so each of the k entries is off by no more than gamma(m + k). */
        check_close_number("sum of a row of G", sum, 0, real_arithmetic.u * 212 * 12);
    }
    problem_free(&p);
}

/* Without samples, features and classes there is no work space: nothing is cleared through NULL, which
 * UndefinedBehaviorSanitizer would report. */
static void test_without_parameters(void **state)
{
    (void)state;
    problem p = problem_new(0, 0, 0, 0, 13);
    assert_int_equal(call(LOSS_GRADIENT, NULL, &p.a), LINCLASS_OK);
    check_close_number("loss", *p.a.loss, 0, 0);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_equals_the_chain),
        cmocka_unit_test(test_rows_of_the_gradient_sum_to_zero),
        cmocka_unit_test(test_without_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
