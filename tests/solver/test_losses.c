/* Worked examples of lectures on linear classifiers: losses of given scores, signs, one step of SGD. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"

static linclass_matrix view_of(int64_t m, int64_t n, const double *data)
{
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, m, n, data, n),
                     LINCLASS_OK);
    return view;
}

/* Mean loss of m rows of three scores: samples that are scores, under the identity. */
static double loss_of_scores(int32_t loss, int64_t m, const double *scores, const int64_t *y)
{
    const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(
        linclass_model_create(ctx, loss, LINCLASS_FLOAT64, 3, 3, identity, 3, NULL, NULL, &model),
        LINCLASS_OK);
    const linclass_matrix X = view_of(m, 3, scores);
    linclass_evaluation evaluation;
    assert_int_equal(linclass_evaluation_init(&evaluation, sizeof evaluation), LINCLASS_OK);
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &evaluation), LINCLASS_OK);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    return evaluation.loss;
}

static const double scores[9] = {5.6, 6.4, -4.6, -1.8, 10.2, 3.5, 2.0, 5.4, -8.6};
static const int64_t labels[3] = {0, 1, 2};

static void check_losses(int32_t loss, const double want[3])
{
    for (int i = 0; i < 3; i++)
        assert_near("loss of a row", loss_of_scores(loss, 1, scores + (ptrdiff_t)3 * i, labels + i),
                    want[i], 1e-12);
    assert_near("mean loss", loss_of_scores(loss, 3, scores, labels),
                (want[0] + want[1] + want[2]) / 3, 1e-12);
}

static void test_perceptron(void **state)
{
    (void)state;
    const double want[3] = {0.8, 0, 24.6};
    check_losses(LINCLASS_LOSS_PERCEPTRON, want);
    assert_near("mean loss", loss_of_scores(LINCLASS_LOSS_PERCEPTRON, 3, scores, labels), 8.47,
                5e-3);
}

/* By hand: 6.4 - 5.6 + 1; none within 1; 2 + 8.6 + 1 and 5.4 + 8.6 + 1. */
static void test_hinge(void **state)
{
    (void)state;
    const double want[3] = {1.8, 0, 26.6};
    check_losses(LINCLASS_LOSS_HINGE, want);
}

static void test_squared_hinge(void **state)
{
    (void)state;
    const double want[3] = {1.8 * 1.8, 0, 11.6 * 11.6 + 15.0 * 15.0};
    check_losses(LINCLASS_LOSS_SQUARED_HINGE, want);
}

/* A logistic model with weights theta speaks for the greater of the labels 0 and 1. */
static linclass_model *logistic_model(linclass_context *ctx, int64_t n, const double *theta)
{
    /* Two columns, as every model has: the score is their difference. */
    double columns[6] = {0};
    for (int64_t j = 0; j < n; j++)
        columns[2 * j + 1] = theta[j];
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_LOGISTIC, LINCLASS_FLOAT64, n, 2,
                                           columns, 2, NULL, NULL, &model),
                     LINCLASS_OK);
    return model;
}

static void test_signs_of_documents(void **state)
{
    (void)state;
    const double theta[3] = {-1, 2, -3};
    const double documents[12] = {1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1};
    const int64_t want[4] = {1, 0, 0, 0};
    linclass_context *ctx = context_of(1);
    linclass_model *model = logistic_model(ctx, 3, theta);
    const linclass_matrix X = view_of(4, 3, documents);
    int64_t predicted[4];
    assert_int_equal(linclass_model_predict(ctx, model, &X, predicted), LINCLASS_OK);
    assert_memory_equal(predicted, want, sizeof want);
    /* The last document has the score -2, and so the probability 0.12. */
    double Z[8];
    assert_int_equal(linclass_model_probabilities(ctx, model, &X, LINCLASS_FLOAT64, Z, 2),
                     LINCLASS_OK);
    assert_near("sigmoid(-2)", Z[7], 0.12, 5e-3);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* theta = (0.04, 0.5), x = (1, 0.82), y = 1, alpha = 0.01: theta becomes (0.0439, 0.5032). A sample of
 * weight 0 makes the second class. */
static void test_one_step(void **state)
{
    (void)state;
    const double theta[2] = {0.04, 0.5};
    const double samples_of_two[4] = {1, 0.82, 0, 0};
    const int64_t y[2] = {1, 0};
    const double weights[2] = {1, 0};
    linclass_context *ctx = context_of(1);
    linclass_model *initial = logistic_model(ctx, 2, theta);
    const linclass_matrix X = view_of(2, 2, samples_of_two);
    linclass_fit_options options = samples_options();
    options.loss = LINCLASS_LOSS_LOGISTIC;
    options.solver = LINCLASS_SOLVER_SGD;
    options.initial = initial;
    options.sample_weight = weights;
    options.fit_bias = 0;
    options.learning_rate = 0.01;
    options.batch_size = 2;
    options.max_iterations = 1;
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, &X, y, &options, NULL, &model);
    if (status != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    assert_near("theta_0", fitting_theta(model, 1) - fitting_theta(model, 0), 0.0439, 5e-5);
    assert_near("theta_1", fitting_theta(model, 3) - fitting_theta(model, 2), 0.5032, 5e-5);
    linclass_model_destroy(model);
    linclass_model_destroy(initial);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_perceptron),    cmocka_unit_test(test_hinge),
        cmocka_unit_test(test_squared_hinge), cmocka_unit_test(test_signs_of_documents),
        cmocka_unit_test(test_one_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
