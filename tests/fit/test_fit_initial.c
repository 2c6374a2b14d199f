/* Fits that start from a model: they go on where it stands, keep its classes, and refuse another's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "problems.h"

enum { M = 120, N = 4, K = 3 };

static void the_start_is_the_models_objective(void **state)
{
    (void)state;
    problem data = problem_begin(M, N, K, 1);
    linclass_fit_options options = exact_options();
    outcome optimum = fit_well(&data, &options);
    options.initial = optimum.model;
    options.max_iterations = 1;
    outcome again = fit_well(&data, &options);
    assert_close(again.report.objective, optimum.report.objective, 1e-14);
    /* Both are at the optimum to a gradient of 1e-10, whose curvature is at least l2 = 0.01. */
    assert_close_models(&again, &optimum, 2e-8);
    outcome_end(&again);
    outcome_end(&optimum);
    problem_end(&data);
}

/* Epochs of SGD in row order, one by one, are the epochs of one fit. */
static void epochs_one_by_one_are_epochs_at_once(void **state)
{
    (void)state;
    problem data = problem_begin(M, N, K, 2);
    linclass_fit_options options = exact_options();
    options.solver = LINCLASS_SOLVER_SGD;
    options.shuffle = 0;
    options.learning_rate = 0.1;
    options.max_iterations = 3;
    outcome at_once = fit_well(&data, &options);
    options.max_iterations = 1;
    outcome first = fit_well(&data, &options);
    options.initial = first.model;
    outcome second = fit_well(&data, &options);
    options.initial = second.model;
    outcome third = fit_well(&data, &options);
    assert_same_bits(&third, &at_once);
    outcome_end(&third);
    outcome_end(&second);
    outcome_end(&first);
    outcome_end(&at_once);
    problem_end(&data);
}

static linclass_model *zeros(int32_t dtype, int64_t n, int64_t k, const int64_t *labels,
                             const void *bias)
{
    static const double nothing[N * K];
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, dtype, n, k, nothing, k,
                                           bias, labels, &model),
                     LINCLASS_OK);
    linclass_context_destroy(ctx);
    return model;
}

static void zeros_are_the_usual_start(void **state)
{
    (void)state;
    static const int64_t labels[K] = {10, 20, 30};
    static const float bias[K];
    problem data = problem_begin(M, N, K, 3);
    linclass_fit_options options = exact_options();
    outcome expected = fit_well(&data, &options);
    linclass_model *from_floats = zeros(LINCLASS_FLOAT32, N, K, labels, bias);
    linclass_model *without_bias = zeros(LINCLASS_FLOAT64, N, K, labels, NULL);
    options.initial = from_floats;
    outcome first = fit_well(&data, &options);
    options.initial = without_bias;
    outcome second = fit_well(&data, &options);
    assert_same_bits(&first, &expected);
    assert_same_bits(&second, &expected);
    outcome_end(&second);
    outcome_end(&first);
    outcome_end(&expected);
    linclass_model_destroy(from_floats);
    linclass_model_destroy(without_bias);
    problem_end(&data);
}

static void classes_the_rows_lack_are_kept(void **state)
{
    (void)state;
    static const int64_t labels[K] = {5, 10, 20};
    problem data = problem_begin(M, N, 2, 4);
    linclass_model *initial = zeros(LINCLASS_FLOAT64, N, K, labels, NULL);
    linclass_fit_options options = exact_options();
    options.initial = initial;
    outcome made = fit_well(&data, &options);
    assert_int_equal(linclass_model_classes(made.model), K);
    for (int64_t j = 0; j < K; j++)
        assert_int_equal(linclass_model_labels(made.model)[j], labels[j]);
    outcome_end(&made);
    linclass_model_destroy(initial);
    problem_end(&data);
}

static void models_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const int64_t labels[K] = {10, 20, 30};
    static const int64_t fewer[K] = {10, 20, 40};
    static const double bias[K];
    problem data = problem_begin(M, N, K, 5);
    linclass_model *good = zeros(LINCLASS_FLOAT64, N, K, labels, bias);
    linclass_model *narrow = zeros(LINCLASS_FLOAT64, N - 1, K, labels, bias);
    linclass_model *other = zeros(LINCLASS_FLOAT64, N, K, fewer, bias);
    linclass_fit_options options = exact_options();
    options.initial = narrow;
    assert_refused(&data, &options, LINCLASS_ERROR_DIMENSION,
                   "options.initial has 3 features, X has 4 columns");
    options.initial = other;
    assert_refused(&data, &options, LINCLASS_ERROR_LABEL, "is 30");
    options.initial = good;
    options.fit_bias = 0;
    assert_refused(&data, &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "options.initial has intercepts, options.fit_bias is 0");
    linclass_model_destroy(other);
    linclass_model_destroy(narrow);
    linclass_model_destroy(good);
    problem_end(&data);
}

static void lack_of_memory_is_survived(void **state)
{
    (void)state;
    static const int64_t labels[K] = {10, 20, 30};
    problem data = problem_begin(30, N, K, 6);
    linclass_model *initial = zeros(LINCLASS_FLOAT64, N, K, labels, NULL);
    linclass_fit_options options = exact_options();
    options.initial = initial;
    options.max_iterations = 2;
    assert_survives_lack_of_memory(&data, &options);
    linclass_model_destroy(initial);
    problem_end(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_is_the_models_objective),
        cmocka_unit_test(epochs_one_by_one_are_epochs_at_once),
        cmocka_unit_test(zeros_are_the_usual_start),
        cmocka_unit_test(classes_the_rows_lack_are_kept),
        cmocka_unit_test(models_that_do_not_fit_are_refused),
        cmocka_unit_test(lack_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
