/* What is known of a minimum without computing it, by gradient descent; the bias is never penalised. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"

static linclass_fit_options descent_options(double l2, double tolerance)
{
    linclass_fit_options options = samples_options();
    options.solver = LINCLASS_SOLVER_GRADIENT_DESCENT;
    options.max_iterations = 100000;
    options.gradient_tolerance = tolerance;
    options.l2 = l2;
    return options;
}

/* At the minimum the rows of theta sum to zero, and the mean prediction is the classes' frequency. */
static void test_properties_of_the_minimum(void **state)
{
    (void)state;
    enum { M = 300, N = 5, K = 4 };
    samples data = samples_new(M, N, K, 11);
    linclass_context *ctx = context_of(1);
    const linclass_fit_options options = descent_options(0.05, 1e-9);
    linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
    for (int64_t j = 0; j < N; j++) {
        double sum = 0;
        for (int64_t c = 0; c < K; c++)
            sum += fitting_theta(model, j * K + c);
        assert_near("sum of a row of theta", sum, 0, 1e-7);
    }
    double Z[M * K];
    const linclass_matrix X = samples_view(&data);
    assert_int_equal(linclass_model_probabilities(ctx, model, &X, LINCLASS_FLOAT64, Z, K),
                     LINCLASS_OK);
    for (int64_t c = 0; c < K; c++) {
        double excess = 0;
        for (int64_t i = 0; i < M; i++)
            excess += Z[i * K + c] - (double)(data.y[i] == c);
        assert_near("predicted minus observed frequency", excess / M, 0, 1e-9);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* A penalty that leaves no weights leaves the biases alone: they are the logarithms of the
 * frequencies, and the loss is their entropy. */
static void test_the_bias_is_not_penalised(void **state)
{
    (void)state;
    enum { M = 500, K = 4 };
    samples data = samples_new(M, 3, K, 12);
    double frequency[K] = {0};
    for (int64_t i = 0; i < M; i++)
        frequency[data.y[i]] += 1.0 / M;
    double entropy = 0;
    for (int64_t c = 0; c < K; c++)
        entropy -= frequency[c] * log(frequency[c]);
    linclass_context *ctx = context_of(1);
    const linclass_fit_options options = descent_options(1e3, 1e-8);
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, &data, &options, &report);
    /* theta is of the order of 1 / l2, and changes the loss by as much. */
    assert_near("loss", report.loss, entropy, 2e-3);
    for (int64_t c = 1; c < K; c++)
        assert_near("bias", fitting_bias(model, c) - fitting_bias(model, 0),
                    log(frequency[c] / frequency[0]), 2e-2);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* A sample of no features has but the bias. */
static void test_no_features(void **state)
{
    (void)state;
    samples data = samples_new(90, 0, 3, 13);
    linclass_context *ctx = context_of(1);
    const linclass_fit_options options = descent_options(0, 1e-8);
    linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
    double frequency[3] = {0};
    for (int64_t i = 0; i < 90; i++)
        frequency[data.y[i]] += 1.0 / 90;
    for (int64_t c = 1; c < 3; c++)
        assert_near("bias", fitting_bias(model, c) - fitting_bias(model, 0),
                    log(frequency[c] / frequency[0]), 1e-6);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* Without intercepts the model has none, and F is higher. */
static void test_without_bias(void **state)
{
    (void)state;
    samples data = samples_new(200, 4, 3, 14);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = descent_options(0.1, 1e-7);
    linclass_fit_report with = fitting_report();
    linclass_fit_report without = fitting_report();
    linclass_model_destroy(fitting_fit(ctx, &data, &options, &with));
    options.fit_bias = 0;
    linclass_model *model = fitting_fit(ctx, &data, &options, &without);
    assert_null(linclass_model_bias(model));
    assert_true(without.objective > with.objective);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_properties_of_the_minimum),
        cmocka_unit_test(test_the_bias_is_not_penalised),
        cmocka_unit_test(test_no_features),
        cmocka_unit_test(test_without_bias),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
