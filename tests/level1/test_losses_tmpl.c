/* The losses besides softmax: sigmoid, mean loss, residual, the fused gradient and an epoch of steps,
 * against their definitions in plain long double loops, under bounds of the rounding. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/expectation.h"
#include "support/losses.h"
#include "support/reference.h"
#include "support/sweep.h"

/* The first loss besides softmax. */
enum { OTHER = LINCLASS_LOSS_SOFTMAX + 1 };

/* Crammer and Singer's loss is for fits alone: it has no array functions. */
static bool has_functions(int32_t loss)
{
    return linclass_loss_name(loss) != NULL && loss != LINCLASS_LOSS_CRAMMER_SINGER;
}

/* On small shapes every loss is tried, on large ones, of so many operations, they take turns. */
static bool has_its_turn(int32_t loss, int64_t shape, int64_t operations)
{
    int32_t count = 0;
    while (has_functions(OTHER + count))
        count++;
    return operations <= 20000 || shape % count == loss - OTHER;
}

static void check_sigmoid(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    problem p = problem_new(m, n, k, pad, 40);
    trial_call(SIGMOID, ctx, &p);
    long double *const Z = expectation_wide(SIGMOID, &p, PROBLEM_H);
    double *const bound = expectation_bounds(m, k);
    for (int64_t e = 0; e < m * k; e++) {
        Z[e] = losses_sigmoid(Z[e]);
        bound[e] = 12 * real_arithmetic.u * (double)Z[e] + real_arithmetic.tiny;
    }
    check_close("Z", m, k, p.a.Z, p.a.ldz, Z, bound);
    p.a.Z = p.a.H;
    p.a.ldz = p.a.ldh;
    check_ok(ctx, call(SIGMOID, ctx, &p.a), "sigmoid in place");
    problem_check_guards(&p, SIGMOID);
    check_close("Z in place", m, k, p.a.H, p.a.ldh, Z, bound);
    free(bound);
    free(Z);
    problem_free(&p);
}

static void test_sigmoid(void **state)
{
    (void)state;
    sweep_rows(check_sigmoid);
}

static void check_rows_of(function_set first, linclass_context *ctx, int64_t m, int64_t k,
                          int64_t pad)
{
    problem p = problem_new(m, 0, k, pad, 41);
    const int64_t columns = expectation_classes(first, &p);
    long double *const H = expectation_wide(first, &p, PROBLEM_H);
    long double *const R = reference_new(m, columns);
    double *const bound = expectation_bounds(m, columns);
    const long double mean =
        losses_mean(function_loss(first), m, columns, H, expectation_labels(first, &p), R);
    const double dmean = losses_bound(function_loss(first), real_arithmetic, m, columns, H, NULL,
                                      expectation_labels(first, &p), bound);
    trial_call(first, ctx, &p);
    check_close_number("loss", *p.a.loss, mean, dmean);
    *p.a.loss = NAN;
    trial_call(first << 1, ctx, &p);
    check_close_number("loss with the residual", *p.a.loss, mean, dmean);
    check_close("R", m, columns, p.a.H, p.a.ldh, R, bound);
    free(bound);
    free(R);
    free(H);
    problem_free(&p);
}

static void check_rows(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    (void)n;
    for (int32_t loss = OTHER; has_functions(loss); loss++) {
        if (!has_its_turn(loss, m + k, 100 * m * k))
            continue;
        if (losses_find(loss)->one_score) {
            if (k > 0)
                check_rows_of(FIRST_OF(loss), ctx, m, k, pad);
        } else if (m > 0 && k == 0) {
            problem p = problem_new(m, 0, k, pad, 41);
            trial_call_without_classes(FIRST_OF(loss), ctx, &p);
            trial_call_without_classes(FIRST_OF(loss) << 1, ctx, &p);
            problem_free(&p);
        } else {
            check_rows_of(FIRST_OF(loss), ctx, m, k, pad);
        }
    }
}

static void test_rows(void **state)
{
    (void)state;
    sweep_rows(check_rows);
}

static void check_loss_gradient(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    for (int32_t loss = OTHER; has_functions(loss); loss++) {
        const function_set function = FIRST_OF(loss) << 2;
        if (k == 0 && (m > 0 || function_has_one_score(function)))
            continue;
        if (!has_its_turn(loss, m + n + k, m * n * k))
            continue;
        problem p = problem_new(m, n, k, pad, 42);
        if ((m + n) % 3 == 0)
            p.a.bias = NULL;
        if ((m + k) % 3 == 0)
            p.a.g_bias = NULL;
        expectation e = expectation_new(function, &p);
        trial_call(function, ctx, &p);
        expectation_check(function, &p, &e);
        expectation_free(&e);
        problem_free(&p);
    }
}

static void test_loss_gradient(void **state)
{
    (void)state;
    sweep_shapes(check_loss_gradient);
}

/* Scores, residual and linear gradient, one after the other, come to what the sweep does. */
static void test_equals_the_chain(void **state)
{
    (void)state;
    for (int32_t loss = OTHER; has_functions(loss); loss++) {
        const function_set first = FIRST_OF(loss);
        const int64_t k = function_has_one_score(first) ? 1 : 11;
        problem p = problem_new(300, 41, k, 0, 43);
        expectation e = expectation_new(first, &p);
        p.a.scale = (real)1 / 300;
        check_ok(NULL, call(LOGITS, NULL, &p.a), "logits");
        check_ok(NULL, call(first << 1, NULL, &p.a), function_name(first << 1));
        p.a.R = p.a.H;
        p.a.ldr = p.a.ldh;
        check_ok(NULL, call(GRADIENT, NULL, &p.a), "gradient");
        expectation_check(first, &p, &e);
        expectation_free(&e);
        problem_free(&p);
    }
}

static void test_loss_of_a_residual_may_be_null(void **state)
{
    (void)state;
    for (int32_t loss = OTHER; has_functions(loss); loss++) {
        problem p = problem_new(33, 0, 21, 0, 44);
        problem q = problem_new(33, 0, 21, 0, 44);
        q.a.loss = NULL;
        check_ok(NULL, call(FIRST_OF(loss) << 1, NULL, &p.a), "with the loss");
        check_ok(NULL, call(FIRST_OF(loss) << 1, NULL, &q.a), "without the loss");
        assert_memory_equal(p.a.H, q.a.H, 33 * 21 * sizeof(real));
        problem_free(&q);
        problem_free(&p);
    }
}

static void test_no_rows_have_no_loss(void **state)
{
    (void)state;
    double loss = 7;
    assert_int_equal(
        REAL(linclass_loss_mean)(NULL, LINCLASS_LOSS_LOGISTIC, 0, 1, NULL, 1, NULL, &loss),
        LINCLASS_OK);
    assert_true(loss == 0);
    loss = 7;
    assert_int_equal(
        REAL(linclass_loss_mean)(NULL, LINCLASS_LOSS_HINGE, 0, 5, NULL, 5, NULL, &loss),
        LINCLASS_OK);
    assert_true(loss == 0);
}

/* A step is theta - (rate / B) X^T R: the fused gradient of the batch, times the rate. */
static void check_step(function_set first, int64_t m, int64_t n, int64_t k)
{
    problem p = problem_new(m, n, k, 1, 45);
    expectation e = expectation_new(first, &p);
    const int64_t columns = expectation_classes(first, &p);
    long double *const theta = expectation_wide(first, &p, PROBLEM_THETA);
    long double *const bias = expectation_wide(first, &p, PROBLEM_BIAS);
    const double rate = (double)p.a.learning_rate;
    p.a.batch = m;
    trial_call(first << 3, NULL, &p);
    for (int64_t c = 0; c < columns; c++) {
        for (int64_t j = 0; j < n; j++) {
            const int64_t at = j * columns + c;
            const long double want = theta[at] - rate * e.G[at];
            const double rounding = 3 * real_arithmetic.u * (fabs((double)theta[at]) + 1);
            check_close_number("theta", p.a.theta[j * p.a.ldtheta + c], want,
                               rate * e.dG[at] + rounding);
        }
        check_close_number("bias", p.a.bias[c], bias[c] - rate * e.g_bias[c],
                           rate * e.dg_bias[c] + 6 * real_arithmetic.u);
    }
    free(bias);
    free(theta);
    expectation_free(&e);
    problem_free(&p);
}

static void test_a_step(void **state)
{
    (void)state;
    for (int32_t loss = OTHER; has_functions(loss); loss++) {
        check_step(FIRST_OF(loss), 1, 3, 2);
        check_step(FIRST_OF(loss), 50, 20, 7);
        check_step(FIRST_OF(loss), 400, 30, 10);
        check_step(FIRST_OF(loss), 20, 700, 400);
    }
}

/* An epoch is its batches, one after the other. */
static void test_an_epoch_is_its_steps(void **state)
{
    (void)state;
    for (int32_t loss = OTHER; has_functions(loss); loss++) {
        const function_set function = FIRST_OF(loss) << 3;
        problem p = problem_new(25, 6, 4, 1, 46);
        problem q = problem_new(25, 6, 4, 1, 46);
        p.a.batch = q.a.batch = 10;
        check_ok(NULL, call(function, NULL, &p.a), function_name(function));
        for (int64_t row = 0; row < 25; row += 10) {
            arguments step = q.a;
            step.m = row == 20 ? 5 : 10;
            step.X += row * step.ldx;
            step.y += row;
            step.y2 += row;
            check_ok(NULL, call(function, NULL, &step), function_name(function));
        }
        assert_true(problem_same(&p, &q));
        problem_free(&q);
        problem_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sigmoid),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_loss_gradient),
        cmocka_unit_test(test_equals_the_chain),
        cmocka_unit_test(test_loss_of_a_residual_may_be_null),
        cmocka_unit_test(test_no_rows_have_no_loss),
        cmocka_unit_test(test_a_step),
        cmocka_unit_test(test_an_epoch_is_its_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
