/* Evaluation with weights, an ignored label, averages and the area under the ROC curve: against the
 * metrics over arrays, against repetition and against leaving rows out. */
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
#include "support/noise.h"

enum { M = 300, N = 5, K = 4, REPEATED = 3 * M };

/* Samples with whole weights 0..3, and those samples repeated so often. Labels are those of a
 * random_model: 3 j - k. */
typedef struct weighted_samples {
    int64_t k;
    double X[M * N];
    int64_t y[M];
    double weights[M];
    int64_t repeated;
    double repeated_X[REPEATED * N];
    int64_t repeated_y[REPEATED];
} weighted_samples;

static void make_samples(weighted_samples *samples, int64_t k, uint64_t seed)
{
    samples->k = k;
    samples->repeated = 0;
    for (int64_t i = 0; i < M; i++) {
        for (int64_t j = 0; j < N; j++)
            samples->X[i * N + j] = noise_uniform(&seed);
        samples->y[i] = 3 * noise_below(&seed, k) - k;
        const int64_t times = noise_below(&seed, 4);
        samples->weights[i] = (double)times;
        for (int64_t t = 0; t < times; t++) {
            memcpy(samples->repeated_X + samples->repeated * N, samples->X + i * N,
                   N * sizeof(double));
            samples->repeated_y[samples->repeated++] = samples->y[i];
        }
    }
}

static void ask(everything *asked, int64_t k)
{
    everything_ask(asked);
    asked->evaluation.with_roc_auc = k == 2;
}

static void evaluate(linclass_context *ctx, const linclass_model *model, int64_t m, const double *X,
                     const int64_t *y, everything *asked)
{
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, m, N, X, N),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_evaluate(ctx, model, &view, y, &asked->evaluation),
                     LINCLASS_OK);
}

/* All that is said of weights; not samples, confusion and support, which count rows. */
static void assert_same(const everything *a, const everything *b, int64_t k)
{
    assert_near(a->evaluation.weight, b->evaluation.weight, 0);
    assert_near(a->evaluation.loss, b->evaluation.loss, 1e-14);
    assert_near(a->evaluation.error, b->evaluation.error, 0);
    assert_near(a->evaluation.accuracy, b->evaluation.accuracy, 0);
    assert_near(a->evaluation.macro_precision, b->evaluation.macro_precision, 0);
    assert_near(a->evaluation.macro_recall, b->evaluation.macro_recall, 0);
    assert_near(a->evaluation.macro_f1, b->evaluation.macro_f1, 0);
    assert_near(a->evaluation.micro_precision, b->evaluation.micro_precision, 0);
    assert_near(a->evaluation.micro_recall, b->evaluation.micro_recall, 0);
    assert_near(a->evaluation.micro_f1, b->evaluation.micro_f1, 0);
    if (k == 2)
        assert_near(a->evaluation.roc_auc, b->evaluation.roc_auc, 1e-15);
    assert_memory_equal(a->precision, b->precision, (size_t)k * sizeof(double));
    assert_memory_equal(a->recall, b->recall, (size_t)k * sizeof(double));
    assert_memory_equal(a->f1, b->f1, (size_t)k * sizeof(double));
    assert_memory_equal(a->weighted_confusion, b->weighted_confusion,
                        (size_t)(k * k) * sizeof(double));
}

static void a_weight_is_a_repetition(void **state)
{
    (void)state;
    static weighted_samples samples;
    linclass_context *ctx = context_of(2);
    for (int64_t k = 2; k <= K; k++) {
        make_samples(&samples, k, (uint64_t)k);
        linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, k, 1, 3);
        everything weighted;
        everything repeated;
        ask(&weighted, k);
        ask(&repeated, k);
        weighted.evaluation.sample_weight = samples.weights;
        evaluate(ctx, model, M, samples.X, samples.y, &weighted);
        evaluate(ctx, model, samples.repeated, samples.repeated_X, samples.repeated_y, &repeated);
        assert_same(&weighted, &repeated, k);
        assert_int_equal(weighted.evaluation.samples, M);
        assert_int_equal(repeated.evaluation.samples, samples.repeated);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

/* The ignored label is a class of the model, then a label the model does not know. */
static void an_ignored_row_is_a_row_left_out(void **state)
{
    (void)state;
    static weighted_samples samples;
    static double kept_X[M * N];
    int64_t kept_y[M];
    linclass_context *ctx = context_of(2);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, 2, 1, 3);
    make_samples(&samples, 2, 9);
    for (int unknown = 0; unknown < 2; unknown++) {
        const int64_t ignored = unknown ? 4242 : 1;
        int64_t kept = 0;
        for (int64_t i = 0; i < M; i++) {
            if (unknown && i % 3 == 0)
                samples.y[i] = ignored;
            if (samples.y[i] == ignored)
                continue;
            memcpy(kept_X + kept * N, samples.X + i * N, N * sizeof(double));
            kept_y[kept++] = samples.y[i];
        }
        everything ignoring;
        everything without;
        ask(&ignoring, 2);
        ask(&without, 2);
        ignoring.evaluation.has_ignore_label = 1;
        ignoring.evaluation.ignore_label = ignored;
        evaluate(ctx, model, M, samples.X, samples.y, &ignoring);
        evaluate(ctx, model, kept, kept_X, kept_y, &without);
        if (!unknown) /* only one class is left */
            assert_true(isnan(ignoring.evaluation.roc_auc) && isnan(without.evaluation.roc_auc));
        assert_same(&ignoring, &without, unknown ? 2 : 1);
        assert_int_equal(ignoring.evaluation.samples, kept);
        assert_memory_equal(ignoring.confusion, without.confusion, 4 * sizeof(int64_t));
        assert_memory_equal(ignoring.support, without.support, 2 * sizeof(int64_t));
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void it_agrees_with_the_metrics_over_arrays(void **state)
{
    (void)state;
    static weighted_samples samples;
    static double scores[M * 2];
    double margins[M];
    int64_t labels[M];
    int64_t y[M];
    int64_t predicted[M];
    linclass_context *ctx = context_of(2);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, 2, 1, 3);
    make_samples(&samples, 2, 5);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, M, N, samples.X, N);
    assert_int_equal(linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT64, scores, 2),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    for (int64_t i = 0; i < M; i++) {
        y[i] = (samples.y[i] + 2) / 3;
        predicted[i] = (labels[i] + 2) / 3;
        margins[i] = scores[2 * i + 1] - scores[2 * i];
    }
    everything weighted;
    ask(&weighted, 2);
    weighted.evaluation.sample_weight = samples.weights;
    evaluate(ctx, model, M, samples.X, samples.y, &weighted);
    double auc;
    double error;
    double confusion[4];
    linclass_averages averages;
    linclass_averages_init(&averages, sizeof averages);
    linclass_roc_auc_f64(ctx, M, margins, y, samples.weights, &auc);
    linclass_error_rate(ctx, M, y, predicted, samples.weights, &error);
    linclass_confusion(ctx, M, 2, y, predicted, samples.weights, confusion, 2);
    linclass_confusion_averages(ctx, 2, confusion, 2, &averages);
    assert_near(weighted.evaluation.roc_auc, auc, 0);
    assert_near(weighted.evaluation.error, error, 0);
    assert_near(weighted.evaluation.macro_f1, averages.macro_f1, 0);
    assert_near(weighted.evaluation.accuracy, averages.accuracy, 0);
    assert_memory_equal(weighted.weighted_confusion, confusion, sizeof confusion);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void what_cannot_be_is_refused_and_nothing_written(void **state)
{
    (void)state;
    static weighted_samples samples;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, 3, 1, 3);
    make_samples(&samples, 3, 5);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, M, N, samples.X, N);
    linclass_evaluation evaluation;
    linclass_evaluation_init(&evaluation, sizeof evaluation);
    evaluation.with_roc_auc = 1;
    const linclass_evaluation before = evaluation;
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, samples.y, &evaluation),
                     LINCLASS_ERROR_UNSUPPORTED);
    assert_memory_equal(&evaluation, &before, sizeof before);
    evaluation.with_roc_auc = 2;
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, samples.y, &evaluation),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    evaluation.with_roc_auc = 0;
    evaluation.sample_weight = samples.weights;
    samples.weights[17] = -1;
    assert_refused(ctx, linclass_model_evaluate(ctx, model, &X, samples.y, &evaluation),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "sample_weight[17] is -1");
    samples.weights[17] = 0;
    samples.y[5] = 77;
    evaluation.has_ignore_label = 1;
    evaluation.ignore_label = 78;
    assert_refused(ctx, linclass_model_evaluate(ctx, model, &X, samples.y, &evaluation),
                   LINCLASS_ERROR_LABEL, "y[5] is 77");
    assert_near(evaluation.loss, 0, 0);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void what_is_not_asked_for_is_cleared(void **state)
{
    (void)state;
    static weighted_samples samples;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, 2, 1, 3);
    make_samples(&samples, 2, 5);
    everything asked;
    ask(&asked, 2);
    evaluate(ctx, model, M, samples.X, samples.y, &asked);
    assert_true(asked.evaluation.roc_auc > 0 && asked.evaluation.macro_f1 > 0 &&
                asked.evaluation.micro_f1 > 0);
    asked.evaluation.with_averages = 0;
    asked.evaluation.with_roc_auc = 0;
    evaluate(ctx, model, M, samples.X, samples.y, &asked);
    assert_true(isnan(asked.evaluation.roc_auc));
    assert_near(asked.evaluation.macro_f1, 0, 0);
    assert_near(asked.evaluation.micro_f1, 0, 0);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weight_is_a_repetition),
        cmocka_unit_test(an_ignored_row_is_a_row_left_out),
        cmocka_unit_test(it_agrees_with_the_metrics_over_arrays),
        cmocka_unit_test(what_cannot_be_is_refused_and_nothing_written),
        cmocka_unit_test(what_is_not_asked_for_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
