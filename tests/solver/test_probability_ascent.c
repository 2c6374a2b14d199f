/* The softmax loss of sparse rows by ascent of the dual problem: against L-BFGS in double precision, which knows
 * nothing of that problem; threads, vector sets, limits, failures, what it is taken for. */
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

static const int32_t DTYPES[] = {LINCLASS_FLOAT32, LINCLASS_FLOAT64};

typedef struct rows {
    samples data;
    csr sparse;
} rows;

/* Every fifth row is empty. */
static rows rows_new(int64_t m, int64_t n, int64_t k, csr_form form)
{
    rows self = {.data = samples_new(m, n, k, 5)};
    csr_fill(m, n, 10, form.dtype == 0 ? form.scale : 0, 9, self.data.X);
    for (int64_t e = 0; form.dtype == 0 && e < m * n; e++)
        self.data.X[e] = self.data.X[e] != 0 ? form.scale : 0;
    self.sparse = csr_new(m, n, self.data.X, form);
    return self;
}

static void rows_free(rows *self)
{
    csr_free(&self->sparse);
    samples_free(&self->data);
}

static const csr_form PLAIN = {LINCLASS_FLOAT32, LINCLASS_INT32, 1, 0};

static linclass_fit_options options_of(double l2, int32_t fit_bias)
{
    linclass_fit_options options = samples_options();
    options.solver = LINCLASS_SOLVER_DUAL_ASCENT;
    options.fit_bias = fit_bias;
    options.l2 = l2;
    return options;
}

static linclass_fit_report report_of(linclass_context *ctx, const rows *on,
                                     const linclass_fit_options *options)
{
    linclass_fit_report report = fitting_report();
    linclass_model *model = NULL;
    assert_int_equal(linclass_fit(ctx, &on->sparse.view, on->data.y, options, &report, &model),
                     LINCLASS_OK);
    linclass_model_destroy(model);
    return report;
}

/* F of both within what is proven of the minimum, in both precisions, with and without intercepts. */
static void check_rows(const rows *on, double l2, const double *weights)
{
    linclass_context *ctx = context_of(1);
    for (int which = 0; which < 4; which++) {
        linclass_fit_options options = options_of(l2, which % 2);
        options.dtype = DTYPES[which / 2];
        options.sample_weight = weights;
        const linclass_fit_report found = report_of(ctx, on, &options);
        assert_int_equal(found.solver, LINCLASS_SOLVER_DUAL_ASCENT);
        assert_true(found.gap >= 0 && found.gap <= 1e-6 * log((double)on->data.k));
        options.solver = LINCLASS_SOLVER_LBFGS;
        options.dtype = LINCLASS_FLOAT64;
        options.gradient_tolerance = 1e-8;
        const linclass_fit_report other = report_of(ctx, on, &options);
        assert_true(found.dual_objective <= other.objective * (1 + 1e-12));
        assert_true(other.dual_objective <= found.objective * (1 + 1e-12));
    }
    linclass_context_destroy(ctx);
}

static void test_numbers_of_classes(void **state)
{
    (void)state;
    static const int64_t CLASSES[] = {2, 3, 8, 9, 16, 37, 70};
    for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++) {
        rows on = rows_new(210, 60, CLASSES[i], PLAIN);
        check_rows(&on, 0.01, NULL);
        rows_free(&on);
    }
}

static void test_forms_of_rows(void **state)
{
    (void)state;
    static const csr_form FORMS[] = {{0, LINCLASS_INT32, 0.5, 0},
                                     {LINCLASS_FLOAT64, LINCLASS_INT64, 1, 3}};
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        rows on = rows_new(120, 40, 4, FORMS[i]);
        check_rows(&on, 0.02, NULL);
        rows_free(&on);
    }
}

static void test_weights(void **state)
{
    (void)state;
    enum { M = 90 };
    double weights[M];
    for (int i = 0; i < M; i++)
        weights[i] = i % 7 == 0 ? 0 : 0.5 + i % 3;
    rows on = rows_new(M, 30, 3, PLAIN);
    check_rows(&on, 0.02, weights);
    rows_free(&on);
}

/* Where l2 is next to nothing beside the rows' squares another solver ends what the passes began. */
static void test_little_penalty(void **state)
{
    (void)state;
    rows on = rows_new(210, 60, 4, PLAIN);
    check_rows(&on, 1e-6, NULL);
    rows_free(&on);
}

static void test_same_bits(void **state)
{
    (void)state;
    rows on = rows_new(210, 60, 10, PLAIN);
    for (int which = 0; which < 2; which++) {
        linclass_fit_options options = options_of(0.01, 1);
        options.dtype = DTYPES[which];
        assert_threads_change_no_bits(&on.sparse.view, on.data.y, &options);
    }
    rows_free(&on);
}

static void test_same_bits_in_every_vector_set(void **state)
{
    (void)state;
    rows on = rows_new(210, 60, 19, PLAIN);
    for (int which = 0; which < 2; which++) {
        linclass_fit_options options = options_of(0.01, 1);
        options.dtype = DTYPES[which];
        assert_vector_sets_change_no_bits(&on.sparse.view, on.data.y, &options);
    }
    rows_free(&on);
}

static int32_t stop(const linclass_progress *progress, void *user)
{
    (void)user;
    return progress->solver == LINCLASS_SOLVER_DUAL_ASCENT;
}

static void test_limits(void **state)
{
    (void)state;
    rows on = rows_new(210, 60, 4, PLAIN);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = options_of(1e-3, 1);
    linclass_fit_report report = fitting_report();
    linclass_model *model;
    options.progress = stop;
    assert_int_equal(linclass_fit(ctx, &on.sparse.view, on.data.y, &options, &report, &model),
                     LINCLASS_STOPPED_BY_CALLBACK);
    linclass_model_destroy(model);
    options.progress = NULL;
    options.max_iterations = 3;
    assert_int_equal(linclass_fit(ctx, &on.sparse.view, on.data.y, &options, &report, &model),
                     LINCLASS_ITERATION_LIMIT);
    assert_int_equal(report.iterations, 3);
    assert_true(report.objective < log(4));
    linclass_model_destroy(model);
    options.max_iterations = 0;
    options.max_seconds = 1e-9;
    assert_int_equal(linclass_fit(ctx, &on.sparse.view, on.data.y, &options, &report, &model),
                     LINCLASS_TIME_LIMIT);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    rows_free(&on);
}

/* A fit from its own result is at its end. */
static void test_from_the_minimum(void **state)
{
    (void)state;
    rows on = rows_new(210, 60, 4, PLAIN);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = options_of(0.01, 1);
    linclass_model *first;
    linclass_model *again;
    linclass_fit_report report = fitting_report();
    assert_int_equal(linclass_fit(ctx, &on.sparse.view, on.data.y, &options, NULL, &first),
                     LINCLASS_OK);
    options.initial = first;
    assert_int_equal(linclass_fit(ctx, &on.sparse.view, on.data.y, &options, &report, &again),
                     LINCLASS_OK);
    assert_int_equal(report.iterations, 0);
    assert_true(fitting_same(first, again));
    linclass_model_destroy(first);
    linclass_model_destroy(again);
    linclass_context_destroy(ctx);
    rows_free(&on);
}

/* Weights of another penalty's minimum are where a fit starts, and a path's fits with it: each ends as near to its
 * minimum as a fit by itself, after fewer passes in all. */
static void test_path(void **state)
{
    (void)state;
    static const double LAMBDAS[] = {0.1, 0.05, 0.025, 0.0125};
    enum { COUNT = sizeof LAMBDAS / sizeof *LAMBDAS };
    rows on = rows_new(210, 60, 4, PLAIN);
    linclass_context *ctx = context_of(1);
    for (int which = 0; which < 4; which++) {
        linclass_fit_options options = options_of(0, which % 2);
        options.dtype = DTYPES[which / 2];
        linclass_path_options path;
        assert_int_equal(linclass_path_options_init(&path, sizeof path), LINCLASS_OK);
        path.fit = &options;
        path.l1_ratio = 0;
        path.lambdas = LAMBDAS;
        path.count = COUNT;
        linclass_selection *selection;
        assert_int_equal(linclass_fit_path(ctx, &on.sparse.view, on.data.y, &path, &selection),
                         LINCLASS_OK);
        int64_t passes = 0;
        int64_t passes_alone = 0;
        for (int i = 0; i < COUNT; i++) {
            linclass_candidate candidate;
            assert_int_equal(linclass_candidate_init(&candidate, sizeof candidate), LINCLASS_OK);
            assert_int_equal(linclass_selection_candidate(selection, i, &candidate), LINCLASS_OK);
            assert_int_equal(candidate.solver, LINCLASS_SOLVER_DUAL_ASCENT);
            options.l2 = LAMBDAS[i];
            const linclass_fit_report alone = report_of(ctx, &on, &options);
            assert_true(candidate.objective >= alone.dual_objective * (1 - 1e-12));
            assert_true(candidate.objective - alone.dual_objective <= 1e-6 * log(4));
            passes += candidate.iterations;
            passes_alone += alone.iterations;
        }
        assert_true(passes < passes_alone);
        linclass_selection_destroy(selection);
    }
    linclass_context_destroy(ctx);
    rows_free(&on);
}

/* Dense rows, targets that are not labels, a loss of one score, an l1 penalty, no l2. */
static void test_what_is_refused(void **state)
{
    (void)state;
    rows on = rows_new(40, 20, 2, PLAIN);
    const linclass_matrix dense = samples_view(&on.data);
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    for (int which = 0; which < 5; which++) {
        linclass_fit_options options = options_of(which == 1 ? 0 : 0.1, 1);
        options.l1 = which == 2 ? 0.1 : 0;
        options.label_smoothing = which == 3 ? 0.1 : 0;
        options.loss = which == 4 ? LINCLASS_LOSS_LOGISTIC : LINCLASS_LOSS_SOFTMAX;
        assert_int_equal(linclass_fit(ctx, which == 0 ? &dense : &on.sparse.view, on.data.y,
                                      &options, NULL, &model),
                         LINCLASS_ERROR_UNSUPPORTED);
    }
    linclass_context_destroy(ctx);
    rows_free(&on);
}

/* Taken where no solver is asked for, the features are many and l2 is not too small beside the rows. */
static void test_automatic(void **state)
{
    (void)state;
    static const int64_t FEATURES[] = {2048, 2049, 2049};
    static const double PENALTIES[] = {0.1, 0.1, 1e-4};
    linclass_context *ctx = context_of(1);
    for (int which = 0; which < 3; which++) {
        rows on = rows_new(30, FEATURES[which], 3, PLAIN);
        linclass_fit_options options = options_of(PENALTIES[which], 1);
        options.solver = LINCLASS_SOLVER_AUTO;
        const linclass_fit_report report = report_of(ctx, &on, &options);
        assert_int_equal(report.solver,
                         which == 1 ? LINCLASS_SOLVER_DUAL_ASCENT : LINCLASS_SOLVER_LBFGS);
        rows_free(&on);
    }
    linclass_context_destroy(ctx);
}

static void test_scores_that_overflow(void **state)
{
    (void)state;
    rows on = rows_new(40, 20, 2, PLAIN);
    linclass_context *ctx = context_of(1);
    const linclass_fit_options options = options_of(0.1, 1);
    linclass_model *model = NULL;
    on.sparse.view.scale = 1e30;
    assert_true(linclass_fit(ctx, &on.sparse.view, on.data.y, &options, NULL, &model) < 0);
    assert_null(model);
    linclass_context_destroy(ctx);
    rows_free(&on);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    rows on = rows_new(40, 20, 3, PLAIN);
    const linclass_fit_options options = options_of(0.1, 1);
    assert_fit_survives_lack_of_memory(&on.sparse.view, on.data.y, &options, 4);
    rows_free(&on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_of_classes),
        cmocka_unit_test(test_forms_of_rows),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_little_penalty),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_same_bits_in_every_vector_set),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_from_the_minimum),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_automatic),
        cmocka_unit_test(test_scores_that_overflow),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
