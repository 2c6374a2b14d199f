/* Models of every loss: the mean loss against its definition, which have probabilities, the number of
 * classes, and the loss in the file. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/losses.h"
#include "support/noise.h"

enum { M = 150, N = 6, MAX_K = 4 };

static int64_t classes_of(int32_t loss)
{
    return losses_find(loss)->one_score ? 2 : MAX_K;
}

static linclass_model *model_of(linclass_context *ctx, int32_t loss)
{
    const int64_t k = classes_of(loss);
    double theta[N * MAX_K];
    double bias[MAX_K];
    uint64_t noise = (uint64_t)loss;
    for (int i = 0; i < N * MAX_K; i++)
        theta[i] = noise_uniform(&noise);
    for (int j = 0; j < MAX_K; j++)
        bias[j] = noise_uniform(&noise);
    linclass_model *model;
    assert_int_equal(
        linclass_model_create(ctx, loss, LINCLASS_FLOAT64, N, k, theta, k, bias, NULL, &model),
        LINCLASS_OK);
    return model;
}

static void the_mean_loss_is_that_of_its_definition(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT64, M, N, 3, &X);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        const int64_t k = classes_of(loss);
        linclass_model *model = model_of(ctx, loss);
        int64_t y[M];
        uint64_t noise = 8;
        long double sum = 0;
        for (int64_t i = 0; i < M; i++) {
            long double h[MAX_K];
            for (int64_t j = 0; j < k; j++)
                h[j] = reference_score(model, &X, i, j);
            y[i] = noise_below(&noise, k);
            sum += losses_of_classes(loss, k, h, y[i]);
        }
        linclass_evaluation evaluation;
        linclass_evaluation_init(&evaluation, sizeof evaluation);
        assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &evaluation), LINCLASS_OK);
        assert_near(evaluation.loss, (double)(sum / M), 1e-13);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    free(samples);
}

/* Scores are the features: theta is the identity. Losses 0.8, 0, 24.6; with offset 1: 1.8, 0, 26.6. */
static void the_lectures_perceptron_and_hinge_losses(void **state)
{
    (void)state;
    static const double theta[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    static const double x[9] = {5.6, 6.4, -4.6, -1.8, 10.2, 3.5, 2.0, 5.4, -8.6};
    static const int64_t y[3] = {0, 1, 2};
    static const struct {
        int32_t loss;
        double mean;
    } expected[] = {{LINCLASS_LOSS_PERCEPTRON, (0.8 + 0 + 24.6) / 3},
                    {LINCLASS_LOSS_HINGE, (1.8 + 0 + 26.6) / 3}};
    linclass_context *ctx = context_of(1);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 3, 3, x, 3);
    for (int i = 0; i < 2; i++) {
        linclass_model *model;
        assert_int_equal(linclass_model_create(ctx, expected[i].loss, LINCLASS_FLOAT64, 3, 3, theta,
                                               3, NULL, NULL, &model),
                         LINCLASS_OK);
        linclass_evaluation evaluation;
        linclass_evaluation_init(&evaluation, sizeof evaluation);
        assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &evaluation), LINCLASS_OK);
        assert_near(evaluation.loss, expected[i].mean, 1e-14);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

static void probabilities_are_there_for_losses_that_have_them(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT64, M, N, 3, &X);
    static double Z[M * MAX_K];
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        const int64_t k = classes_of(loss);
        linclass_model *model = model_of(ctx, loss);
        const linclass_status status =
            linclass_model_probabilities(ctx, model, &X, LINCLASS_FLOAT64, Z, k);
        assert_int_equal(status, losses_find(loss)->probabilities ? LINCLASS_OK
                                                                  : LINCLASS_ERROR_UNSUPPORTED);
        for (int64_t i = 0; k == 2 && i < M; i++) {
            const long double margin =
                reference_score(model, &X, i, 1) - reference_score(model, &X, i, 0);
            assert_near(Z[2 * i + 1], (double)losses_sigmoid(margin), 1e-14);
        }
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    free(samples);
}

static void two_class_losses_have_two_classes(void **state)
{
    (void)state;
    static const double theta[3] = {0};
    linclass_context *ctx = context_of(1);
    for (int64_t k = 1; k <= 3; k += 2)
        for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
            linclass_model *model;
            if (!losses_find(loss)->one_score)
                continue;
            assert_refused(ctx,
                           linclass_model_create(ctx, loss, LINCLASS_FLOAT64, 1, k, theta, k, NULL,
                                                 NULL, &model),
                           LINCLASS_ERROR_DIMENSION, "is one of two classes");
        }
    linclass_context_destroy(ctx);
}

static void the_loss_comes_back_from_the_file(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        linclass_model *model = model_of(ctx, loss);
        linclass_model *loaded;
        static char bytes[8192];
        int64_t length;
        assert_int_equal(linclass_model_serialize(ctx, model, bytes, sizeof bytes, &length),
                         LINCLASS_OK);
        assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &loaded), LINCLASS_OK);
        assert_true(models_equal(model, loaded));
        linclass_model_destroy(model);
        linclass_model_destroy(loaded);
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_loss_is_that_of_its_definition),
        cmocka_unit_test(the_lectures_perceptron_and_hinge_losses),
        cmocka_unit_test(probabilities_are_there_for_losses_that_have_them),
        cmocka_unit_test(two_class_losses_have_two_classes),
        cmocka_unit_test(the_loss_comes_back_from_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
