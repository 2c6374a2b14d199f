/* Any integers are labels: the model's classes are their distinct values in ascending order, and what
 * they are called changes nothing. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/fitting.h"

enum { M = 120, N = 4, K = 3 };

static linclass_fit_options in_order(void)
{
    linclass_fit_options options = samples_options();
    options.shuffle = 0;
    return options;
}

static void test_names_do_not_matter(void **state)
{
    (void)state;
    const int64_t names[K] = {INT64_MIN, -3, INT64_MAX};
    linclass_context *ctx = fitting_context(1);
    const linclass_fit_options options = in_order();
    samples data = samples_new(M, N, K, 30);
    linclass_model *numbered = fitting_fit(ctx, &data, &options, NULL);
    int64_t numbers[M];
    memcpy(numbers, data.y, sizeof numbers);
    for (int64_t i = 0; i < M; i++)
        data.y[i] = names[numbers[i]];
    linclass_model *named = fitting_fit(ctx, &data, &options, NULL);

    assert_int_equal(linclass_model_classes(named), K);
    assert_memory_equal(linclass_model_labels(named), names, sizeof names);
    assert_memory_equal(linclass_model_theta(named), linclass_model_theta(numbered),
                        N * K * sizeof(double));
    int64_t predicted[M];
    int64_t predicted_names[M];
    const linclass_matrix X = samples_view(&data);
    assert_int_equal(linclass_model_predict(ctx, numbered, &X, predicted), LINCLASS_OK);
    assert_int_equal(linclass_model_predict(ctx, named, &X, predicted_names), LINCLASS_OK);
    for (int64_t i = 0; i < M; i++)
        assert_true(predicted_names[i] == names[predicted[i]]);
    linclass_model_destroy(named);
    linclass_model_destroy(numbered);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

static void test_one_class(void **state)
{
    (void)state;
    linclass_context *ctx = fitting_context(1);
    samples data = samples_new(M, N, 1, 31);
    for (int64_t i = 0; i < M; i++)
        data.y[i] = -42;
    for (int32_t solver = LINCLASS_SOLVER_SGD; solver <= LINCLASS_SOLVER_GRADIENT_DESCENT;
         solver++) {
        linclass_fit_options options = samples_options();
        options.solver = solver;
        linclass_fit_report report = fitting_report();
        linclass_model *model = fitting_fit(ctx, &data, &options, &report);
        assert_int_equal(linclass_model_classes(model), 1);
        assert_true(report.loss == 0 && report.error == 0 && report.gradient_norm == 0);
        int64_t predicted[M];
        const linclass_matrix X = samples_view(&data);
        assert_int_equal(linclass_model_predict(ctx, model, &X, predicted), LINCLASS_OK);
        assert_true(predicted[0] == -42 && predicted[M - 1] == -42);
        linclass_model_destroy(model);
    }
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* Two classes: softmax is the logistic regression of the difference of the weights, so that the two
 * columns stay opposite from a start at zero. */
static void test_two_classes_are_opposite(void **state)
{
    (void)state;
    linclass_context *ctx = fitting_context(1);
    samples data = samples_new(M, N, 2, 32);
    linclass_fit_options options = samples_options();
    options.solver = LINCLASS_SOLVER_GRADIENT_DESCENT;
    options.l2 = 0.1;
    linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
    for (int64_t j = 0; j < N; j++)
        assert_near("sum of the two weights",
                    fitting_theta(model, 2 * j) + fitting_theta(model, 2 * j + 1), 0, 1e-12);
    linclass_model_destroy(model);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* Every row a class of its own: k = m. */
static void test_as_many_classes_as_rows(void **state)
{
    (void)state;
    linclass_context *ctx = fitting_context(1);
    samples data = samples_new(M, N, M, 33);
    for (int64_t i = 0; i < M; i++)
        data.y[i] = 1000 - i;
    linclass_model *model = fitting_fit(ctx, &data, NULL, NULL);
    assert_int_equal(linclass_model_classes(model), M);
    assert_int_equal(linclass_model_labels(model)[0], 1000 - (M - 1));
    linclass_model_destroy(model);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_do_not_matter),
        cmocka_unit_test(test_one_class),
        cmocka_unit_test(test_two_classes_are_opposite),
        cmocka_unit_test(test_as_many_classes_as_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
