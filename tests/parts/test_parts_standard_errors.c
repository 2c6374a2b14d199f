/* Standard errors over parts, against linclass_model_standard_errors over all rows. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "made_parts.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"

enum { M = 600, N = 4, MOST_K = 4, MOST = (N + 1) * (MOST_K - 1) };

/* Sums of M terms in another order; the Hessian is as well conditioned as centred columns are. */
static const double SAME = 1e-9;

typedef struct errors {
    linclass_standard_errors found;
    double theta[N * MOST_K];
    double theta_error[N * MOST_K];
    double bias[MOST_K];
    double bias_error[MOST_K];
    double covariance[MOST * MOST];
} errors;

static void clear(errors *self)
{
    memset(self, 0, sizeof *self);
    assert_int_equal(linclass_standard_errors_init(&self->found, sizeof self->found), LINCLASS_OK);
    self->found.theta = self->theta;
    self->found.theta_error = self->theta_error;
    self->found.bias = self->bias;
    self->found.bias_error = self->bias_error;
    self->found.covariance = self->covariance;
}

static void compare_arrays(const char *what, int64_t count, const double *got, const double *want)
{
    for (int64_t e = 0; e < count; e++)
        assert_near(what, got[e], (long double)want[e], SAME * (1e-3 + fabs(want[e])));
}

static void compare(const errors *got, const errors *want)
{
    const int64_t P = want->found.parameters;
    assert_int_equal(got->found.parameters, P);
    compare_arrays("theta", N * MOST_K, got->theta, want->theta);
    compare_arrays("error of theta", N * MOST_K, got->theta_error, want->theta_error);
    compare_arrays("bias", MOST_K, got->bias, want->bias);
    compare_arrays("error of bias", MOST_K, got->bias_error, want->bias_error);
    compare_arrays("covariance", P * P, got->covariance, want->covariance);
    /* Both are rounding of a gradient that is 0, over a standard error. */
    assert_true(fabs(got->found.newton_step - want->found.newton_step) < 1e-6);
    assert_true(fabs(got->found.score_step - want->found.score_step) < 1e-6);
}

static bool same(const errors *a, const errors *b)
{
    return memcmp(a->theta_error, b->theta_error, sizeof a->theta_error) == 0 &&
           memcmp(a->bias_error, b->bias_error, sizeof a->bias_error) == 0 &&
           memcmp(a->covariance, b->covariance, sizeof a->covariance) == 0 &&
           a->found.newton_step == b->found.newton_step &&
           a->found.score_step == b->found.score_step;
}

/* Columns far from 0, weights, weights of classes, a label to ignore, no intercepts, two classes by one score. */
static void test_errors(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(3);
    double weights[M];
    for (int i = 0; i < M; i++)
        weights[i] = 0.5 * (i % 4);
    for (int variant = 0; variant < 6; variant++) {
        const int64_t k = variant == 5 ? 2 : MOST_K;
        samples data = samples_new(M, N, k, 91);
        for (int i = 0; i < M; i++)
            data.X[i * N + 1] += variant == 4 ? 1000 : 0;
        const double *of_rows = variant == 1 ? weights : NULL;
        linclass_fit_options options = samples_options();
        options.solver = LINCLASS_SOLVER_NEWTON;
        options.gradient_tolerance = 1e-10;
        options.loss = variant == 5 ? LINCLASS_LOSS_LOGISTIC : LINCLASS_LOSS_SOFTMAX;
        options.class_weight_balanced = variant == 2;
        options.has_ignore_label = variant == 1;
        options.ignore_label = 0;
        options.fit_bias = variant != 3;
        options.sample_weight = of_rows;
        const linclass_matrix X = samples_view(&data);
        linclass_model *model;
        assert_true(linclass_fit(ctx, &X, data.y, &options, NULL, &model) >= 0);
        made_parts parts = made_parts_new(&data, of_rows, 17);
        const linclass_parts sources[] = {made_parts_iterator(&parts), made_parts_held(&parts),
                                          made_parts_engine(&parts, 2, 3)};
        errors want;
        clear(&want);
        want.found.sample_weight = of_rows;
        if (linclass_model_standard_errors(ctx, model, &X, data.y, &want.found) != LINCLASS_OK)
            fail_msg("%d: %s", variant, linclass_context_message(ctx));
        errors got[3];
        for (int s = 0; s < 3; s++) {
            clear(&got[s]);
            if (linclass_standard_errors_parts(ctx, model, &sources[s], &got[s].found) !=
                LINCLASS_OK)
                fail_msg("%d: %s", variant, linclass_context_message(ctx));
            compare(&got[s], &want);
            assert_true(same(&got[s], &got[0]));
        }
        made_parts_free(&parts);
        linclass_model_destroy(model);
        samples_free(&data);
    }
    linclass_context_destroy(ctx);
}

static linclass_model *unpenalised(linclass_context *ctx, const samples *data, double l2)
{
    linclass_fit_options options = samples_options();
    options.solver = LINCLASS_SOLVER_NEWTON;
    options.l2 = l2;
    return fitting_fit(ctx, data, &options, NULL);
}

static void expect_failure(linclass_context *ctx, const linclass_model *model, made_parts *parts,
                           errors *found, linclass_status status, const char *words)
{
    const linclass_parts iterator = made_parts_iterator(parts);
    const linclass_status got =
        linclass_standard_errors_parts(ctx, model, &iterator, &found->found);
    assert_refused(ctx, got, status, words);
    assert_true(found->theta_error[1] == 0 && found->found.parameters == 0);
}

static void test_failures(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, 3, 92);
    linclass_model *model = unpenalised(ctx, &data, 0);
    linclass_model *penalised = unpenalised(ctx, &data, 1e-2);
    made_parts parts = made_parts_new(&data, NULL, 5);
    errors found;
    const double weight = 1;
    clear(&found);
    found.found.sample_weight = &weight;
    expect_failure(ctx, model, &parts, &found, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "errors.sample_weight is given: the parts bring their weights");
    clear(&found);
    expect_failure(ctx, penalised, &parts, &found, LINCLASS_ERROR_UNSUPPORTED, "l2 = 0.01");
    double *X = (double *)(uintptr_t)parts.views[4].data;
    X[2] = (double)INFINITY;
    expect_failure(ctx, model, &parts, &found, LINCLASS_ERROR_NON_FINITE,
                   "given part 4: X[0, 2] is inf, not a finite number");
    X[2] = 0;
    parts.views[1].cols = 2;
    expect_failure(ctx, model, &parts, &found, LINCLASS_ERROR_DIMENSION,
                   "given part 1: X has 2 columns, not 4");
    parts.views[1].cols = N;
    for (int i = 0; i < M; i++)
        data.X[i * N + 3] = 2 * data.X[i * N];
    expect_failure(ctx, model, &parts, &found, LINCLASS_ERROR_NUMERIC,
                   "the Hessian is singular: the data say nothing of the coefficient of feature 3");
    made_parts_free(&parts);
    linclass_model_destroy(penalised);
    linclass_model_destroy(model);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, 3, 93);
    linclass_model *model = unpenalised(ctx, &data, 0);
    made_parts parts = made_parts_new(&data, NULL, 3);
    const linclass_parts iterator = made_parts_iterator(&parts);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        errors found;
        clear(&found);
        const linclass_status status =
            linclass_standard_errors_parts(r.ctx, model, &iterator, &found.found);
        if (memory_rounds_failed(&r, status))
            assert_true(found.theta_error[1] == 0);
    }
    assert_true(r.k > 20);
    made_parts_free(&parts);
    linclass_model_destroy(model);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
