/* The gradient against the chain rule through the materialised Jacobians, sample by sample. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/chain_rule.h"
#include "support/reference.h"
#include "support/trial.h"

/* Mean over the samples of the chain rule's gradients. */
static long double *mean_gradient(const problem *p)
{
    const int64_t n = p->a.n;
    const int64_t k = p->a.k;
    long double *const X = trial_wide(p, PROBLEM_X);
    long double *const theta = trial_wide(p, PROBLEM_THETA);
    long double *const bias = trial_wide(p, PROBLEM_BIAS);
    long double *const one = reference_new(n, k);
    long double *const mean = reference_new(n, k);
    for (int64_t i = 0; i < p->a.m; i++) {
        chain_rule_gradient(n, k, X + i * n, p->a.y[i], theta, bias, one);
        for (int64_t e = 0; e < n * k; e++)
            mean[e] += one[e] / p->a.m;
    }
    free(one);
    free(bias);
    free(theta);
    free(X);
    return mean;
}

static void check_shape(int64_t m, int64_t n, int64_t k)
{
    problem p = problem_new(m, n, k, 2, 20);
    long double *const want = mean_gradient(&p);
    double *const bound = calloc((size_t)(n * k), sizeof *bound);
    /* Logits of n + 1 terms of size below 8 + 1, a softmax, a mean of m terms of size below 1. */
    for (int64_t e = 0; e < n * k; e++)
        bound[e] = real_arithmetic.u * (double)(18 * (n + 1) + 2 * k + m + 30);
    trial_call(LOSS_GRADIENT, NULL, &p);
    check_close("G", n, k, p.a.G, p.a.ldg, want, bound);
    free(bound);
    free(want);
    problem_free(&p);
}

static void test_one_sample(void **state)
{
    (void)state;
    check_shape(1, 1, 2);
    check_shape(1, 4, 3);
    check_shape(1, 30, 10);
}

static void test_batches(void **state)
{
    (void)state;
    check_shape(2, 3, 5);
    check_shape(10, 20, 17);
    check_shape(100, 12, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_sample),
        cmocka_unit_test(test_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
