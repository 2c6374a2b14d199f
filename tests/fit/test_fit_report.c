/* The report and the progress of a fit against an independent evaluation of the model it made. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/optimum.h"
#include "support/reference.h"

enum { M = 200, N = 6, K = 4 };
static const double l2 = 0.03;

/* What the formulas say of a model's parameters. */
typedef struct truth {
    long double objective;
    long double loss;
    long double error;
    long double gradient_norm;
    long double gradient_infinity_norm;
} truth;

static truth truth_of(const linclass_model *model, const samples *data)
{
    const int64_t k = data->k;
    const int64_t weights = data->n * k;
    long double *const parameters = reference_new(weights + k, 1);
    long double *const gradient = reference_new(weights + k, 1);
    for (int64_t e = 0; e < weights; e++)
        parameters[e] = fitting_theta(model, e);
    for (int64_t c = 0; c < k; c++)
        parameters[weights + c] = fitting_bias(model, c);
    const long double *const bias = parameters + weights;
    truth t = {0};
    t.objective = optimum_objective(data, l2, parameters, bias, gradient, gradient + weights);
    t.loss = optimum_objective(data, 0, parameters, bias, NULL, NULL);
    for (int64_t e = 0; e < weights + k; e++) {
        t.gradient_norm += gradient[e] * gradient[e];
        t.gradient_infinity_norm = fmaxl(t.gradient_infinity_norm, fabsl(gradient[e]));
    }
    t.gradient_norm = sqrtl(t.gradient_norm);

    long double *const X = reference_widen_f64(data->m, data->n, data->X, data->n);
    long double *const H = reference_new(data->m, k);
    reference_logits(data->m, data->n, k, X, parameters, bias, H);
    for (int64_t i = 0; i < data->m; i++) {
        int64_t best = 0;
        for (int64_t c = 1; c < k; c++)
            best = H[i * k + c] > H[i * k + best] ? c : best;
        t.error += (long double)(best != data->y[i]) / data->m;
    }
    free(H);
    free(X);
    free(gradient);
    free(parameters);
    return t;
}

static int32_t keep_last(const linclass_progress *progress, void *user)
{
    *(linclass_progress *)user = *progress;
    return 0;
}

static void check_report(int32_t solver, int32_t dtype)
{
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, K, 50);
    samples held_out = samples_new(90, N, K, 51);
    const linclass_matrix validation = samples_view(&held_out);
    linclass_progress last = {0};
    linclass_fit_options options = samples_options();
    options.solver = solver;
    options.dtype = dtype;
    options.l2 = l2;
    options.gradient_tolerance = 1e-3;
    options.progress = keep_last;
    options.progress_user = &last;
    options.validation_X = &validation;
    options.validation_y = held_out.y;
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, &data, &options, &report);

    /* Values of a few units over 200 rows of 7 products. */
    const double tolerance = dtype == LINCLASS_FLOAT32 ? 1000 * 0x1p-24 : 1000 * 0x1p-53;
    const truth training = truth_of(model, &data);
    const truth validated = truth_of(model, &held_out);
    assert_near("objective", report.objective, training.objective, tolerance);
    assert_near("loss", report.loss, training.loss, tolerance);
    assert_near("error", report.error, training.error, 1e-12);
    assert_near("gradient_norm", report.gradient_norm, training.gradient_norm, tolerance);
    assert_near("gradient_infinity_norm", report.gradient_infinity_norm,
                training.gradient_infinity_norm, tolerance);
    assert_near("validation_loss", report.validation_loss, validated.loss, tolerance);
    assert_near("validation_error", report.validation_error, validated.error, 1e-12);
    assert_int_equal(report.solver, solver);
    assert_int_equal(report.dtype, dtype);
    assert_int_equal(report.stopped_because, LINCLASS_OK);
    assert_true(report.seconds > 0 && report.seconds >= last.seconds);
    assert_true(report.evaluations >= 1 && report.learning_rate > 0);

    /* The last thing the callback heard is what the report says, which has F and its loss in double where a gap is
     * proven. */
    assert_int_equal(last.iteration, report.iterations);
    assert_true(last.max_iterations >= last.iteration);
    if (isnan(report.gap))
        assert_true(last.objective == report.objective && last.loss == report.loss);
    assert_near("last objective", last.objective, report.objective, tolerance);
    assert_true(isnan(report.gap) || report.gap == report.objective - report.dual_objective);
    assert_near("last loss", last.loss, report.loss, tolerance);
    assert_true(last.error == report.error && last.gradient_norm == report.gradient_norm);
    assert_true(last.learning_rate == report.learning_rate);
    assert_true(last.validation_loss == report.validation_loss);
    assert_true(last.validation_error == report.validation_error);

    /* And what the model keeps. */
    linclass_fit_report kept = fitting_report();
    assert_int_equal(linclass_model_report(model, &kept), LINCLASS_OK);
    assert_memory_equal(&kept, &report, sizeof kept);
    assert_true(linclass_model_l2(model) == l2 && linclass_model_l1(model) == 0);
    linclass_model_destroy(model);
    samples_free(&held_out);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

static void test_report(void **state)
{
    (void)state;
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        check_report(fitting_solvers[s], LINCLASS_FLOAT32);
        check_report(fitting_solvers[s], LINCLASS_FLOAT64);
    }
}

/* Listening changes nothing but that one hears. */
static void test_the_callback_does_not_change_the_model(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, K, 52);
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        linclass_progress last;
        linclass_fit_options options = samples_options();
        options.solver = fitting_solvers[s];
        linclass_fit_report report = fitting_report();
        linclass_model *unheard = fitting_fit(ctx, &data, &options, &report);
        assert_true(isnan(report.validation_loss) && isnan(report.validation_error));
        options.progress = keep_last;
        options.progress_user = &last;
        linclass_model *heard = fitting_fit(ctx, &data, &options, NULL);
        assert_true(fitting_same(unheard, heard));
        assert_true(isnan(last.validation_loss) && isnan(last.validation_error));
        linclass_model_destroy(heard);
        linclass_model_destroy(unheard);
    }
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* F falls in every iteration, but for SGD. */
static int32_t expect_fall(const linclass_progress *progress, void *user)
{
    double *previous = user;
    const int rises = progress->objective > *previous;
    *previous = progress->objective;
    return rises;
}

static void test_the_objective_falls(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, K, 53);
    for (int s = 1; s < FITTING_SOLVERS; s++) {
        double previous = log(K);
        linclass_fit_options options = samples_options();
        options.solver = fitting_solvers[s];
        options.l2 = l2;
        options.progress = expect_fall;
        options.progress_user = &previous;
        linclass_model_destroy(fitting_fit(ctx, &data, &options, NULL));
    }
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* The solver that `auto` takes for so many rows, all of them the same 129 bytes, and a tolerance. */
static int32_t automatic_solver(linclass_context *ctx, int64_t rows, double tolerance)
{
    enum { COLUMNS = 129 };
    static const uint8_t bytes[COLUMNS] = {1, 2, 3};
    linclass_matrix X;
    assert_int_equal(
        linclass_matrix_init(&X, sizeof X, LINCLASS_UINT8, rows, COLUMNS, bytes, COLUMNS),
        LINCLASS_OK);
    X.row_stride = 0;
    int64_t *y = malloc((size_t)rows * sizeof *y);
    assert_non_null(y);
    for (int64_t i = 0; i < rows; i++)
        y[i] = i % 2;
    linclass_fit_options options = samples_options();
    options.max_iterations = 1;
    options.gradient_tolerance = tolerance;
    linclass_fit_report report = fitting_report();
    linclass_model *model;
    assert_true(linclass_fit(ctx, &X, y, &options, &report, &model) >= 0);
    linclass_model_destroy(model);
    free(y);
    return report.solver;
}

/* However many elements there are: who does not ask for SGD gets a minimum. */
static void test_many_elements_are_not_answered_by_sgd(void **state)
{
    (void)state;
    const double usual = samples_options().gradient_tolerance;
    linclass_context *ctx = context_of(2);
    assert_int_equal(automatic_solver(ctx, 1 << 17, usual), LINCLASS_SOLVER_LBFGS);
    assert_int_equal(automatic_solver(ctx, 1 << 17, usual / 10), LINCLASS_SOLVER_LBFGS);
    assert_int_equal(automatic_solver(ctx, 1 << 10, usual), LINCLASS_SOLVER_LBFGS);
    linclass_context_destroy(ctx);
}

/* The bound is none above the minimum, found in long double, and the gap as small as wanted. */
static void check_gap(const samples *data, const linclass_fit_report *report,
                      const linclass_model *model, double wanted)
{
    long double theta[N * K];
    long double bias[K];
    const double minimum = (double)optimum_find(data, l2, theta, bias);
    const double at_zero = log(K);
    assert_true(report->dual_objective <= minimum + 1e-14);
    assert_true(report->gap >= 0);
    assert_true(report->gap <= wanted * at_zero);
    const truth t = truth_of(model, data);
    assert_true(fabs(report->gap - ((double)t.objective - report->dual_objective)) <= 1e-14);
}

static void test_the_gap_is_proven(void **state)
{
    (void)state;
    static const double WANTED[] = {0, 1e-3, 1e-9, 1e-13};
    samples data = samples_new(M, N, K, 40);
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(2);
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        for (size_t w = 0; w < sizeof WANTED / sizeof *WANTED; w++) {
            if (fitting_solvers[s] == LINCLASS_SOLVER_SGD)
                continue;
            linclass_fit_options options = samples_options();
            linclass_fit_report report;
            linclass_model *model;
            linclass_fit_report_init(&report, sizeof report);
            options.solver = fitting_solvers[s];
            options.l2 = l2;
            options.gap_tolerance = WANTED[w];
            assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model), LINCLASS_OK);
            check_gap(&data, &report, model, WANTED[w] > 0 ? WANTED[w] : 1e-6);
            linclass_model_destroy(model);
        }
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* Rounding lies before it. */
static void test_a_gap_that_cannot_be_is_not_converged(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 40);
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(2);
    linclass_fit_options options = samples_options();
    linclass_model *model;
    options.l2 = l2;
    options.dtype = LINCLASS_FLOAT32;
    options.gap_tolerance = 1e-30;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, NULL, &model), LINCLASS_NOT_CONVERGED);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void test_no_gap_without_a_penalty(void **state)
{
    (void)state;
    samples data = samples_new(M, N, K, 40);
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(2);
    linclass_fit_options options = samples_options();
    linclass_fit_report report;
    linclass_model *model;
    linclass_fit_report_init(&report, sizeof report);
    options.l2 = 0;
    options.gap_tolerance = 1e-9;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model), LINCLASS_OK);
    assert_true(isnan(report.gap));
    assert_true(isnan(report.dual_objective));
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_the_gap_is_proven),
        cmocka_unit_test(test_a_gap_that_cannot_be_is_not_converged),
        cmocka_unit_test(test_no_gap_without_a_penalty),
        cmocka_unit_test(test_the_callback_does_not_change_the_model),
        cmocka_unit_test(test_the_objective_falls),
        cmocka_unit_test(test_many_elements_are_not_answered_by_sgd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
