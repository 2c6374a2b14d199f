/* With an l1 penalty: the certificate of the minimum, exact zeros, the ends of the elastic net. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/optimum.h"

enum { M = 200, N = 10, K = 3, WEIGHTS = N * K };

static linclass_fit_options options_of(double l1, double l2)
{
    linclass_fit_options options = samples_options();
    options.l1 = l1;
    options.l2 = l2;
    options.gradient_tolerance = 1e-9;
    return options;
}

/* Every weight at 0 or not, with g the gradient of the smooth part: |g| <= l1, or g = -l1 sign. */
static void check_certificate(double l1, double l2)
{
    samples data = samples_new(M, N, K, 100);
    linclass_context *ctx = context_of(2);
    const linclass_fit_options options = options_of(l1, l2);
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, &data, &options, &report);
    assert_int_equal(report.solver, LINCLASS_SOLVER_ORTHANT_WISE);
    long double theta[WEIGHTS];
    long double bias[K];
    long double G[WEIGHTS];
    long double g_bias[K];
    long double norm1 = 0;
    for (int e = 0; e < WEIGHTS; e++) {
        theta[e] = fitting_theta(model, e);
        norm1 += fabsl(theta[e]);
    }
    for (int c = 0; c < K; c++)
        bias[c] = fitting_bias(model, c);
    const long double smooth = optimum_objective(&data, l2, theta, bias, G, g_bias);
    assert_near("objective", report.objective, smooth + l1 * norm1, 1e-12);
    int zeros = 0;
    for (int e = 0; e < WEIGHTS; e++) {
        if (theta[e] == 0) {
            zeros++;
            assert_true(fabsl(G[e]) <= l1 + 1e-7);
        } else {
            assert_near("g + l1 sign(theta)", (double)(G[e] + (theta[e] > 0 ? l1 : -l1)), 0, 1e-7);
        }
    }
    for (int c = 0; c < K; c++)
        assert_near("g_bias", (double)g_bias[c], 0, 1e-7);
    assert_true(zeros > 0 && zeros < WEIGHTS);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void test_certificate(void **state)
{
    (void)state;
    check_certificate(0.01, 0);
    check_certificate(0.03, 0.02);
}

/* A penalty above every slope at zero leaves no weight; the biases fit the frequencies all the same. */
static void test_a_large_penalty_leaves_nothing(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 101);
    linclass_context *ctx = context_of(1);
    const linclass_fit_options options = options_of(10, 0);
    linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
    double frequency[K] = {0};
    for (int i = 0; i < M; i++)
        frequency[data.y[i]] += 1.0 / M;
    for (int e = 0; e < WEIGHTS; e++)
        assert_true(fitting_theta(model, e) == 0);
    for (int c = 1; c < K; c++)
        assert_near("bias", fitting_bias(model, c) - fitting_bias(model, 0),
                    log(frequency[c] / frequency[0]), 1e-6);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* A vanishing l1 is the l2 fit. */
static void test_a_vanishing_penalty_changes_nothing(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 102);
    linclass_context *ctx = context_of(1);
    const linclass_fit_options with = options_of(1e-12, 0.05);
    const linclass_fit_options without = options_of(0, 0.05);
    linclass_model *one = fitting_fit(ctx, &data, &with, NULL);
    linclass_model *other = fitting_fit(ctx, &data, &without, NULL);
    for (int e = 0; e < WEIGHTS; e++)
        assert_near("theta", fitting_theta(one, e), fitting_theta(other, e), 1e-6);
    linclass_model_destroy(other);
    linclass_model_destroy(one);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_certificate),
        cmocka_unit_test(test_a_large_penalty_leaves_nothing),
        cmocka_unit_test(test_a_vanishing_penalty_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
