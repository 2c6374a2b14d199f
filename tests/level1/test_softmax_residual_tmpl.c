/* R = softmax(H) - I_y and the loss, in one pass, against plain long double loops. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/reference.h"
#include "support/sweep.h"
#include "support/trial.h"

static void check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    problem p = problem_new(m, n, k, pad, 6);
    if (m > 0 && k == 0) {
        trial_call_without_classes(RESIDUAL, ctx, &p);
        problem_free(&p);
        return;
    }
    long double *const H = trial_wide(&p, PROBLEM_H);
    long double *const R = reference_new(m, k);
    double *const bound = calloc((size_t)(m * k) + 1, sizeof *bound);
    trial_call(RESIDUAL, ctx, &p);
    check_close_number("loss", *p.a.loss, reference_cross_entropy(m, k, H, p.a.y),
                       bounds_cross_entropy(real_arithmetic, m, k, H, NULL, p.a.y));
    reference_residual(m, k, H, p.a.y, R);
    bounds_residual(real_arithmetic, m, k, H, NULL, p.a.y, bound);
    check_close("R", m, k, p.a.H, p.a.ldh, R, bound);
    free(bound);
    free(R);
    free(H);
    problem_free(&p);
}

static void test_shapes(void **state)
{
    (void)state;
    sweep_rows(check_shape);
}

static void test_rows_sum_to_zero(void **state)
{
    (void)state;
    for (int64_t k = 1; k < 2000; k = k * 3 / 2 + 1) {
        problem p = problem_new(20, 0, k, 0, (uint64_t)k);
        assert_int_equal(call(RESIDUAL, NULL, &p.a), LINCLASS_OK);
        for (int64_t i = 0; i < p.a.m; i++) {
            double sum = 0;
            for (int64_t c = 0; c < k; c++)
                sum += p.a.H[i * p.a.ldh + c];
            if (!(fabs(sum) <= real_arithmetic.u * (double)(k + 30)))
                fail_msg("k=%ld: row %ld sums to %.17g", (long)k, (long)i, sum);
        }
        problem_free(&p);
    }
}

/* A confident row: z_y rounds to 1 and z_y - 1 to 0, but -r_y and the loss are the sum of the other
 * probabilities, to full relative accuracy. */
static void test_no_cancellation(void **state)
{
    (void)state;
    for (int64_t k = 2; k < 300; k = k * 2 + 1) {
        real h[300] = {0};
        const int64_t y = k / 3;
        h[y] = 60;
        double loss;
        assert_int_equal(REAL(linclass_softmax_residual)(NULL, 1, k, h, k, &y, &loss), LINCLASS_OK);
        const double others = (double)(k - 1) * exp(-60);
        const double allowed = 8 * real_arithmetic.u * others;
        check_close_number("r_y", h[y], -others, allowed);
        check_close_number("loss", loss, others, allowed);
        check_close_number("another r", h[k - 1], exp(-60), allowed);
    }
}

static void test_loss_may_be_null(void **state)
{
    (void)state;
    problem p = problem_new(33, 0, 21, 0, 7);
    problem q = problem_new(33, 0, 21, 0, 7);
    q.a.loss = NULL;
    assert_int_equal(call(RESIDUAL, NULL, &p.a), LINCLASS_OK);
    assert_int_equal(call(RESIDUAL, NULL, &q.a), LINCLASS_OK);
    assert_memory_equal(p.a.H, q.a.H, 33 * 21 * sizeof(real));
    problem_free(&q);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_rows_sum_to_zero),
        cmocka_unit_test(test_no_cancellation),
        cmocka_unit_test(test_loss_may_be_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
