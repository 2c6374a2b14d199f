/* theta := theta - (alpha / B) X_b^T (Z - I_y), batch after batch in row order, against the same
 * loop in long double. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/reference.h"
#include "support/sweep.h"
#include "support/trial.h"

/* An epoch is a map with rounding errors added at every step. A step moves a parameter by at most
 * alpha, since |x| <= 1 and |r| <= 1, and is computed from logits and sums of n + B + k + 16
 * roundings of numbers up to 8. How much of a step's error the next one amplifies is bounded by
 * 1 + alpha n / 2, the Lipschitz constant of theta - alpha grad, but errors of random sign do not
 * reach that: steps * alpha * the error of a step is what is allowed. */
static double epoch_bound(const arguments *a)
{
    const double batch = (double)(a->batch < a->m ? a->batch : a->m);
    const double steps = ceil((double)a->m / fmax(1, batch));
    const double step_error = real_arithmetic.u * 8 * ((double)(a->n + a->k) + batch + 16);
    return steps * ((double)a->learning_rate * step_error + 8 * real_arithmetic.u);
}

static void check_epoch(linclass_context *ctx, problem *p)
{
    const arguments *const a = &p->a;
    long double *const X = trial_wide(p, PROBLEM_X);
    long double *const theta = trial_wide(p, PROBLEM_THETA);
    long double *const bias = a->bias == NULL ? NULL : trial_wide(p, PROBLEM_BIAS);
    reference_sgd_epoch(a->m, a->n, a->k, X, a->y, a->batch, a->learning_rate, theta, bias);
    trial_call(SGD_EPOCH, ctx, p);

    const int64_t largest = a->n * a->k > a->k ? a->n * a->k : a->k;
    double *const bound = calloc((size_t)largest + 1, sizeof *bound);
    for (int64_t e = 0; e < largest; e++)
        bound[e] = epoch_bound(a);
    check_close("theta", a->n, a->k, a->theta, a->ldtheta, theta, bound);
    if (bias != NULL)
        check_close("bias", 1, a->k, a->bias, a->k, bias, bound);
    free(bound);
    free(bias);
    free(theta);
    free(X);
}

static void check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    if (m * n * k > 10000000) /* minutes in long double, where an epoch is many small steps */
        return;
    static const int64_t batches[] = {10, 64, 1, 100, 1000};
    problem p = problem_new(m, n, k, pad, 13);
    p.a.batch = batches[(m + 2 * n + 3 * k) % 5];
    if ((m + n + k) % 3 == 0)
        p.a.bias = NULL;
    if (m > 0 && k == 0)
        trial_call_without_classes(SGD_EPOCH, ctx, &p);
    else
        check_epoch(ctx, &p);
    problem_free(&p);
}

static void test_shapes(void **state)
{
    (void)state;
    sweep_shapes(check_shape);
}

static void test_large_model(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    problem p = problem_new(37, 600, 1000, 3, 14);
    p.a.batch = 16;
    check_epoch(ctx, &p);
    problem_free(&p);
    linclass_context_destroy(ctx);
}

/* A batch of all the rows is one step of gradient descent. */
static void test_one_batch_is_one_gradient_step(void **state)
{
    (void)state;
    problem p = problem_new(50, 20, 7, 0, 15);
    problem q = problem_new(50, 20, 7, 0, 15);
    p.a.batch = 50;
    assert_int_equal(call(SGD_EPOCH, NULL, &p.a), LINCLASS_OK);
    assert_int_equal(call(LOSS_GRADIENT, NULL, &q.a), LINCLASS_OK);
    for (int64_t e = 0; e < q.a.n * q.a.k; e++) {
        const double want = (double)q.a.theta[e] - (double)q.a.learning_rate * (double)q.a.G[e];
        check_close_number("theta", (double)p.a.theta[e], want, epoch_bound(&p.a));
    }
    problem_free(&q);
    problem_free(&p);
}

/* A rate of 0 changes nothing, not a bit. */
static void test_zero_rate(void **state)
{
    (void)state;
    problem p = problem_new(50, 20, 7, 0, 16);
    p.a.learning_rate = 0;
    assert_int_equal(call(SGD_EPOCH, NULL, &p.a), LINCLASS_OK);
    assert_int_equal(problem_changed(&p), 0);
    problem_free(&p);
}

/* Two epochs over halves are one over the whole, bit for bit, when the batch divides the half. */
static void test_epochs_compose(void **state)
{
    (void)state;
    problem p = problem_new(80, 20, 7, 0, 17);
    problem q = problem_new(80, 20, 7, 0, 17);
    assert_int_equal(call(SGD_EPOCH, NULL, &p.a), LINCLASS_OK);
    q.a.m = 40;
    assert_int_equal(call(SGD_EPOCH, NULL, &q.a), LINCLASS_OK);
    q.a.X += 40 * q.a.ldx;
    q.a.y += 40;
    assert_int_equal(call(SGD_EPOCH, NULL, &q.a), LINCLASS_OK);
    assert_memory_equal(p.a.theta, q.a.theta, 20 * 7 * sizeof(real));
    assert_memory_equal(p.a.bias, q.a.bias, 7 * sizeof(real));
    problem_free(&q);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_large_model),
        cmocka_unit_test(test_one_batch_is_one_gradient_step),
        cmocka_unit_test(test_zero_rate),
        cmocka_unit_test(test_epochs_compose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
