/* Hinge losses without intercepts by ascent of the dual problem: against minima worked by hand, and the bounds that the
 * smoothing solver, which knows nothing of the dual problem, proves; kinds of rows, threads, limits, failures. */
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

static const int32_t LOSSES[] = {LINCLASS_LOSS_HINGE, LINCLASS_LOSS_CRAMMER_SINGER};
static const int32_t DTYPES[] = {LINCLASS_FLOAT32, LINCLASS_FLOAT64};

static linclass_fit_options options_of(int32_t loss, double l2, double gap_tolerance)
{
    linclass_fit_options options = samples_options();
    options.loss = loss;
    options.solver = LINCLASS_SOLVER_DUAL_ASCENT;
    options.fit_bias = 0;
    options.l2 = l2;
    options.gap_tolerance = gap_tolerance;
    return options;
}

/* What two fits of a problem prove of its minimum holds for both. */
static void check_agree(const linclass_fit_report *one, const linclass_fit_report *other)
{
    assert_true(one->dual_objective <= other->objective * (1 + 1e-12));
    assert_true(other->dual_objective <= one->objective * (1 + 1e-12));
}

static linclass_fit_report report_of(linclass_context *ctx, const linclass_matrix *X,
                                     const int64_t *y, const linclass_fit_options *options)
{
    linclass_fit_report report = fitting_report();
    linclass_model *model = NULL;
    assert_int_equal(linclass_fit(ctx, X, y, options, &report, &model), LINCLASS_OK);
    linclass_model_destroy(model);
    return report;
}

/* To the gap that is asked for, in both precisions; and by the other solver. */
static void check_rows(const linclass_matrix *X, const int64_t *y, int64_t k, double l2,
                       const double *weights)
{
    linclass_context *ctx = context_of(1);
    for (int which = 0; which < 4; which++) {
        linclass_fit_options options = options_of(LOSSES[which % 2], l2, 1e-4);
        const double at_zero = which % 2 == 0 ? (double)(k - 1) : 1;
        options.dtype = DTYPES[which / 2];
        options.sample_weight = weights;
        const linclass_fit_report found = report_of(ctx, X, y, &options);
        assert_int_equal(found.solver, LINCLASS_SOLVER_DUAL_ASCENT);
        assert_true(found.gap >= 0 && found.gap <= 1e-4 * at_zero);
        options.solver = LINCLASS_SOLVER_SMOOTHING;
        options.gap_tolerance = 1e-3; /* it has a hard time with few of these rows */
        const linclass_fit_report other = report_of(ctx, X, y, &options);
        check_agree(&found, &other);
    }
    linclass_context_destroy(ctx);
}

/* Samples 1 and -1, theta = (-w, w): F = max(0, 1 - 2 w) + l2 w^2, least at w = min(1/2, 1/l2). */
static void test_two_samples_by_hand(void **state)
{
    (void)state;
    static const double PENALTIES[] = {0.5, 4};
    static const double MINIMA[] = {0.125, 0.75};
    double X[] = {-1, 1};
    int64_t y[] = {0, 1};
    const samples data = {2, 1, 2, X, y};
    linclass_context *ctx = context_of(1);
    for (int which = 0; which < 8; which++) {
        linclass_fit_options options =
            options_of(LOSSES[which % 2], PENALTIES[which / 2 % 2], 1e-6);
        options.dtype = DTYPES[which / 4];
        linclass_fit_report report = fitting_report();
        linclass_model *model = fitting_fit(ctx, &data, &options, &report);
        assert_near("F", report.objective, (long double)MINIMA[which / 2 % 2], 1e-6);
        assert_near("weight", fitting_theta(model, 1), which / 2 % 2 == 0 ? 0.5L : 0.25L, 1e-6);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

static void test_dense_rows(void **state)
{
    (void)state;
    for (int64_t k = 2; k <= 18; k += 8) {
        samples data = samples_new(160, 20, k, 77);
        const linclass_matrix X = samples_view(&data);
        check_rows(&X, data.y, k, 0.01, NULL);
        samples_free(&data);
    }
}

/* Of few classes, of more than a line of memory holds of either precision, and of more than a visit takes for few. */
static void test_sparse_rows(void **state)
{
    (void)state;
    enum { M = 120, N = 40 };
    static const int64_t CLASSES[] = {2, 4, 19, 40};
    for (int which = 0; which < 4; which++) {
        const int64_t k = CLASSES[which];
        samples data = samples_new(M, N, k, 5);
        csr_fill(M, N, 10, 0, 9,
                 data.X); /* every fifth row is empty: its margins are 1, whatever theta */
        csr rows = csr_new(M, N, data.X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 0});
        check_rows(&rows.view, data.y, k, 0.01, NULL);
        csr_free(&rows);
        samples_free(&data);
    }
}

/* Weights, some of them 0, and rows of zeros. */
static void test_weights(void **state)
{
    (void)state;
    enum { M = 90, N = 12, K = 3 };
    samples data = samples_new(M, N, K, 6);
    double weights[M];
    for (int i = 0; i < M; i++)
        weights[i] = i % 7 == 0 ? 0 : 0.5 + i % 3;
    memset(data.X + 8 * N, 0, 2 * N * sizeof(double));
    const linclass_matrix X = samples_view(&data);
    check_rows(&X, data.y, K, 0.02, weights);
    samples_free(&data);
}

static void test_same_bits(void **state)
{
    (void)state;
    samples data = samples_new(160, 60, 4, 77);
    const linclass_matrix X = samples_view(&data);
    for (int which = 0; which < 4; which++) {
        linclass_fit_options options = options_of(LOSSES[which % 2], 0.01, 1e-4);
        options.dtype = DTYPES[which / 2];
        assert_threads_change_no_bits(&X, data.y, &options);
    }
    samples_free(&data);
}

/* Of dense rows and of sparse ones, in every vector set that the processor has. */
static void test_same_bits_in_every_vector_set(void **state)
{
    (void)state;
    samples data = samples_new(120, 50, 10, 3);
    csr sparse = csr_new(120, 50, data.X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 0});
    const linclass_matrix dense = samples_view(&data);
    const linclass_matrix *const views[] = {&dense, &sparse.view};
    for (int which = 0; which < 8; which++) {
        linclass_fit_options options = options_of(LOSSES[which % 2], 0.01, 1e-3);
        options.dtype = DTYPES[which / 2 % 2];
        assert_vector_sets_change_no_bits(views[which / 4], data.y, &options);
    }
    csr_free(&sparse);
    samples_free(&data);
}

typedef struct listener {
    int64_t calls;
    int64_t last; /* iteration to stop at; 0: none */
} listener;

static int32_t listen(const linclass_progress *progress, void *user)
{
    listener *self = user;
    self->calls++;
    assert_true(progress->solver == LINCLASS_SOLVER_DUAL_ASCENT);
    if (!isnan(progress->dual_objective))
        assert_true(progress->objective >= progress->dual_objective);
    return self->last > 0 && progress->iteration >= self->last;
}

/* Who listens sees F and the bound, and changes nothing. */
static void test_listeners_change_no_bits(void **state)
{
    (void)state;
    samples data = samples_new(160, 60, 4, 77);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = options_of(LINCLASS_LOSS_CRAMMER_SINGER, 1e-3, 1e-5);
    linclass_fit_report silent = fitting_report();
    linclass_model *one = fitting_fit(ctx, &data, &options, &silent);
    listener heard = {0, 0};
    options.progress = listen;
    options.progress_user = &heard;
    linclass_model *other = fitting_fit(ctx, &data, &options, NULL);
    assert_true(fitting_same(one, other));
    assert_true(heard.calls > 1 && heard.calls < silent.iterations);
    linclass_model_destroy(one);
    linclass_model_destroy(other);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void test_limits(void **state)
{
    (void)state;
    samples data = samples_new(160, 60, 4, 77);
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = options_of(LINCLASS_LOSS_HINGE, 1e-3, 1e-6);
    linclass_fit_report report = fitting_report();
    linclass_model *model;
    listener heard = {0, 1};
    options.progress = listen;
    options.progress_user = &heard;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model),
                     LINCLASS_STOPPED_BY_CALLBACK);
    assert_int_equal(heard.calls, 1);
    linclass_model_destroy(model);
    options.progress = NULL;
    options.max_iterations = 5;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model),
                     LINCLASS_ITERATION_LIMIT);
    assert_int_equal(report.iterations, 5);
    assert_true(report.gap > 0 && report.gap < 3); /* of F at zero, 3 */
    linclass_model_destroy(model);
    options.max_iterations = 0;
    options.max_seconds = 1e-9;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model), LINCLASS_TIME_LIMIT);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* Intercepts would have to be balanced, an l1 penalty has another dual problem, and without l2 there is no theta of
 * it. */
static void test_what_is_refused(void **state)
{
    (void)state;
    samples data = samples_new(20, 2, 2, 1);
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    for (int which = 0; which < 5; which++) {
        linclass_fit_options options = options_of(LINCLASS_LOSS_HINGE, 0.1, 0);
        options.fit_bias = which == 0;
        options.l1 = which == 1 ? 0.1 : 0;
        options.l2 = which == 2 ? 0 : 0.1;
        options.loss = which == 3   ? LINCLASS_LOSS_PERCEPTRON
                       : which == 4 ? LINCLASS_LOSS_SQUARED_HINGE
                                    : LINCLASS_LOSS_HINGE;
        assert_int_equal(linclass_fit(ctx, &X, data.y, &options, NULL, &model),
                         LINCLASS_ERROR_UNSUPPORTED);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* It is the solver of its problems, while they are not large, where none is asked for. */
static void test_automatic(void **state)
{
    (void)state;
    samples data = samples_new(40, 5, 3, 2);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = options_of(LINCLASS_LOSS_CRAMMER_SINGER, 0.1, 0);
    linclass_fit_report report = fitting_report();
    options.solver = LINCLASS_SOLVER_AUTO;
    linclass_model_destroy(fitting_fit(ctx, &data, &options, &report));
    assert_int_equal(report.solver, LINCLASS_SOLVER_DUAL_ASCENT);
    options.fit_bias = 1;
    linclass_model_destroy(fitting_fit(ctx, &data, &options, &report));
    assert_int_equal(report.solver, LINCLASS_SOLVER_SMOOTHING);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    samples data = samples_new(30, 25, 3, 209);
    csr sparse = csr_new(30, 25, data.X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 0});
    const linclass_matrix dense = samples_view(&data);
    const linclass_matrix *const views[] = {&dense, &sparse.view};
    const linclass_fit_options options = options_of(LINCLASS_LOSS_HINGE, 0.1, 1e-3);
    for (int v = 0; v < 2; v++)
        assert_fit_survives_lack_of_memory(views[v], data.y, &options, 4);
    csr_free(&sparse);
    samples_free(&data);
}

/* Rows that are all but parallel, for which the ascent alone would take millions of passes. */
static samples parallel_rows(void)
{
    samples data = samples_new(60, 5, 3, 11);
    for (int64_t e = 0; e < 60 * 5; e++)
        data.X[e] += 1000;
    return data;
}

/* A fit that did not ask for the ascent goes on with another solver. */
static void test_another_solver_goes_on(void **state)
{
    (void)state;
    samples data = parallel_rows();
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(1);
    for (int which = 0; which < 2; which++) {
        linclass_fit_options options = options_of(LOSSES[which], 1e-4, 1e-4);
        options.solver = LINCLASS_SOLVER_AUTO;
        const linclass_fit_report found = report_of(ctx, &X, data.y, &options);
        assert_true(found.gap >= 0 && found.gap <= 1e-4 * (which == 0 ? 2 : 1));
        options.solver = LINCLASS_SOLVER_SMOOTHING;
        const linclass_fit_report other = report_of(ctx, &X, data.y, &options);
        check_agree(&found, &other);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* After a few passes F is far above what it is at zero: 2, and 1. */
static void test_early_ends_are_not_above_zero(void **state)
{
    (void)state;
    samples data = parallel_rows();
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(1);
    for (int which = 0; which < 4; which++) {
        linclass_fit_options options = options_of(LOSSES[which % 2], 1e-4, 1e-4);
        options.dtype = DTYPES[which / 2];
        options.max_iterations = 3;
        linclass_fit_report report = fitting_report();
        linclass_model *model = NULL;
        assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model),
                         LINCLASS_ITERATION_LIMIT);
        linclass_model_destroy(model);
        assert_true(report.objective <= (which % 2 == 0 ? 2 : 1));
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_samples_by_hand),
        cmocka_unit_test(test_dense_rows),
        cmocka_unit_test(test_sparse_rows),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_same_bits_in_every_vector_set),
        cmocka_unit_test(test_listeners_change_no_bits),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_automatic),
        cmocka_unit_test(test_another_solver_goes_on),
        cmocka_unit_test(test_early_ends_are_not_above_zero),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
