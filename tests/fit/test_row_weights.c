/* What a row counts: sample weights against repetition, class weights against sample weights, balance,
 * the label to ignore, and the weighted gradient in long double. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "problems.h"
#include "support/noise.h"

enum { M = 150, N = 4, K = 3 };

static void random_weights(double *weights, uint64_t seed)
{
    for (int64_t i = 0; i < M; i++)
        weights[i] = 1 + noise_uniform(&seed);
}

/* Weights 0..3 against rows repeated so many times, for training and validation rows alike. */
static void repeating_a_row_is_raising_its_weight(void **state)
{
    (void)state;
    problem once = problem_begin(M, N, K, 1);
    int64_t times[M];
    double weights[M];
    uint64_t noise = 2;
    for (int64_t i = 0; i < M; i++) {
        times[i] = i < K ? 1 : noise_below(&noise, 4);
        weights[i] = (double)times[i];
    }
    problem repeated = problem_repeat(&once, times);
    const linclass_matrix validation = problem_view(&once);
    const linclass_matrix repeated_validation = problem_view(&repeated);

    linclass_fit_options options = exact_options();
    options.sample_weight = weights;
    options.validation_X = &validation;
    options.validation_y = once.y;
    options.validation_sample_weight = weights;
    outcome weighted = fit_well(&once, &options);
    options.sample_weight = NULL;
    options.validation_X = &repeated_validation;
    options.validation_y = repeated.y;
    options.validation_sample_weight = NULL;
    outcome expected = fit_well(&repeated, &options);

    assert_close(weighted.report.objective, expected.report.objective, 1e-12);
    assert_close(weighted.report.error, expected.report.error, 1e-12);
    /* Not at their own minima: their distance is of the first order in that of the parameters. */
    assert_close(weighted.report.loss, expected.report.loss, 2e-8);
    assert_close(weighted.report.validation_loss, expected.report.validation_loss, 2e-8);
    assert_close(weighted.report.validation_error, expected.report.validation_error, 1e-12);
    /* Both gradients are below 1e-10 and the objective's curvature is at least l2 = 0.01. */
    assert_close_models(&weighted, &expected, 2e-8);
    outcome_end(&weighted);
    outcome_end(&expected);
    problem_end(&repeated);
    problem_end(&once);
}

/* Without parameters the loss of a row is log k and class 0 is predicted. */
static void means_are_weighted(void **state)
{
    (void)state;
    problem small = problem_begin(3, 0, 3, 1);
    const double weights[3] = {5, 2, 1};
    const linclass_matrix X = problem_view(&small);
    linclass_fit_options options = exact_options();
    options.fit_bias = 0;
    options.sample_weight = weights;
    options.validation_X = &X;
    options.validation_y = small.y;
    outcome given = fit_well(&small, &options);
    assert_close(given.report.loss, log(3), 1e-15);
    assert_close(given.report.error, 3.0 / 8, 1e-15);
    assert_close(given.report.validation_error, 2.0 / 3, 1e-15);
    outcome_end(&given);
    options.validation_sample_weight = (const double[]){0, 0, 3};
    given = fit_well(&small, &options);
    assert_close(given.report.validation_error, 1, 1e-15);
    outcome_end(&given);
    problem_end(&small);
}

/* ||grad F||_2 at the model, as the formula says it. */
static double reference_gradient_norm(const problem *rows, const double *weights, double l2,
                                      const linclass_model *model)
{
    const double *theta = linclass_model_theta(model);
    const double *bias = linclass_model_bias(model);
    long double gradient[N + 1][K] = {{0}};
    long double total = 0;
    for (int64_t i = 0; i < rows->m; i++) {
        long double z[K];
        long double sum = 0;
        for (int64_t c = 0; c < K; c++) {
            long double score = bias[c];
            for (int64_t j = 0; j < N; j++)
                score += (long double)rows->X[i * N + j] * theta[j * K + c];
            z[c] = expl(score);
            sum += z[c];
        }
        for (int64_t c = 0; c < K; c++) {
            const long double residual = z[c] / sum - (rows->y[i] == 10 * (c + 1));
            for (int64_t j = 0; j < N; j++)
                gradient[j][c] += weights[i] * residual * rows->X[i * N + j];
            gradient[N][c] += weights[i] * residual;
        }
        total += weights[i];
    }
    long double square = 0;
    for (int64_t j = 0; j <= N; j++) {
        for (int64_t c = 0; c < K; c++) {
            long double g = gradient[j][c] / total;
            g += j < N ? l2 * theta[j * K + c] : 0;
            square += g * g;
        }
    }
    return (double)sqrtl(square);
}

static void the_gradient_is_the_formulas(void **state)
{
    (void)state;
    problem given = problem_begin(M, N, K, 3);
    double weights[M];
    random_weights(weights, 4);
    linclass_fit_options options = exact_options();
    options.sample_weight = weights;
    options.max_iterations = 5;
    outcome fitted = fit_well(&given, &options);
    assert_close(fitted.report.gradient_norm,
                 reference_gradient_norm(&given, weights, options.l2, fitted.model), 1e-13);
    outcome_end(&fitted);
    problem_end(&given);
}

static void class_weights_are_sample_weights_by_class(void **state)
{
    (void)state;
    problem given = problem_begin(M, N, K, 5);
    const double by_class[K] = {0.3, 2, 0.7};
    double weights[M];
    double products[M];
    random_weights(weights, 6);
    for (int64_t i = 0; i < M; i++)
        products[i] = weights[i] * by_class[given.y[i] / 10 - 1];
    linclass_fit_options options = exact_options();
    options.sample_weight = products;
    outcome expected = fit_well(&given, &options);
    options.sample_weight = weights;
    options.class_weight = by_class;
    options.class_weight_count = K;
    outcome fitted = fit_well(&given, &options);
    assert_same_bits(&fitted, &expected);
    outcome_end(&fitted);
    outcome_end(&expected);
    problem_end(&given);
}

/* S / (k S_c), of the weighted rows; validation rows get the training rows' class weights. */
static void balance_gives_every_class_the_same_share(void **state)
{
    (void)state;
    problem given = problem_begin(M, N, K, 7);
    double weights[M];
    random_weights(weights, 8);
    double of_class[K] = {0};
    double all = 0;
    for (int64_t i = 0; i < M; i++) {
        of_class[given.y[i] / 10 - 1] += weights[i];
        all += weights[i];
    }
    double by_class[K];
    for (int64_t c = 0; c < K; c++)
        by_class[c] = all / (K * of_class[c]);
    const linclass_matrix X = problem_view(&given);
    linclass_fit_options options = exact_options();
    options.validation_X = &X;
    options.validation_y = given.y;
    options.sample_weight = weights;
    options.class_weight = by_class;
    options.class_weight_count = K;
    outcome expected = fit_well(&given, &options);
    options.class_weight = NULL;
    options.class_weight_count = 0;
    options.class_weight_balanced = 1;
    outcome fitted = fit_well(&given, &options);
    assert_close(fitted.report.objective, expected.report.objective, 1e-12);
    assert_close(fitted.report.validation_loss, expected.report.validation_loss, 2e-8);
    assert_close_models(&fitted, &expected, 2e-8);
    outcome_end(&fitted);
    outcome_end(&expected);
    problem_end(&given);
}

/* A power of two changes no bit; weights far beyond single precision's range are as good as 1. */
static void a_common_factor_changes_nothing(void **state)
{
    (void)state;
    problem given = problem_begin(M, N, K, 9);
    double weights[M];
    double larger[M];
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        linclass_fit_options options = exact_options();
        options.dtype = dtype;
        options.gradient_tolerance = 1e-4;
        random_weights(weights, 10);
        options.sample_weight = weights;
        outcome expected = fit_well(&given, &options);
        for (int exponent = -900; exponent <= 900; exponent += 900) {
            for (int64_t i = 0; i < M; i++)
                larger[i] = ldexp(weights[i], exponent);
            options.sample_weight = larger;
            outcome fitted = fit_well(&given, &options);
            assert_same_bits(&fitted, &expected);
            outcome_end(&fitted);
        }
        outcome_end(&expected);
    }
    problem_end(&given);
}

static void ignored_rows_are_as_if_they_were_not_there(void **state)
{
    (void)state;
    problem all = problem_begin(M, N, K, 11);
    int64_t times[M];
    for (int64_t i = 0; i < M; i++) {
        times[i] = i % 5 != 0 || i < K;
        if (times[i] == 0)
            all.y[i] = -1;
    }
    problem kept = problem_repeat(&all, times);
    const linclass_matrix X_all = problem_view(&all);
    const linclass_matrix X_kept = problem_view(&kept);
    linclass_fit_options options = exact_options();
    options.class_weight_balanced = 1;
    options.validation_X = &X_kept;
    options.validation_y = kept.y;
    outcome expected = fit_well(&kept, &options);
    options.has_ignore_label = 1;
    options.ignore_label = -1;
    options.validation_X = &X_all;
    options.validation_y = all.y;
    outcome fitted = fit_well(&all, &options);
    assert_int_equal(linclass_model_classes(fitted.model), K);
    assert_int_equal(linclass_model_labels(fitted.model)[0], 10);
    assert_close(fitted.report.objective, expected.report.objective, 1e-12);
    assert_close(fitted.report.error, expected.report.error, 1e-12);
    assert_close(fitted.report.validation_loss, expected.report.validation_loss, 2e-8);
    assert_close(fitted.report.validation_error, expected.report.validation_error, 1e-12);
    assert_close_models(&fitted, &expected, 2e-8);
    outcome_end(&fitted);
    outcome_end(&expected);
    problem_end(&kept);
    problem_end(&all);
}

/* Gradient descent and minibatches, blocks of several slices. */
static void threads_do_not_change_the_bits(void **state)
{
    (void)state;
    static const int32_t threads[] = {2, 3, 8};
    problem given = problem_begin(3000, N, K, 12);
    double *weights = malloc(3000 * sizeof *weights);
    assert_non_null(weights);
    uint64_t noise = 13;
    for (int i = 0; i < 3000; i++)
        weights[i] = 1 + noise_uniform(&noise);
    linclass_fit_options options = exact_options();
    options.max_iterations = 10;
    options.sample_weight = weights;
    options.class_weight_balanced = 1;
    options.batch_size = 300;
    for (int32_t solver = LINCLASS_SOLVER_SGD; solver <= LINCLASS_SOLVER_GRADIENT_DESCENT;
         solver++) {
        options.solver = solver;
        outcome expected = fit_problem(&given, &options, 1);
        for (int i = 0; i < 3; i++) {
            outcome fitted = fit_problem(&given, &options, threads[i]);
            assert_same_bits(&fitted, &expected);
            assert_true(fitted.report.objective == expected.report.objective);
            outcome_end(&fitted);
        }
        outcome_end(&expected);
    }
    free(weights);
    problem_end(&given);
}

/* One thing wrong at a time. */
static void wrong_weights_are_refused(void **state)
{
    (void)state;
    problem given = problem_begin(M, N, K, 14);
    const linclass_matrix X = problem_view(&given);
    const linclass_fit_options good = exact_options();
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    static const double wrong[] = {-1, NAN, INFINITY};
    double weights[M];
    random_weights(weights, 15);
    linclass_fit_options options = good;
    options.sample_weight = weights;
    for (int i = 0; i < 3; i++) {
        weights[M - 1] = wrong[i];
        assert_refused(&given, &options, invalid, "options.sample_weight[149] is ");
    }
    memset(weights, 0, sizeof weights);
    assert_refused(&given, &options, invalid, "the weights of the training rows are all 0");

    options = good;
    options.validation_sample_weight = weights;
    assert_refused(&given, &options, invalid, "options.validation_X is NULL");
    options.validation_X = &X;
    options.validation_y = given.y;
    assert_refused(&given, &options, invalid, "the weights of the validation rows are all 0");
    weights[7] = -2;
    assert_refused(&given, &options, invalid, "options.validation_sample_weight[7] is -2");

    options = good;
    options.class_weight = (const double[]){1, -3, 1};
    assert_refused(&given, &options, LINCLASS_ERROR_DIMENSION,
                   "options.class_weight_count is 0, y has 3 classes");
    options.class_weight_count = K;
    assert_refused(&given, &options, invalid, "options.class_weight[1] is -3");
    options.class_weight_balanced = 1;
    assert_refused(&given, &options, invalid, "are both given");
    options.class_weight = NULL;
    options.class_weight_balanced = 2;
    assert_refused(&given, &options, invalid, "options.class_weight_balanced is 2, not 0 or 1");

    options = good;
    options.class_weight = (const double[]){1, 1, 1e200};
    options.class_weight_count = K;
    for (int i = 0; i < M; i++)
        weights[i] = 1e200;
    options.sample_weight = weights;
    assert_refused(&given, &options, invalid, "times the weight of its class overflows");
    problem_end(&given);
}

static void a_wrong_label_to_ignore_is_refused(void **state)
{
    (void)state;
    problem given = problem_begin(1, N, 1, 16);
    linclass_fit_options options = exact_options();
    options.has_ignore_label = -1;
    assert_refused(&given, &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "options.has_ignore_label is -1, not 0 or 1");
    options.has_ignore_label = 1;
    options.ignore_label = 10;
    assert_refused(&given, &options, LINCLASS_ERROR_LABEL, "every label of y is 10");
    problem_end(&given);
}

static void lack_of_memory_is_survived(void **state)
{
    (void)state;
    problem given = problem_begin(M, N, K, 17);
    const linclass_matrix X = problem_view(&given);
    double weights[M];
    random_weights(weights, 18);
    linclass_fit_options options = exact_options();
    options.max_iterations = 2;
    options.sample_weight = weights;
    options.validation_X = &X;
    options.validation_y = given.y;
    options.validation_sample_weight = weights;
    options.class_weight_balanced = 1;
    assert_survives_lack_of_memory(&given, &options);
    problem_end(&given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeating_a_row_is_raising_its_weight),
        cmocka_unit_test(means_are_weighted),
        cmocka_unit_test(the_gradient_is_the_formulas),
        cmocka_unit_test(class_weights_are_sample_weights_by_class),
        cmocka_unit_test(balance_gives_every_class_the_same_share),
        cmocka_unit_test(a_common_factor_changes_nothing),
        cmocka_unit_test(ignored_rows_are_as_if_they_were_not_there),
        cmocka_unit_test(threads_do_not_change_the_bits),
        cmocka_unit_test(wrong_weights_are_refused),
        cmocka_unit_test(a_wrong_label_to_ignore_is_refused),
        cmocka_unit_test(lack_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
