/* An l1 penalty and more features than matter: working sets. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/csr.h"
#include "support/fit_promises.h"
#include "support/fitting.h"
#include "support/optimum.h"

enum { M = 80, N = 700, K = 3, WEIGHTS = N * K };

static linclass_fit_options options_of(double l1, double l2)
{
    linclass_fit_options options = samples_options();
    options.l1 = l1;
    options.l2 = l2;
    options.gradient_tolerance = 1e-8;
    return options;
}

/* Every weight at 0 or not, with g the gradient of the smooth part in long double: |g| <= l1, or g = -l1 sign. */
static void check_optimum(const samples *data, double l1, double l2, const linclass_model *model)
{
    const int64_t weights = data->n * data->k;
    long double *theta = malloc(2 * (size_t)weights * sizeof *theta);
    assert_non_null(theta);
    long double *G = theta + weights;
    long double bias[K];
    long double g_bias[K];
    int64_t zeros = 0;
    for (int64_t e = 0; e < weights; e++)
        theta[e] = fitting_theta(model, e);
    for (int c = 0; c < K; c++)
        bias[c] = fitting_bias(model, c);
    (void)optimum_objective(data, l2, theta, bias, G, g_bias);
    for (int64_t e = 0; e < weights; e++) {
        zeros += theta[e] == 0;
        if (theta[e] == 0)
            assert_true(fabsl(G[e]) <= l1 + 1e-6);
        else
            assert_near("g + l1 sign(theta)", (double)(G[e] + (theta[e] > 0 ? l1 : -l1)), 0, 1e-6);
    }
    for (int c = 0; c < K; c++)
        assert_near("g_bias", (double)g_bias[c], 0, 1e-6);
    assert_true(zeros > weights / 2 && zeros < weights);
    free(theta);
}

static void check_fit(const samples *data, double l1, double l2)
{
    linclass_context *ctx = context_of(2);
    const linclass_fit_options options = options_of(l1, l2);
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, data, &options, &report);
    assert_int_equal(report.solver, LINCLASS_SOLVER_ORTHANT_WISE);
    check_optimum(data, l1, l2, model);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void test_many_features(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 200);
    check_fit(&data, 0.05, 0);
    check_fit(&data, 0.005, 0);
    check_fit(&data, 0.01, 0.02);
    samples_free(&data);
}

/* Each feature nearly the one before it: which of them have weights is all but open. */
static void test_correlated_features(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 201);
    for (int64_t i = 0; i < M; i++) {
        for (int64_t j = 1; j < N; j++)
            data.X[i * N + j] = (float)(0.95 * data.X[i * N + j - 1] + 0.1 * data.X[i * N + j]);
    }
    check_fit(&data, 0.02, 0);
    check_fit(&data, 0.01, 1e-3);
    samples_free(&data);
}

/* Classes that are far apart, and hardly a penalty: the Hessian vanishes at the minimum. */
static void test_separable_classes(void **state)
{
    (void)state;
    samples data = samples_new(20, 150, K, 202);
    check_fit(&data, 1e-4, 0);
    samples_free(&data);
}

static void test_more_rows_than_features(void **state)
{
    (void)state;
    samples data = samples_new(2000, 260, K, 203);
    check_fit(&data, 0.02, 0);
    samples_free(&data);
}

/* The losses with one score, and squared hinge: F at the minimum does not depend on features that say nothing, which
 * only working sets leave out. */
static void test_other_losses(void **state)
{
    (void)state;
    static const int32_t losses[] = {LINCLASS_LOSS_LOGISTIC, LINCLASS_LOSS_SQUARED_HINGE};
    for (size_t l = 0; l < sizeof losses / sizeof *losses; l++) {
        const int64_t k = losses[l] == LINCLASS_LOSS_LOGISTIC ? 2 : K;
        samples few = samples_new(M, 40, k, 204);
        samples many = samples_new(M, N, k, 204);
        memcpy(many.y, few.y, M * sizeof *few.y);
        memset(many.X, 0, (size_t)(M * N) * sizeof *many.X);
        for (int64_t i = 0; i < M; i++) {
            for (int64_t j = 0; j < 40; j++)
                many.X[i * N + 17 * j] = few.X[i * 40 + j];
        }
        linclass_context *ctx = context_of(1);
        linclass_fit_options options = options_of(0.02, 0);
        options.loss = losses[l];
        linclass_fit_report whole = fitting_report();
        linclass_fit_report part = fitting_report();
        linclass_model *one = fitting_fit(ctx, &many, &options, &whole);
        linclass_model *other = fitting_fit(ctx, &few, &options, &part);
        assert_near("objective", whole.objective, part.objective, 1e-12);
        for (int64_t j = 0; j < 40; j++) {
            for (int64_t c = 0; c < k; c++)
                assert_near("theta", fitting_theta(one, 17 * j * k + c),
                            fitting_theta(other, j * k + c), 1e-5);
        }
        linclass_model_destroy(other);
        linclass_model_destroy(one);
        linclass_context_destroy(ctx);
        samples_free(&many);
        samples_free(&few);
    }
}

static void test_sparse_rows_give_the_same(void **state)
{
    (void)state;
    static const csr_form forms[] = {
        {LINCLASS_FLOAT64, LINCLASS_INT32, 1, 3},
        {LINCLASS_UINT8, LINCLASS_INT64, 0.25, 0},
        {0, LINCLASS_INT32, 2, 0},
    };
    linclass_context *ctx = context_of(2);
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        samples data = samples_new(M, N, K, 205);
        csr_fill(M, N, 8, forms[f].dtype == LINCLASS_FLOAT64 ? 0 : forms[f].scale, 205, data.X);
        for (int64_t e = 0; forms[f].dtype == 0 && e < M * N; e++)
            data.X[e] = data.X[e] != 0 ? forms[f].scale : 0;
        csr sparse = csr_new(M, N, data.X, forms[f]);
        linclass_fit_options options = options_of(0.005, 0.001);
        options.dtype = LINCLASS_FLOAT64;
        linclass_model *dense = fitting_fit(ctx, &data, &options, NULL);
        linclass_model *model;
        assert_int_equal(linclass_fit(ctx, &sparse.view, data.y, &options, NULL, &model),
                         LINCLASS_OK);
        for (int64_t e = 0; e < WEIGHTS; e++)
            assert_near("theta", fitting_theta(model, e), fitting_theta(dense, e), 1e-9);
        linclass_model_destroy(model);
        linclass_model_destroy(dense);
        csr_free(&sparse);
        samples_free(&data);
    }
    linclass_context_destroy(ctx);
}

static void test_threads_do_not_change_bits(void **state)
{
    (void)state;
    static const int32_t threads[] = {2, 3, 8, 16};
    samples data = samples_new(1200, 500, K, 206);
    const linclass_fit_options options = options_of(0.01, 0);
    linclass_context *ctx = context_of(1);
    linclass_model *expected = fitting_fit(ctx, &data, &options, NULL);
    linclass_context_destroy(ctx);
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        ctx = context_of(threads[t]);
        linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
        assert_true(fitting_same(model, expected));
        linclass_model_destroy(model);
        linclass_context_destroy(ctx);
    }
    linclass_model_destroy(expected);
    samples_free(&data);
}

static int32_t stop_at_third(const linclass_progress *progress, void *user)
{
    (void)user;
    return progress->iteration == 3;
}

/* The result of an early end is that of all features, evaluated. */
static void test_limits(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 207);
    samples held_out = samples_new(40, N, K, 208);
    const linclass_matrix X = samples_view(&data);
    const linclass_matrix validation = samples_view(&held_out);
    linclass_context *ctx = context_of(1);
    for (int limit = 0; limit < 3; limit++) {
        linclass_fit_options options = options_of(0.005, 0);
        options.validation_X = &validation;
        options.validation_y = held_out.y;
        static const linclass_status ends[] = {
            LINCLASS_ITERATION_LIMIT, LINCLASS_STOPPED_BY_CALLBACK, LINCLASS_EARLY_STOPPED};
        options.max_iterations = limit == 0 ? 3 : 0;
        options.progress = limit == 1 ? stop_at_third : NULL;
        options.patience = limit == 2 ? 1 : 0;
        linclass_fit_report report = fitting_report();
        linclass_model *model;
        assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model), ends[limit]);
        linclass_evaluation evaluation;
        assert_int_equal(linclass_evaluation_init(&evaluation, sizeof evaluation), LINCLASS_OK);
        assert_int_equal(linclass_model_evaluate(ctx, model, &X, data.y, &evaluation), LINCLASS_OK);
        assert_near("loss", report.loss, evaluation.loss, 1e-12);
        assert_int_equal(linclass_model_evaluate(ctx, model, &validation, held_out.y, &evaluation),
                         LINCLASS_OK);
        assert_near("validation loss", report.validation_loss, evaluation.loss, 1e-12);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    samples_free(&held_out);
    samples_free(&data);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    samples data = samples_new(30, 250, K, 209);
    csr sparse = csr_new(30, 250, data.X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 0});
    const linclass_matrix dense = samples_view(&data);
    const linclass_matrix *const views[] = {&dense, &sparse.view};
    linclass_fit_options options = options_of(0.02, 0);
    options.max_iterations = 2;
    for (int v = 0; v < 2; v++)
        assert_fit_survives_lack_of_memory(views[v], data.y, &options, 9);
    csr_free(&sparse);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_features),
        cmocka_unit_test(test_correlated_features),
        cmocka_unit_test(test_separable_classes),
        cmocka_unit_test(test_more_rows_than_features),
        cmocka_unit_test(test_other_losses),
        cmocka_unit_test(test_sparse_rows_give_the_same),
        cmocka_unit_test(test_threads_do_not_change_bits),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
