/* The mean of log sum_j exp(h_j) - h_y against plain long double loops. */
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
    problem p = problem_new(m, n, k, pad, 5);
    if (m > 0 && k == 0) {
        trial_call_without_classes(CROSS_ENTROPY, ctx, &p);
    } else {
        trial_call(CROSS_ENTROPY, ctx, &p);
        long double *const H = trial_wide(&p, PROBLEM_H);
        check_close_number("loss", *p.a.loss, reference_cross_entropy(m, k, H, p.a.y),
                           bounds_cross_entropy(real_arithmetic, m, k, H, NULL, p.a.y));
        free(H);
    }
    problem_free(&p);
}

static void test_shapes(void **state)
{
    (void)state;
    sweep_rows(check_shape);
}

static void test_no_rows_have_no_loss(void **state)
{
    (void)state;
    double loss = 7;
    assert_int_equal(REAL(linclass_cross_entropy)(NULL, 0, 5, NULL, 5, NULL, &loss), LINCLASS_OK);
    assert_true(loss == 0);
}

/* k equal logits: log k, whatever they are. */
static void test_equal_logits(void **state)
{
    (void)state;
    for (int64_t k = 1; k <= 64; k++) {
        real h[64];
        for (int64_t c = 0; c < k; c++)
            h[c] = (real)1234.5;
        const int64_t y = k / 2;
        double loss = -1;
        assert_int_equal(REAL(linclass_cross_entropy)(NULL, 1, k, h, k, &y, &loss), LINCLASS_OK);
        check_close_number("loss", loss, logl((long double)k),
                           real_arithmetic.u * (4 + log((double)k)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_no_rows_have_no_loss),
        cmocka_unit_test(test_equal_logits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
