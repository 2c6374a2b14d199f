/* linclass_fit with SGD equals, in row order, the same loop in long double; shuffled, it is a
 * function of the seed. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/reference.h"
#include "support/samples.h"

/* One step on rows first..first+rows-1: theta := theta - alpha (G + l2 theta), bias likewise. */
static void reference_step(const samples *data, const long double *X, int64_t first, int64_t rows,
                           const linclass_fit_options *options, long double *theta,
                           long double *bias)
{
    const int64_t n = data->n;
    const int64_t k = data->k;
    long double *const G = reference_new(n, k);
    long double *const g_bias = reference_new(1, k);
    reference_loss_gradient(rows, n, k, X + first * n, data->y + first, theta,
                            options->fit_bias ? bias : NULL, G, g_bias);
    for (int64_t e = 0; e < n * k; e++)
        theta[e] -= options->learning_rate * (G[e] + options->l2 * theta[e]);
    for (int64_t c = 0; c < k && options->fit_bias; c++)
        bias[c] -= options->learning_rate * g_bias[c];
    free(g_bias);
    free(G);
}

static void reference_fit(const samples *data, const linclass_fit_options *options,
                          long double *theta, long double *bias)
{
    long double *const X = reference_widen_f64(data->m, data->n, data->X, data->n);
    for (int64_t epoch = 0; epoch < options->max_iterations; epoch++) {
        for (int64_t first = 0; first < data->m; first += options->batch_size) {
            const int64_t left = data->m - first;
            reference_step(data, X, first, left < options->batch_size ? left : options->batch_size,
                           options, theta, bias);
        }
    }
    free(X);
}

static void check_fit(const samples *data, const linclass_fit_options *options, double tolerance)
{
    linclass_context *ctx = context_of(2);
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, data, options, &report);
    long double *const theta = reference_new(data->n, data->k);
    long double *const bias = reference_new(1, data->k);
    reference_fit(data, options, theta, bias);
    for (int64_t e = 0; e < data->n * data->k; e++)
        assert_near("theta", fitting_theta(model, e), theta[e], tolerance);
    for (int64_t c = 0; c < data->k; c++)
        assert_near("bias", fitting_bias(model, c), bias[c], tolerance);
    assert_int_equal(report.solver, LINCLASS_SOLVER_SGD);
    assert_int_equal(report.iterations, options->max_iterations);
    assert_true(report.learning_rate == options->learning_rate);
    free(bias);
    free(theta);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static linclass_fit_options sgd_options(int64_t batch_size, double l2, int32_t fit_bias)
{
    linclass_fit_options options = samples_options();
    options.solver = LINCLASS_SOLVER_SGD;
    options.shuffle = 0;
    options.batch_size = batch_size;
    options.learning_rate = 0.125;
    options.l2 = l2;
    options.fit_bias = fit_bias;
    options.max_iterations = 3;
    return options;
}

/* Parameters stay below 10 and a step's rounding errors below 100 u of that; there are at most
 * 3 * 157 steps, and at l2 = 0 nothing contracts them. */
static const double double_tolerance = 471 * 1000 * 0x1p-53;
static const double single_tolerance = 471 * 1000 * 0x1p-24;

static void test_every_step_is_the_reference_s(void **state)
{
    (void)state;
    static const int64_t batches[] = {1, 10, 50, 157, 1000};
    samples data = samples_new(157, 7, 4, 1);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        for (int with = 0; with < 4; with++) {
            linclass_fit_options options =
                sgd_options(batches[b], with % 2 != 0 ? 0.25 : 0, with / 2);
            check_fit(&data, &options, double_tolerance);
            options.dtype = LINCLASS_FLOAT32;
            check_fit(&data, &options, single_tolerance);
        }
    }
    samples_free(&data);
}

static void test_a_large_batch(void **state)
{
    (void)state;
    samples data = samples_new(1500, 20, 5, 2);
    const linclass_fit_options options = sgd_options(700, 0.01, 1);
    check_fit(&data, &options, double_tolerance);
    samples_free(&data);
}

/* An epoch in row order without penalty is linclass_softmax_sgd_epoch. */
static void test_an_epoch_is_level_1_s(void **state)
{
    (void)state;
    samples data = samples_new(500, 13, 6, 3);
    linclass_fit_options options = sgd_options(32, 0, 1);
    options.max_iterations = 1;
    linclass_context *ctx = context_of(1);
    linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
    double theta[13 * 6] = {0};
    double bias[6] = {0};
    assert_int_equal(linclass_softmax_sgd_epoch_f64(ctx, 500, 13, 6, data.X, 13, data.y, 32, 0.125,
                                                    theta, 6, bias),
                     LINCLASS_OK);
    assert_memory_equal(linclass_model_theta(model), theta, sizeof theta);
    assert_memory_equal(linclass_model_bias(model), bias, sizeof bias);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void train_with_seed(linclass_context *ctx, const samples *data, uint64_t seed,
                            double *theta)
{
    linclass_fit_options options = sgd_options(10, 0, 1);
    options.shuffle = 1;
    options.seed = seed;
    linclass_model *model = fitting_fit(ctx, data, &options, NULL);
    memcpy(theta, linclass_model_theta(model), (size_t)(data->n * data->k) * sizeof *theta);
    linclass_model_destroy(model);
}

static void test_the_seed_decides(void **state)
{
    (void)state;
    samples data = samples_new(200, 5, 3, 4);
    linclass_context *ctx = context_of(1);
    double first[15];
    double again[15];
    double other[15];
    train_with_seed(ctx, &data, 7, first);
    train_with_seed(ctx, &data, 7, again);
    train_with_seed(ctx, &data, 8, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* One batch of all the rows does not see their order: shuffling changes rounding alone. */
static void test_shuffling_keeps_every_row(void **state)
{
    (void)state;
    samples data = samples_new(200, 5, 3, 5);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = sgd_options(200, 0, 1);
    linclass_model *in_order = fitting_fit(ctx, &data, &options, NULL);
    options.shuffle = 1;
    linclass_model *shuffled = fitting_fit(ctx, &data, &options, NULL);
    for (int64_t e = 0; e < 15; e++)
        assert_near("theta", fitting_theta(shuffled, e), fitting_theta(in_order, e),
                    double_tolerance);
    linclass_model_destroy(shuffled);
    linclass_model_destroy(in_order);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* Without a rate one is chosen for the scale of the samples, and reported. */
static void test_the_default_rate_learns(void **state)
{
    (void)state;
    static const double scales[] = {0.25, 1, 1e3};
    samples data = samples_new(1000, 10, 4, 6);
    linclass_context *ctx = context_of(1);
    for (int s = 0; s < 3; s++) {
        linclass_matrix X = samples_view(&data);
        X.scale = scales[s];
        linclass_fit_options options = samples_options();
        options.solver = LINCLASS_SOLVER_SGD;
        linclass_fit_report report = fitting_report();
        linclass_model *model;
        assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model), LINCLASS_OK);
        assert_true(report.learning_rate > 0);
        assert_true(report.loss < 0.8 * log(4));
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_step_is_the_reference_s),
        cmocka_unit_test(test_a_large_batch),
        cmocka_unit_test(test_an_epoch_is_level_1_s),
        cmocka_unit_test(test_the_seed_decides),
        cmocka_unit_test(test_shuffling_keeps_every_row),
        cmocka_unit_test(test_the_default_rate_learns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
