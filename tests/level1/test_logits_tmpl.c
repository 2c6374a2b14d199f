/* H = X theta + bias against plain long double loops. */
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/reference.h"
#include "support/sweep.h"
#include "support/trial.h"

static void check_shape(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    problem p = problem_new(m, n, k, pad, 1);
    if ((m + n + k) % 3 == 0)
        p.a.bias = NULL;
    trial_call(LOGITS, ctx, &p);

    long double *const X = trial_wide(&p, PROBLEM_X);
    long double *const theta = trial_wide(&p, PROBLEM_THETA);
    long double *const bias = p.a.bias == NULL ? NULL : trial_wide(&p, PROBLEM_BIAS);
    long double *const H = reference_new(m, k);
    double *const bound = calloc((size_t)(m * k) + 1, sizeof *bound);
    reference_logits(m, n, k, X, theta, bias, H);
    bounds_logits(real_arithmetic, m, n, k, X, theta, bias, bound);
    check_close("H", m, k, p.a.H, p.a.ldh, H, bound);

    free(bound);
    free(H);
    free(bias);
    free(theta);
    free(X);
    problem_free(&p);
}

static void test_shapes(void **state)
{
    (void)state;
    sweep_shapes(check_shape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shapes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
