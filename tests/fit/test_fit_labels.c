/* Any integers are labels: the model's classes are their distinct values in ascending order, and what
 * they are called changes nothing. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/assert_refused.h"
#include "support/context_of.h"
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
    linclass_context *ctx = context_of(1);
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

static void refuse_one_class(linclass_context *ctx, const samples *data,
                             const linclass_fit_options *options, const char *sentence)
{
    const linclass_matrix X = samples_view(data);
    linclass_model *model = (linclass_model *)ctx;
    assert_int_equal(linclass_fit(ctx, &X, data->y, options, NULL, &model), LINCLASS_ERROR_LABEL);
    assert_null(model);
    assert_string_equal(linclass_context_message(ctx), sentence);
}

/* Whatever the loss and the solver; also where another label is there to be ignored. */
static void test_one_class_is_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, 1, 31);
    linclass_fit_options options = samples_options();
    for (int64_t i = 0; i < M; i++)
        data.y[i] = -42;
    static const char SENTENCE[] =
        "y holds one class only (label -42): a classifier needs at least two";
    for (options.loss = 1; linclass_loss_name(options.loss) != NULL; options.loss++)
        refuse_one_class(ctx, &data, &options, SENTENCE);
    options.loss = LINCLASS_LOSS_SOFTMAX;
    for (options.solver = LINCLASS_SOLVER_AUTO; options.solver <= LINCLASS_SOLVER_ORTHANT_WISE;
         options.solver++)
        refuse_one_class(ctx, &data, &options, SENTENCE);
    options.solver = LINCLASS_SOLVER_AUTO;
    data.y[3] = 7;
    options.has_ignore_label = 1;
    options.ignore_label = 7;
    refuse_one_class(ctx, &data, &options, SENTENCE);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

static linclass_model *model_of_classes(linclass_context *ctx, int64_t k)
{
    static const double ZEROS[N * 2];
    static const int64_t LABELS[2] = {-42, 5};
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, N, k,
                                           ZEROS, k, NULL, LABELS, &model),
                     LINCLASS_OK);
    return model;
}

static void test_classes_that_y_lacks_may_come_from_a_model(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, 1, 31);
    for (int64_t i = 0; i < M; i++)
        data.y[i] = -42;
    linclass_fit_options options = samples_options();
    linclass_model *two = model_of_classes(ctx, 2);
    options.initial = two;
    options.l2 = 0.1;
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, &data, &options, &report);
    assert_int_equal(linclass_model_classes(model), 2);
    linclass_model_destroy(model);
    linclass_model_destroy(two);
    linclass_model *one = model_of_classes(ctx, 1);
    options.initial = one;
    refuse_one_class(
        ctx, &data, &options,
        "options.initial holds one class only (label -42): a classifier needs at least two");
    linclass_model_destroy(one);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

static void test_classes_may_come_from_probabilities(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, 1, 31);
    double p[2 * M];
    for (int i = 0; i < 2 * M; i++)
        p[i] = i % 2 == 0 ? 1 : 0;
    linclass_matrix targets = {.size = sizeof targets,
                               .dtype = LINCLASS_FLOAT64,
                               .data = p,
                               .rows = M,
                               .cols = 2,
                               .row_stride = 2,
                               .col_stride = 1,
                               .scale = 1};
    linclass_fit_options options = samples_options();
    options.target_probabilities = &targets;
    options.l2 = 0.1;
    const linclass_matrix X = samples_view(&data);
    linclass_model *model;
    assert_true(linclass_fit(ctx, &X, NULL, &options, NULL, &model) >= 0);
    assert_int_equal(linclass_model_classes(model), 2);
    linclass_model_destroy(model);
    targets.cols = 1; /* the column of ones */
    assert_refused(ctx, linclass_fit(ctx, &X, NULL, &options, NULL, &model), LINCLASS_ERROR_LABEL,
                   "options.target_probabilities holds one class only (label 0)");
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* Two classes: softmax is the logistic regression of the difference of the weights, so that the two
 * columns stay opposite from a start at zero. */
static void test_two_classes_are_opposite(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
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
    linclass_context *ctx = context_of(1);
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
        cmocka_unit_test(test_one_class_is_refused),
        cmocka_unit_test(test_classes_that_y_lacks_may_come_from_a_model),
        cmocka_unit_test(test_classes_may_come_from_probabilities),
        cmocka_unit_test(test_two_classes_are_opposite),
        cmocka_unit_test(test_as_many_classes_as_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
