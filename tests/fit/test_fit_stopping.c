/* Why a fit ends: it converged or did its epochs, or a limit, the callback, or divergence. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/fitting.h"

static linclass_fit_options options_of(int32_t solver)
{
    linclass_fit_options options = samples_options();
    options.solver = solver;
    options.gradient_tolerance = 0;
    return options;
}

/* A fit that ends with a positive status still gives a model and a report. */
static void expect_end(const linclass_fit_options *options, linclass_status wanted,
                       linclass_fit_report *report)
{
    linclass_context *ctx = context_of(1);
    samples data = samples_new(300, 5, 3, 40);
    const linclass_matrix X = samples_view(&data);
    linclass_model *model;
    *report = fitting_report();
    assert_int_equal(linclass_fit(ctx, &X, data.y, options, report, &model), wanted);
    assert_non_null(model);
    assert_int_equal(report->stopped_because, wanted);
    assert_true(isfinite(report->objective) && isfinite(report->gradient_norm));
    linclass_evaluation evaluation;
    assert_int_equal(linclass_evaluation_init(&evaluation, sizeof evaluation), LINCLASS_OK);
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, data.y, &evaluation), LINCLASS_OK);
    assert_near("loss in the report", report->loss, evaluation.loss, 1e-12);
    linclass_model_destroy(model);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

typedef struct watch {
    int64_t calls;
    int64_t stop_at;
    linclass_progress last;
} watch;

static int32_t watch_progress(const linclass_progress *progress, void *user)
{
    watch *self = user;
    self->calls++;
    self->last = *progress;
    return progress->iteration == self->stop_at ? -5 : 0;
}

static void test_the_callback_stops(void **state)
{
    (void)state;
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        watch seen = {.stop_at = 2};
        linclass_fit_options options = options_of(fitting_solvers[s]);
        options.progress = watch_progress;
        options.progress_user = &seen;
        linclass_fit_report report;
        expect_end(&options, LINCLASS_STOPPED_BY_CALLBACK, &report);
        assert_int_equal(seen.calls, 2);
        assert_int_equal(report.iterations, 2);
    }
}

static void test_the_iteration_limit(void **state)
{
    (void)state;
    linclass_fit_report report;
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        linclass_fit_options options = options_of(fitting_solvers[s]);
        options.max_iterations = 2;
        /* The epochs of SGD are what was asked for, not a limit it ran into. */
        const bool epochs = fitting_solvers[s] == LINCLASS_SOLVER_SGD;
        expect_end(&options, epochs ? LINCLASS_OK : LINCLASS_ITERATION_LIMIT, &report);
        assert_int_equal(report.iterations, 2);
    }
}

static void test_the_time_limit(void **state)
{
    (void)state;
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        linclass_fit_options options = options_of(fitting_solvers[s]);
        options.max_seconds = 1e-9;
        options.max_iterations = 1000000;
        linclass_fit_report report;
        expect_end(&options, LINCLASS_TIME_LIMIT, &report);
        assert_true(report.iterations <= 1);
    }
}

typedef struct measures {
    int32_t solver;
    int64_t calls;
    double first;
    double last;
} measures;

static int32_t watch_measure(const linclass_progress *progress, void *user)
{
    measures *self = user;
    assert_int_equal(progress->solver, self->solver);
    assert_int_equal(progress->reserved, 0);
    if (self->solver == LINCLASS_SOLVER_SGD) {
        assert_true(isnan(progress->relative_gradient));
        assert_true(isnan(progress->gradient_tolerance));
        return 0;
    }
    assert_true(progress->gradient_tolerance == 1e-3);
    self->last = progress->relative_gradient;
    if (self->calls++ == 0)
        self->first = self->last;
    return 0;
}

/* From zero parameters the norm that a solver stops by is 1 where the first step begins, and above the tolerance where
 * the last one does. */
static void test_the_measure_of_convergence_is_reported(void **state)
{
    (void)state;
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        measures seen = {.solver = fitting_solvers[s]};
        linclass_fit_options options = options_of(seen.solver);
        linclass_fit_report report;
        const bool converges = seen.solver != LINCLASS_SOLVER_SGD;
        options.l2 = 0.1;
        options.max_iterations = converges ? 100000 : 2;
        options.gradient_tolerance = 1e-3;
        options.progress = watch_measure;
        options.progress_user = &seen;
        expect_end(&options, LINCLASS_OK, &report);
        /* Working sets, which orthant-wise steps run in, stop by the gap. */
        if (!converges || seen.solver == LINCLASS_SOLVER_ORTHANT_WISE)
            continue;
        assert_true(fabs(seen.first - 1) < 1e-9);
        assert_true(seen.last < seen.first || seen.calls == 1);
        assert_true(seen.last > 0);
    }
}

static void test_convergence(void **state)
{
    (void)state;
    linclass_fit_options options = options_of(LINCLASS_SOLVER_GRADIENT_DESCENT);
    options.gradient_tolerance = 1e-4;
    options.l2 = 0.01;
    linclass_fit_report report;
    expect_end(&options, LINCLASS_OK, &report);
    assert_true(report.gradient_norm <= 1e-4 * fmax(1, report.gradient_norm));
    assert_true(report.gradient_infinity_norm <= report.gradient_norm);
    assert_true(report.gradient_infinity_norm > 0);
}

/* Nothing to do: theta = 0 is the minimum. */
static void test_convergence_at_the_start(void **state)
{
    (void)state;
    samples data = samples_new(4, 2, 2, 41);
    for (int64_t e = 0; e < 8; e++)
        data.X[e] = 0;
    for (int64_t i = 0; i < 4; i++)
        data.y[i] = i % 2;
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = options_of(LINCLASS_SOLVER_GRADIENT_DESCENT);
    linclass_fit_report report = fitting_report();
    linclass_model_destroy(fitting_fit(ctx, &data, &options, &report));
    assert_int_equal(report.iterations, 0);
    assert_near("loss", report.loss, logl(2), 1e-15);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void expect_divergence(int32_t solver, int32_t dtype)
{
    linclass_context *ctx = context_of(1);
    samples data = samples_new(300, 5, 3, 42);
    const linclass_matrix X = samples_view(&data);
    linclass_fit_options options = options_of(solver);
    options.dtype = dtype;
    options.max_iterations = 100;
    options.learning_rate = dtype == LINCLASS_FLOAT32 ? 3e38 : 1.7e308;
    linclass_model *model;
    assert_refused(ctx, linclass_fit(ctx, &X, data.y, &options, NULL, &model),
                   LINCLASS_ERROR_NUMERIC, "learning_rate");
    assert_null(model);
    linclass_model_destroy(fitting_fit(ctx, &data, NULL, NULL));
    samples_free(&data);
    linclass_context_destroy(ctx);
}

static void test_divergence_is_a_numeric_error(void **state)
{
    (void)state;
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        expect_divergence(LINCLASS_SOLVER_SGD, dtype);
        expect_divergence(LINCLASS_SOLVER_GRADIENT_DESCENT, dtype);
    }
}

/* Data that a line separates have no minimum without a penalty: the fit still ends, finitely. */
static void test_separable_data(void **state)
{
    (void)state;
    samples data = samples_new(50, 2, 2, 43);
    for (int64_t i = 0; i < 50; i++)
        data.X[2 * i] = data.y[i] == 0 ? -4 : 4;
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(1);
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        linclass_fit_options options = options_of(fitting_solvers[s]);
        options.max_iterations = 300;
        linclass_fit_report report = fitting_report();
        linclass_model *model;
        assert_true(linclass_fit(ctx, &X, data.y, &options, &report, &model) >= 0);
        assert_true(isfinite(report.loss) && report.loss < 0.05);
        assert_true(report.error == 0);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_callback_stops),
        cmocka_unit_test(test_the_iteration_limit),
        cmocka_unit_test(test_the_time_limit),
        cmocka_unit_test(test_the_measure_of_convergence_is_reported),
        cmocka_unit_test(test_convergence),
        cmocka_unit_test(test_convergence_at_the_start),
        cmocka_unit_test(test_divergence_is_a_numeric_error),
        cmocka_unit_test(test_separable_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
