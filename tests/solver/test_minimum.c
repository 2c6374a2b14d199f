/* Every solver but SGD ends at the one minimum, which an independent Newton method in long double
 * finds too; and data without a good minimum give finite results with a status. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/optimum.h"
#include "support/reference.h"

static linclass_fit_options options_of(int32_t solver, double l2)
{
    linclass_fit_options options = samples_options();
    options.solver = solver;
    options.gradient_tolerance = 1e-9;
    options.max_iterations = 100000;
    options.l2 = l2;
    return options;
}

/* ||theta - minimum|| <= ||grad F|| / l2 and F - minimum <= ||grad F||^2 / (2 l2), since F is
 * strongly convex in theta. Ten times that, for the rounding of the gradient, and ten times more for solvers that
 * measure the gradient by another norm. */
static void check_agreement(int64_t m, int64_t n, int64_t k, double l2)
{
    samples data = samples_new(m, n, k, 90);
    long double *const theta = reference_new(n, k);
    long double *const bias = reference_new(1, k);
    const long double best = optimum_find(&data, l2, theta, bias);
    linclass_context *ctx = context_of(2);
    for (int s = 1; s < FITTING_SOLVERS; s++) {
        const linclass_fit_options options = options_of(fitting_solvers[s], l2);
        linclass_fit_report report = fitting_report();
        linclass_model *model = fitting_fit(ctx, &data, &options, &report);
        const bool plain_norm = options.solver == LINCLASS_SOLVER_GRADIENT_DESCENT;
        const double distance = (plain_norm ? 10 : 100) * options.gradient_tolerance / l2;
        assert_near("objective", report.objective, best, 1e-14);
        if (plain_norm)
            assert_true(report.gradient_norm <= options.gradient_tolerance);
        for (int64_t e = 0; e < n * k; e++)
            assert_near("theta", fitting_theta(model, e), theta[e], distance);
        /* Determined up to a constant: compare with the first. */
        for (int64_t c = 0; c < k; c++)
            assert_near("bias", fitting_bias(model, c) - fitting_bias(model, 0), bias[c] - bias[0],
                        distance);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    free(bias);
    free(theta);
    samples_free(&data);
}

static void test_all_solvers_agree(void **state)
{
    (void)state;
    check_agreement(60, 3, 2, 0.1);
    check_agreement(150, 4, 3, 0.01);
    check_agreement(20, 6, 5, 0.3);
}

/* In single precision, too, the objective reached is that of double precision to 10^-6. */
static void test_single_precision_reaches_the_minimum(void **state)
{
    (void)state;
    samples data = samples_new(400, 8, 4, 91);
    const double l2 = 1e-3;
    long double theta[8 * 4];
    long double bias[4];
    const long double best = optimum_find(&data, l2, theta, bias);
    linclass_context *ctx = context_of(1);
    for (int s = 1; s < FITTING_SOLVERS; s++) {
        linclass_fit_options options = options_of(fitting_solvers[s], l2);
        options.gradient_tolerance = 1e-5;
        options.dtype = LINCLASS_FLOAT32;
        const linclass_matrix X = samples_view(&data);
        linclass_fit_report report = fitting_report();
        linclass_model *model;
        /* Rounding may end the line search before the tolerance does. */
        assert_true(linclass_fit(ctx, &X, data.y, &options, &report, &model) >= 0);
        for (int64_t e = 0; e < 8 * 4; e++)
            theta[e] = fitting_theta(model, e);
        for (int64_t c = 0; c < 4; c++)
            bias[c] = fitting_bias(model, c);
        const long double reached = optimum_objective(&data, l2, theta, bias, NULL, NULL);
        assert_near("objective", (double)reached, best, 1e-6 * (double)best);
        assert_near("objective in the report", report.objective, best, 1e-6 * (double)best);
        /* The biases are free up to a constant: rounding must not carry it away. */
        for (int64_t c = 0; c < 4; c++)
            assert_true(fabs(fitting_bias(model, c)) < 10);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* Neither features nor intercepts: there is nothing to choose, and F is what the loss is of scores of 0. */
static void test_without_parameters(void **state)
{
    (void)state;
    static const struct {
        int32_t loss;
        double at_zero;
    } losses[] = {{LINCLASS_LOSS_SOFTMAX, M_LN2},
                  {LINCLASS_LOSS_LOGISTIC, M_LN2},
                  {LINCLASS_LOSS_SQUARED_HINGE, 1}};
    samples data = samples_new(20, 0, 2, 92);
    linclass_context *ctx = context_of(1);
    for (size_t l = 0; l < sizeof losses / sizeof *losses; l++) {
        for (int s = 1; s < FITTING_SOLVERS; s++) {
            linclass_fit_options options = options_of(fitting_solvers[s], 0.1);
            options.loss = losses[l].loss;
            options.fit_bias = 0;
            linclass_fit_report report = fitting_report();
            linclass_model_destroy(fitting_fit(ctx, &data, &options, &report));
            assert_near("objective", report.objective, losses[l].at_zero, 1e-15);
        }
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

enum { M = 60, N = 6, K = 3 };

static void constant_column(double *X)
{
    for (int64_t i = 0; i < M; i++)
        X[i * N + 1] = 3;
}

static void zero_column(double *X)
{
    for (int64_t i = 0; i < M; i++)
        X[i * N + 1] = 0;
}

static void copied_columns(double *X)
{
    for (int64_t i = 0; i < M; i++)
        X[i * N + 1] = X[i * N + 2] = X[i * N];
}

static void equal_rows(double *X)
{
    for (int64_t e = 0; e < M * N; e++)
        X[e] = X[e % N];
}

static void zeros(double *X)
{
    for (int64_t e = 0; e < M * N; e++)
        X[e] = 0;
}

/* From 10^-6 to 10^6, and no column like another. */
static void scales(double *X)
{
    for (int64_t i = 0; i < M; i++) {
        for (int64_t j = 0; j < N; j++)
            X[i * N + j] *= pow(10, -6 + 12 * (double)j / (N - 1));
    }
}

/* The label is a feature: a line separates the classes. */
static void separable(double *X)
{
    for (int64_t i = 0; i < M; i++) {
        for (int64_t c = 0; c < K; c++)
            X[i * N + c] = 5 * (i % K == c);
    }
}

typedef void (*spoil)(double *X);

/* Whatever the data: a status that is no error, or says why; a finite model, no worse than zero. */
static void check_finite(int32_t solver, int32_t dtype, double l2, spoil change)
{
    samples data = samples_new(M, N, K, 92);
    for (int64_t i = 0; i < M; i++)
        data.y[i] = i % K;
    change(data.X);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = samples_options();
    options.solver = solver;
    options.dtype = dtype;
    options.l2 = l2;
    linclass_fit_report report = fitting_report();
    const linclass_matrix X = samples_view(&data);
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, &X, data.y, &options, &report, &model);
    if (status < 0)
        fail_msg("solver %d, dtype %d, l2 %g: %s", (int)solver, (int)dtype, l2,
                 linclass_context_message(ctx));
    if (!(report.objective <= log(K) * (1 + 1e-6)))
        fail_msg("solver %d, dtype %d, l2 %g: objective %g", (int)solver, (int)dtype, l2,
                 report.objective);
    for (int64_t e = 0; e < N * K; e++)
        assert_true(isfinite(fitting_theta(model, e)));
    for (int64_t c = 0; c < K; c++)
        assert_true(isfinite(fitting_bias(model, c)));
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void check_degenerate(spoil change)
{
    for (int s = 1; s < FITTING_SOLVERS; s++) {
        for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
            check_finite(fitting_solvers[s], dtype, 0, change);
            check_finite(fitting_solvers[s], dtype, 1e-3, change);
        }
    }
}

#define TEST_DEGENERATE(change) \
    static void test_##change(void **state) \
    { \
        (void)state; \
        check_degenerate(change); \
    }

TEST_DEGENERATE(constant_column)
TEST_DEGENERATE(zero_column)
TEST_DEGENERATE(copied_columns)
TEST_DEGENERATE(equal_rows)
TEST_DEGENERATE(zeros)
TEST_DEGENERATE(scales)
TEST_DEGENERATE(separable)

static void test_more_features_than_samples(void **state)
{
    (void)state;
    samples data = samples_new(8, 40, 3, 93);
    linclass_context *ctx = context_of(1);
    for (int s = 1; s < FITTING_SOLVERS; s++) {
        linclass_fit_options options = samples_options();
        options.solver = fitting_solvers[s];
        linclass_fit_report report = fitting_report();
        const linclass_matrix X = samples_view(&data);
        linclass_model *model;
        assert_true(linclass_fit(ctx, &X, data.y, &options, &report, &model) >= 0);
        assert_true(report.loss < 1e-2 && report.error == 0);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_solvers_agree),
        cmocka_unit_test(test_single_precision_reaches_the_minimum),
        cmocka_unit_test(test_without_parameters),
        cmocka_unit_test(test_constant_column),
        cmocka_unit_test(test_zero_column),
        cmocka_unit_test(test_copied_columns),
        cmocka_unit_test(test_equal_rows),
        cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_scales),
        cmocka_unit_test(test_separable),
        cmocka_unit_test(test_more_features_than_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
