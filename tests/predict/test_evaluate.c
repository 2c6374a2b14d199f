/* Evaluation against counting and long double sums; the lectures' confusion matrix; labels unknown to
 * the model; empty input; structs of other sizes; the same bits for any number of threads. */
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
#include "support/everything.h"
#include "support/memory_rounds.h"
#include "support/noise.h"

/* Labels of a random_model of k classes, the last class never among them. */
static int64_t *random_labels(int64_t m, int64_t k, uint64_t seed)
{
    int64_t *y = malloc((size_t)m * sizeof *y + 1);
    for (int64_t i = 0; i < m; i++)
        y[i] = 3 * noise_below(&seed, k > 1 ? k - 1 : 1) - k;
    return y;
}

static long double reference_loss(const linclass_model *model, const linclass_matrix *X, int64_t i,
                                  int64_t class)
{
    long double sum = 0;
    for (int64_t j = 0; j < linclass_model_classes(model); j++)
        sum += expl(reference_score(model, X, i, j));
    return logl(sum) - reference_score(model, X, i, class);
}

static double share(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : (double)part / (double)whole;
}

/* Row and column sums of the confusion matrix, each counted anew. */
static void check_classes(int64_t k, const everything *found)
{
    for (int64_t j = 0; j < k; j++) {
        int64_t support = 0;
        int64_t predicted = 0;
        for (int64_t l = 0; l < k; l++) {
            support += found->confusion[j * k + l];
            predicted += found->confusion[l * k + j];
        }
        const int64_t correct = found->confusion[j * k + j];
        const double precision = share(correct, predicted);
        const double recall = share(correct, support);
        assert_int_equal(found->support[j], support);
        assert_near(found->precision[j], precision, 0);
        assert_near(found->recall[j], recall, 0);
        assert_near(found->f1[j],
                    precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall),
                    1e-15);
    }
}

static void check_against_counting(int64_t m, int64_t n, int64_t k, int32_t dtype)
{
    linclass_context *ctx = context_of(2);
    linclass_model *model = random_model(ctx, dtype, n, k, 1, 31);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, m, n, 32, &X);
    int64_t *y = random_labels(m, k, 33);
    int64_t *labels = malloc((size_t)m * sizeof *labels + 1);
    int64_t confusion[EVERYTHING_CLASSES * EVERYTHING_CLASSES] = {0};
    long double loss = 0;
    int64_t wrong = 0;
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    for (int64_t i = 0; i < m; i++) {
        const int64_t class = (y[i] + k) / 3;
        confusion[class * k + (labels[i] + k) / 3]++;
        wrong += labels[i] != y[i];
        loss += reference_loss(model, &X, i, class);
    }
    everything found;
    everything_ask(&found);
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &found.evaluation), LINCLASS_OK);
    assert_int_equal(found.evaluation.samples, m);
    assert_int_equal(found.evaluation.classes, k);
    assert_near(found.evaluation.error, share(wrong, m), 0);
    assert_near(found.evaluation.loss, m == 0 ? 0 : (double)(loss / m),
                dtype == LINCLASS_FLOAT32 ? 1e-5 : 1e-13);
    assert_memory_equal(found.confusion, confusion, (size_t)(k * k) * sizeof *confusion);
    check_classes(k, &found);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
    free(y);
    free(labels);
}

static void evaluation_agrees_with_counting(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {
        {0, 3, 4}, {1, 2, 1}, {1, 0, 2}, {70, 5, 3}, {1000, 12, 37}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        check_against_counting(shapes[s][0], shapes[s][1], shapes[s][2], LINCLASS_FLOAT32);
        check_against_counting(shapes[s][0], shapes[s][1], shapes[s][2], LINCLASS_FLOAT64);
    }
}

/* 16 points; 9 are predicted positive, 7 of them rightly; 10 are positive. One feature, the score. */
static void lectures_sixteen_points(void **state)
{
    (void)state;
    static const double theta[2] = {0, 1};
    static const double x[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};
    static const int64_t y[16] = {1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0};
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 1, 2,
                                           theta, 2, NULL, NULL, &model),
                     LINCLASS_OK);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 16, 1, x, 1);
    everything found;
    everything_ask(&found);
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &found.evaluation), LINCLASS_OK);
    assert_near(1 - found.evaluation.error, 11.0 / 16, 1e-16);
    assert_near(found.precision[1], 7.0 / 9, 0);
    assert_near(found.recall[1], 7.0 / 10, 0);
    assert_near(found.f1[1], 14.0 / 19, 1e-16);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void an_unknown_label_is_named_and_nothing_is_written(void **state)
{
    (void)state;
    enum { M = 200, N = 2, K = 3 };
    linclass_context *ctx = context_of(2);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 1);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, M, N, 2, &X);
    int64_t *y = random_labels(M, K, 3);
    y[151] = 4242;
    everything found;
    everything_ask(&found);
    const everything before = found;
    assert_refused(ctx, linclass_model_evaluate(ctx, model, &X, y, &found.evaluation),
                   LINCLASS_ERROR_LABEL, "y[151] is 4242");
    assert_memory_equal(&found, &before, sizeof found);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
    free(y);
}

static void a_sample_that_is_not_finite_is_named_and_nothing_is_written(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, 2, 3, 1, 1);
    const float x[6] = {0, 0, 0, NAN, 0, 0};
    const int64_t y[3] = {0, 0, 0};
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, 3, 2, x, 2);
    everything found;
    everything_ask(&found);
    const everything before = found;
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &found.evaluation),
                     LINCLASS_ERROR_NON_FINITE);
    assert_memory_equal(&found, &before, sizeof found);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, 2, 3, 1, 1);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, 4, 2, 2, &X);
    linclass_evaluation evaluation;
    assert_int_equal(linclass_evaluation_init(NULL, sizeof evaluation),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_evaluation_init(&evaluation, 8), LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_evaluation_init(&evaluation, sizeof evaluation);
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, NULL, &evaluation),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    const int64_t y[4] = {0, 0, 0, 0};
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    evaluation.size = 0;
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &evaluation),
                     LINCLASS_ERROR_STRUCT_SIZE);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
}

static void bits_do_not_depend_on_the_number_of_threads(void **state)
{
    (void)state;
    enum { M = 3001, N = 30, K = 10 };
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 8);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_UINT8, M, N, 4, &X);
    int64_t *y = random_labels(M, K, 3);
    linclass_evaluation one;
    linclass_evaluation_init(&one, sizeof one);
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &one), LINCLASS_OK);
    linclass_context_destroy(ctx);
    static const int32_t counts[] = {2, 3, 8, 16};
    for (int i = 0; i < 4; i++) {
        ctx = context_of(counts[i]);
        linclass_evaluation many;
        linclass_evaluation_init(&many, sizeof many);
        assert_int_equal(linclass_model_evaluate(ctx, model, &X, y, &many), LINCLASS_OK);
        assert_memory_equal(&many, &one, sizeof one);
        linclass_context_destroy(ctx);
    }
    linclass_model_destroy(model);
    free(samples);
    free(y);
}

static void failed_allocations_are_reported_and_a_retry_succeeds(void **state)
{
    (void)state;
    enum { M = 300, N = 8, K = 5 };
    linclass_context *plain = context_of(1);
    linclass_model *model = random_model(plain, LINCLASS_FLOAT32, N, K, 1, 8);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_UINT8, M, N, 4, &X);
    int64_t *y = random_labels(M, K, 3);
    memory_rounds r = memory_rounds_begin(2);
    while (memory_rounds_next(&r)) {
        everything found;
        everything_ask(&found);
        const everything before = found;
        const linclass_status status =
            linclass_model_evaluate(r.ctx, model, &X, y, &found.evaluation);
        if (memory_rounds_failed(&r, status))
            assert_memory_equal(&found, &before, sizeof found);
        assert_int_equal(linclass_model_evaluate(r.ctx, model, &X, y, &found.evaluation),
                         LINCLASS_OK);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(plain);
    free(samples);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation_agrees_with_counting),
        cmocka_unit_test(lectures_sixteen_points),
        cmocka_unit_test(an_unknown_label_is_named_and_nothing_is_written),
        cmocka_unit_test(a_sample_that_is_not_finite_is_named_and_nothing_is_written),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(bits_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(failed_allocations_are_reported_and_a_retry_succeeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
