/* A model evaluated over parts, against linclass_model_evaluate over all rows. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "made_parts.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/everything.h"

enum { M = 500, N = 4, K = 3 };

static void compare(const char *what, int count, const double *got, const double *want)
{
    for (int e = 0; e < count; e++)
        assert_near(what, got[e], (long double)want[e], 1e-12);
}

static void compare_all(const everything *got, const everything *want)
{
    const linclass_evaluation *a = &got->evaluation;
    const linclass_evaluation *b = &want->evaluation;
    assert_int_equal(a->samples, b->samples);
    assert_int_equal(a->classes, b->classes);
    compare("weight", 1, &a->weight, &b->weight);
    compare("loss", 1, &a->loss, &b->loss);
    compare("error", 1, &a->error, &b->error);
    compare("accuracy", 1, &a->accuracy, &b->accuracy);
    compare("averages", 6, &a->macro_precision, &b->macro_precision);
    assert_true(isnan(a->roc_auc));
    assert_memory_equal(got->confusion, want->confusion, sizeof want->confusion);
    assert_memory_equal(got->support, want->support, sizeof want->support);
    compare("weighted confusion", K * K, got->weighted_confusion, want->weighted_confusion);
    compare("precision", K, got->precision, want->precision);
    compare("recall", K, got->recall, want->recall);
    compare("f1", K, got->f1, want->f1);
}

static void test_figures(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, K, 51);
    const linclass_matrix X = samples_view(&data);
    double *weights = calloc(M, sizeof *weights);
    assert_non_null(weights);
    for (int i = 0; i < M; i++)
        weights[i] = i % 4;
    const int32_t losses[] = {LINCLASS_LOSS_SOFTMAX, LINCLASS_LOSS_HINGE};
    for (int variant = 0; variant < 8; variant++) {
        linclass_fit_options options = samples_options();
        options.loss = losses[variant / 4];
        options.dtype = variant % 2 == 0 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64;
        options.fit_bias = variant % 4 != 3;
        linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
        made_parts parts = made_parts_new(&data, variant % 4 == 1 ? weights : NULL, 17);
        const linclass_parts sources[] = {made_parts_iterator(&parts),
                                          made_parts_engine(&parts, 1, 5)};
        everything want;
        everything_ask(&want);
        want.evaluation.sample_weight = variant % 4 == 1 ? weights : NULL;
        want.evaluation.has_ignore_label = variant % 4 == 2;
        want.evaluation.ignore_label = 1;
        assert_int_equal(linclass_model_evaluate(ctx, model, &X, data.y, &want.evaluation),
                         LINCLASS_OK);
        everything got[2];
        for (int s = 0; s < 2; s++) {
            everything_ask(&got[s]);
            got[s].evaluation.has_ignore_label = variant % 4 == 2;
            got[s].evaluation.ignore_label = 1;
            if (linclass_evaluate_parts(ctx, model, &sources[s], &got[s].evaluation) != LINCLASS_OK)
                fail_msg("%s", linclass_context_message(ctx));
            compare_all(&got[s], &want);
        }
        assert_true(got[0].evaluation.loss == got[1].evaluation.loss);
        made_parts_free(&parts);
        linclass_model_destroy(model);
    }
    free(weights);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

static void expect_failure(linclass_context *ctx, const linclass_model *model, made_parts *parts,
                           linclass_evaluation *evaluation, linclass_status status,
                           const char *words)
{
    const linclass_parts iterator = made_parts_iterator(parts);
    const linclass_status got = linclass_evaluate_parts(ctx, model, &iterator, evaluation);
    assert_refused(ctx, got, status, words);
}

static void test_failures(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, K, 52);
    linclass_fit_options options = samples_options();
    linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
    made_parts parts = made_parts_new(&data, NULL, 3);
    const double weight = 1;
    everything given;
    everything_ask(&given);
    given.evaluation.sample_weight = &weight;
    expect_failure(ctx, model, &parts, &given.evaluation, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "evaluation.sample_weight is given");
    everything_ask(&given);
    given.evaluation.with_roc_auc = 1;
    expect_failure(ctx, model, &parts, &given.evaluation, LINCLASS_ERROR_UNSUPPORTED,
                   "with_roc_auc");
    everything_ask(&given);
    data.y[M - 1] = 9;
    expect_failure(ctx, model, &parts, &given.evaluation, LINCLASS_ERROR_LABEL,
                   "evaluated part 2: y[");
    data.y[M - 1] = 0;
    parts.views[1].cols = 3;
    expect_failure(ctx, model, &parts, &given.evaluation, LINCLASS_ERROR_DIMENSION,
                   "evaluated part 1: X has 3 columns, not 4");
    expect_failure(ctx, NULL, &parts, &given.evaluation, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "model is NULL");
    expect_failure(ctx, model, &parts, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "evaluation is NULL");
    made_parts_free(&parts);
    linclass_model_destroy(model);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
