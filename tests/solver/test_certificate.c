/* The certificate in the report of a fit: which F was minimised, over which rows, and the norms that say
 * how near its minimum is; and that the model's file keeps all of it. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/optimum.h"

enum { M = 120, N = 5, K = 3, WEIGHTS = N * K, BYTES = 1 << 14 };

/* The model after a journey through its file. */
static linclass_model *through_file(linclass_context *ctx, const linclass_model *model)
{
    char *bytes = malloc(BYTES);
    int64_t length;
    linclass_model *loaded;
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, BYTES, &length), LINCLASS_OK);
    assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &loaded), LINCLASS_OK);
    free(bytes);
    return loaded;
}

static void test_the_rows_are_kept(void **state)
{
    (void)state;
    static const double of_class[K] = {1, 0.25, 3};
    samples data = samples_new(M, N, K + 1, 300);
    double weight[M];
    double expected = 0;
    for (int i = 0; i < M; i++) {
        weight[i] = 1e3 * (1 + i % 7) / 3;
        expected += data.y[i] == K ? 0 : weight[i] * of_class[data.y[i]];
    }
    linclass_context *ctx = context_of(2);
    linclass_fit_options options = samples_options();
    options.sample_weight = weight;
    options.class_weight = of_class;
    options.class_weight_count = K;
    options.has_ignore_label = 1;
    options.ignore_label = K;
    options.label_smoothing = 0.125;
    options.l2 = 0.01;
    linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
    linclass_model *loaded = through_file(ctx, model);
    linclass_fit_report report = fitting_report();
    assert_int_equal(linclass_model_report(loaded, &report), LINCLASS_OK);
    assert_int_equal(report.samples, M);
    assert_near("total_weight", report.total_weight, expected, 1e-12 * expected);
    assert_true(report.label_smoothing == 0.125);
    assert_int_equal(report.has_ignore_label, 1);
    assert_int_equal(report.ignore_label, K);
    assert_int_equal(report.with_sample_weight, 1);
    assert_int_equal(report.with_target_probabilities, 0);
    assert_memory_equal(linclass_model_class_weights(loaded), of_class, sizeof of_class);
    assert_true(report.smooth_gradient_infinity_norm == report.gradient_infinity_norm);
    linclass_model_destroy(loaded);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void test_rows_that_count_the_same(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 301);
    linclass_context *ctx = context_of(1);
    const linclass_fit_options options = samples_options();
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, &data, &options, &report);
    assert_int_equal(report.samples, M);
    assert_true(report.total_weight == M && report.label_smoothing == 0);
    assert_int_equal(report.has_ignore_label, 0);
    assert_int_equal(report.with_sample_weight, 0);
    assert_null(linclass_model_class_weights(model));
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* S / (k S_c): every class counts the same, and all the rows what they counted before. */
static void test_balanced_weights_are_kept_as_found(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 302);
    double counts[K] = {0};
    for (int i = 0; i < M; i++)
        counts[data.y[i]]++;
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = samples_options();
    options.class_weight_balanced = 1;
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, &data, &options, &report);
    for (int c = 0; c < K; c++)
        assert_near("class weight", linclass_model_class_weights(model)[c], M / (K * counts[c]),
                    1e-15 * M);
    assert_near("total_weight", report.total_weight, M, 1e-12 * M);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* With an l1 penalty: the gradient without its term, and the subgradient of least norm. */
static void test_norms_with_an_l1_penalty(void **state)
{
    (void)state;
    const double l1 = 0.02;
    const double l2 = 0.01;
    samples data = samples_new(M, N, K, 303);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = samples_options();
    options.l1 = l1;
    options.l2 = l2;
    options.gradient_tolerance = 1e-2;
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, &data, &options, &report);
    long double theta[WEIGHTS];
    long double bias[K];
    long double g[WEIGHTS + K];
    for (int e = 0; e < WEIGHTS; e++)
        theta[e] = fitting_theta(model, e);
    for (int c = 0; c < K; c++)
        bias[c] = fitting_bias(model, c);
    optimum_objective(&data, l2, theta, bias, g, g + WEIGHTS);
    long double smooth = 0;
    long double least = 0;
    for (int e = 0; e < WEIGHTS + K; e++) {
        smooth = fmaxl(smooth, fabsl(g[e]));
        long double element = fabsl(g[e]);
        if (e < WEIGHTS && theta[e] == 0)
            element = fmaxl(0, element - l1);
        else if (e < WEIGHTS)
            element = fabsl(g[e] + (theta[e] > 0 ? l1 : -l1));
        least = fmaxl(least, element);
    }
    assert_near("smooth_gradient_infinity_norm", report.smooth_gradient_infinity_norm, smooth,
                1e-14);
    assert_near("gradient_infinity_norm", report.gradient_infinity_norm, least, 1e-14);
    assert_true(report.gradient_infinity_norm < l1 / 10);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_rows_are_kept),
        cmocka_unit_test(test_rows_that_count_the_same),
        cmocka_unit_test(test_balanced_weights_are_kept_as_found),
        cmocka_unit_test(test_norms_with_an_l1_penalty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
