/* Fits over parts: the optimum of linclass_fit, and the same bits whoever answers. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "made_parts.h"
#include "support/context_of.h"
#include "support/losses.h"

enum { M = 600, N = 5 };

/* Of convex problems with an l2 penalty near enough at the tolerance below: F differs by the square of a step that is
 * left, the parameters by the step. */
static const double TOLERANCE = 1e-11;
static const double SAME_F = 1e-9;
static const double SAME_PARAMETERS = 1e-6;
static const double STOPPED_PARAMETERS = 1e-4; /* about the root of what F may differ by */

static void compare_within(const char *what, const linclass_model *got, const linclass_model *want,
                           double tolerance)
{
    linclass_fit_report of_got = fitting_report();
    linclass_fit_report of_want = fitting_report();
    assert_int_equal(linclass_model_report(got, &of_got), LINCLASS_OK);
    assert_int_equal(linclass_model_report(want, &of_want), LINCLASS_OK);
    assert_near(what, of_got.objective, of_want.objective, SAME_F);
    assert_near(what, of_got.loss, of_want.loss, 1e-7);
    assert_near(what, of_got.error, of_want.error, 1e-12);
    assert_near(what, of_got.total_weight, of_want.total_weight, 1e-9 * of_want.total_weight);
    assert_int_equal(of_got.samples, of_want.samples);
    assert_int_equal(of_got.with_sample_weight, of_want.with_sample_weight);
    const int64_t n = linclass_model_features(want);
    const int64_t k = linclass_model_classes(want);
    assert_int_equal(linclass_model_features(got), n);
    assert_int_equal(linclass_model_classes(got), k);
    for (int64_t e = 0; e < n * k; e++)
        assert_near(what, fitting_theta(got, e), fitting_theta(want, e), tolerance);
    /* The losses see differences of scores: the same added to all intercepts changes nothing. */
    for (int64_t c = 0; c < k; c++)
        assert_near(what, fitting_bias(got, c) - fitting_bias(got, 0),
                    fitting_bias(want, c) - fitting_bias(want, 0), tolerance);
}

static void compare(const char *what, const linclass_model *got, const linclass_model *want)
{
    compare_within(what, got, want, SAME_PARAMETERS);
}

static void check_case(linclass_context *ctx, const loss_definition *loss, int32_t solver,
                       const linclass_fit_options *options)
{
    const int64_t k = loss->one_score ? 2 : 4;
    samples data = samples_new(M, N, k, 7);
    linclass_fit_report report = fitting_report();
    linclass_model *want;
    const linclass_matrix X = samples_view(&data);
    const linclass_status status = linclass_fit(ctx, &X, data.y, options, &report, &want);
    made_parts parts = made_parts_new(&data, NULL, 11);
    const linclass_parts iterator = made_parts_iterator(&parts);
    char what[128];
    (void)snprintf(what, sizeof what, "%s by %s, l1 = %g, l2 = %g", loss->name,
                   linclass_solver_name(solver), options->l1, options->l2);
    /* At so small a tolerance a solver may end by saying that rounding leaves no more: in either of them. */
    linclass_model *got;
    const linclass_status over_parts =
        linclass_fit_parts(ctx, &iterator, NULL, options, NULL, &got);
    if (status < 0 ? over_parts != status : over_parts < 0)
        fail_msg("%s: %s, not %s: %s", what, linclass_status_string(over_parts),
                 linclass_status_string(status), linclass_context_message(ctx));
    /* Without l2 a row of theta with as many weights above 0 as below may be shifted: the minimum is no point. */
    const double tolerance = options->l2 == 0 ? (double)INFINITY
                             : status == LINCLASS_OK && over_parts == LINCLASS_OK
                                 ? SAME_PARAMETERS
                                 : STOPPED_PARAMETERS;
    if (status >= 0)
        compare_within(what, got, want, tolerance);
    linclass_model_destroy(got);
    linclass_model_destroy(want);
    made_parts_free(&parts);
    samples_free(&data);
}

/* Every loss by every solver that ends at a minimum, with each penalty. */
static void test_the_same_minimum(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    const double penalties[][2] = {{0, 1e-2}, {1e-2, 0}, {5e-3, 1e-2}};
    for (int32_t number = 1; losses_defined(number); number++) {
        const loss_definition *loss = losses_find(number);
        for (int s = 1; s < FITTING_SOLVERS && loss->smooth; s++) {
            for (size_t p = 0; p < sizeof penalties / sizeof *penalties; p++) {
                linclass_fit_options options = samples_options();
                options.loss = number;
                options.solver = fitting_solvers[s];
                options.gradient_tolerance =
                    options.solver == LINCLASS_SOLVER_GRADIENT_DESCENT ? 1e-8 : TOLERANCE;
                options.max_iterations = 20000;
                options.l1 = penalties[p][0];
                options.l2 = penalties[p][1];
                check_case(ctx, loss, fitting_solvers[s], &options);
            }
        }
    }
    linclass_context_destroy(ctx);
}

static double *made_weights(int64_t m)
{
    double *weights = calloc((size_t)m, sizeof *weights);
    assert_non_null(weights);
    for (int64_t i = 0; i < m; i++)
        weights[i] = (double)(i * 7 % 5) * 3.5;
    return weights;
}

/* Weights of rows and classes, a label to ignore, smoothing, a start: what the census finds is what all rows say. */
static void test_weights_and_labels(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, 5, 9);
    double *weights = made_weights(M);
    const double class_weight[] = {1, 2, 0.5, 3};
    /* Labels that are no classes as they stand; parts that have few of them. */
    for (int64_t i = 0; i < M; i++)
        data.y[i] = 10 * data.y[i] - 7;
    for (int variant = 0; variant < 6; variant++) {
        linclass_fit_options options = samples_options();
        options.gradient_tolerance = TOLERANCE;
        options.l2 = 1e-2;
        options.has_ignore_label = variant >= 1;
        options.ignore_label = -7;
        if (variant == 2) {
            options.class_weight = class_weight;
            options.class_weight_count = 4;
        }
        options.class_weight_balanced = variant == 3;
        options.label_smoothing = variant == 4 ? 0.1 : 0;
        options.fit_bias = variant != 5;
        const double *given = variant == 1 ? NULL : weights;
        made_parts parts = made_parts_new(&data, given, 9);
        const linclass_parts iterator = made_parts_iterator(&parts);
        linclass_model *got = made_parts_fit(ctx, &iterator, NULL, &options, NULL);
        options.sample_weight = given;
        linclass_model *want = fitting_fit(ctx, &data, &options, NULL);
        compare("weights", got, want);
        assert_memory_equal(linclass_model_labels(got), linclass_model_labels(want),
                            (size_t)linclass_model_classes(want) * sizeof(int64_t));
        linclass_model_destroy(want);
        linclass_model_destroy(got);
        made_parts_free(&parts);
    }
    free(weights);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* Sixteen parts, or three, at a time. */
static void check_held(linclass_context *ctx, made_parts *parts,
                       const linclass_fit_options *options, const linclass_model *want)
{
    linclass_parts held = made_parts_held(parts);
    for (int turn = 0; turn < 3; turn++) {
        held.held = turn == 0 ? INT64_MAX : turn == 1 ? 16 : 3;
        linclass_model *got = made_parts_fit(ctx, &held, NULL, options, NULL);
        assert_true(fitting_same(got, want));
        linclass_model_destroy(got);
    }
}

/* One hash: threads, an iterator or an engine, parts one at a time or several, any order of merging. */
static void test_the_same_bits(void **state)
{
    (void)state;
    const int32_t threads[] = {1, 2, 3, 8, 16};
    samples data = samples_new(4000, 30, 6, 3);
    const int64_t counts[] = {1, 2, 5, 64};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        linclass_fit_options options = samples_options();
        options.l2 = 1e-3;
        options.dtype = c % 2 == 0 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64;
        linclass_model *want = NULL;
        for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
            linclass_context *ctx = context_of(threads[t]);
            made_parts parts = made_parts_new(&data, NULL, counts[c]);
            const linclass_parts iterator = made_parts_iterator(&parts);
            linclass_model *got = made_parts_fit(ctx, &iterator, NULL, &options, NULL);
            want = want == NULL ? got : want;
            assert_true(fitting_same(got, want));
            if (got != want)
                linclass_model_destroy(got);
            check_held(ctx, &parts, &options, want);
            const linclass_parts engine = made_parts_engine(&parts, threads[4 - t], 100 + t);
            got = made_parts_fit(ctx, &engine, NULL, &options, NULL);
            assert_true(fitting_same(got, want));
            linclass_model_destroy(got);
            made_parts_free(&parts);
            linclass_context_destroy(ctx);
        }
        linclass_model_destroy(want);
    }
    samples_free(&data);
}

/* Many features: the diagonal preconditioner, and tiles of the gradient; few: the whole Hessian. */
static void test_sizes(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    const int64_t sizes[][3] = {{300, 2100, 3}, {500, 1, 2}, {90, 0, 3}, {400, 40, 17}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        samples data = samples_new(sizes[s][0], sizes[s][1], sizes[s][2], 21);
        linclass_fit_options options = samples_options();
        options.l2 = 0.1;
        options.gradient_tolerance = 1e-9;
        made_parts parts = made_parts_new(&data, NULL, 7);
        const linclass_parts iterator = made_parts_iterator(&parts);
        linclass_model *got = made_parts_fit(ctx, &iterator, NULL, &options, NULL);
        linclass_model *want = fitting_fit(ctx, &data, &options, NULL);
        compare("size", got, want);
        linclass_model_destroy(got);
        linclass_model_destroy(want);
        made_parts_free(&parts);
        samples_free(&data);
    }
    linclass_context_destroy(ctx);
}

/* Bytes, half precision, sparse rows and columns far apart in memory, the same numbers in all of them. */
static void test_kinds_of_rows(void **state)
{
    (void)state;
    enum { ROWS = 200, COLUMNS = 6 };
    linclass_context *ctx = context_of(2);
    samples data = samples_new(ROWS, COLUMNS, 3, 5);
    static uint8_t bytes[ROWS * COLUMNS];
    static uint16_t halves[ROWS * COLUMNS];
    static int64_t starts[ROWS + 1];
    static int32_t columns[ROWS * COLUMNS];
    for (int64_t e = 0; e < ROWS * COLUMNS; e++) {
        const int number = (int)fabs(floor(data.X[e])) % 4;
        data.X[e] = number;
        bytes[e] = (uint8_t)number;
        halves[e] = (uint16_t)(const uint16_t[]){0, 0x3C00, 0x4000, 0x4200}[number];
        columns[e] = (int32_t)(e % COLUMNS);
    }
    for (int64_t i = 0; i <= ROWS; i++)
        starts[i] = i * COLUMNS;
    made_parts parts = made_parts_new(&data, NULL, 4);
    for (int64_t p = 1, first = parts.views[0].rows; p < 4; first += parts.views[p++].rows) {
        linclass_matrix *view = &parts.views[p];
        const int64_t rows = view->rows;
        if (p == 1)
            (void)linclass_matrix_init(view, sizeof *view, LINCLASS_UINT8, rows, COLUMNS,
                                       bytes + first * COLUMNS, COLUMNS);
        if (p == 2)
            (void)linclass_matrix_init(view, sizeof *view, LINCLASS_FLOAT16, rows, COLUMNS,
                                       halves + first * COLUMNS, COLUMNS);
        if (p == 3)
            (void)linclass_matrix_init_csr(view, sizeof *view, LINCLASS_UINT8, rows, COLUMNS,
                                           starts + first, LINCLASS_INT32, columns, bytes);
        view->scale = 1;
    }
    linclass_fit_options options = samples_options();
    options.l2 = 1e-2;
    options.gradient_tolerance = TOLERANCE;
    const linclass_parts iterator = made_parts_iterator(&parts);
    linclass_model *got = made_parts_fit(ctx, &iterator, NULL, &options, NULL);
    linclass_model *want = fitting_fit(ctx, &data, &options, NULL);
    compare("kinds of rows", got, want);
    linclass_model_destroy(got);
    linclass_model_destroy(want);
    made_parts_free(&parts);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* Validation parts are reported on and stop a fit early, as validation rows do. */
static void test_validation(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    samples data = samples_new(120, 40, 3, 31);
    samples held_out = samples_new(80, 40, 3, 32);
    linclass_fit_options options = samples_options();
    options.solver = LINCLASS_SOLVER_GRADIENT_DESCENT;
    options.patience = 2;
    options.max_iterations = 400;
    made_parts parts = made_parts_new(&data, NULL, 5);
    made_parts validating = made_parts_new(&held_out, NULL, 3);
    const linclass_parts training = made_parts_iterator(&parts);
    const linclass_parts validation = made_parts_engine(&validating, 1, 4);
    linclass_fit_report got = fitting_report();
    linclass_fit_report want = fitting_report();
    linclass_model *model;
    assert_int_equal(linclass_fit_parts(ctx, &training, &validation, &options, &got, &model),
                     LINCLASS_EARLY_STOPPED);
    linclass_model_destroy(model);
    const linclass_matrix X = samples_view(&data);
    const linclass_matrix V = samples_view(&held_out);
    options.validation_X = &V;
    options.validation_y = held_out.y;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &want, &model),
                     LINCLASS_EARLY_STOPPED);
    linclass_model_destroy(model);
    assert_int_equal(got.best_iteration, want.best_iteration);
    assert_near("validation loss", got.validation_loss, want.validation_loss, 1e-9);
    assert_near("validation error", got.validation_error, want.validation_error, 1e-12);
    made_parts_free(&parts);
    made_parts_free(&validating);
    samples_free(&held_out);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* Soft targets and base scores of all samples, k columns each, or one base score. */
typedef struct aim {
    linclass_matrix probabilities;
    linclass_matrix X;
    double p[M * 4];
    double offset[M * 4];
} aim;

static void aim_at(aim *self, const samples *data, int64_t k, int64_t scores)
{
    self->X = samples_view(data);
    self->X.offset = self->offset;
    self->X.offset_stride = scores;
    for (int64_t i = 0; i < M; i++) {
        for (int64_t c = 0; c < k; c++)
            self->p[i * k + c] = (c == data->y[i] ? 0.7 : 0) + 0.3 / (double)k;
        for (int64_t c = 0; c < scores; c++)
            self->offset[i * scores + c] = 0.3 * (double)((i * 5 + c * 3) % 7) - 1;
    }
    assert_int_equal(linclass_matrix_init(&self->probabilities, sizeof self->probabilities,
                                          LINCLASS_FLOAT64, M, k, self->p, k),
                     LINCLASS_OK);
}

/* The rows are fitted to probabilities, with labels and without, and from base scores, by every way that asks for them:
 * gradients, Hessians, sampled rows. */
static void test_soft_targets_and_base_scores(void **state)
{
    (void)state;
    static aim at;
    linclass_context *ctx = context_of(2);
    const int32_t solvers[] = {LINCLASS_SOLVER_LBFGS, LINCLASS_SOLVER_NEWTON,
                               LINCLASS_SOLVER_NEWTON_CG};
    for (int variant = 0; variant < 9; variant++) {
        const bool soft = variant % 3 != 2;
        const bool one_score = variant == 8;
        const int64_t k = one_score ? 2 : 4;
        samples data = samples_new(M, N, k, 71);
        aim_at(&at, &data, k, one_score ? 1 : k);
        linclass_fit_options options = samples_options();
        options.gradient_tolerance = TOLERANCE;
        options.l2 = 1e-2;
        options.solver = solvers[variant / 3];
        options.loss = one_score ? LINCLASS_LOSS_LOGISTIC : LINCLASS_LOSS_SOFTMAX;
        made_parts parts = made_parts_new(&data, NULL, 9);
        made_parts_aim(&parts, soft ? &at.probabilities : NULL, variant % 3 > 0 ? &at.X : NULL);
        const bool without_labels = variant % 3 == 1;
        for (int p = 0; p < 9 && without_labels; p++)
            parts.parts[p].y = NULL;
        const linclass_parts iterator = made_parts_iterator(&parts);
        const linclass_parts held = made_parts_held(&parts);
        linclass_fit_report report = fitting_report();
        linclass_model *got = made_parts_fit(ctx, &iterator, NULL, &options, &report);
        linclass_model *again = made_parts_fit(ctx, &held, NULL, &options, NULL);
        assert_true(fitting_same(got, again));
        assert_int_equal(report.with_target_probabilities, soft);
        const linclass_matrix X = variant % 3 > 0 ? at.X : samples_view(&data);
        options.target_probabilities = soft ? &at.probabilities : NULL;
        linclass_model *want;
        if (linclass_fit(ctx, &X, without_labels ? NULL : data.y, &options, NULL, &want) < 0)
            fail_msg("%s", linclass_context_message(ctx));
        compare("targets", got, want);
        linclass_certificate certificate;
        assert_int_equal(linclass_certificate_init(&certificate, sizeof certificate), LINCLASS_OK);
        if (linclass_verify_parts(ctx, want, &held, &certificate) != LINCLASS_OK)
            fail_msg("%s", linclass_context_message(ctx));
        if (certificate.differs != 0)
            fail_msg("variant %d: the report differs: %d (%.17g)", variant, certificate.differs,
                     certificate.objective);
        linclass_model_destroy(want);
        linclass_model_destroy(again);
        linclass_model_destroy(got);
        made_parts_free(&parts);
        samples_free(&data);
    }
    linclass_context_destroy(ctx);
}

static linclass_candidate candidate(const linclass_selection *path, int64_t i)
{
    linclass_candidate found;
    assert_int_equal(linclass_candidate_init(&found, sizeof found), LINCLASS_OK);
    assert_int_equal(linclass_selection_candidate(path, i, &found), LINCLASS_OK);
    return found;
}

/* The null model of such rows takes them all, not the classes alone. */
static void test_path_to_soft_targets(void **state)
{
    (void)state;
    static aim at;
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, 4, 72);
    aim_at(&at, &data, 4, 4);
    made_parts parts = made_parts_new(&data, NULL, 5);
    made_parts_aim(&parts, &at.probabilities, &at.X);
    const linclass_parts training = made_parts_iterator(&parts);
    linclass_fit_options fit = samples_options();
    linclass_path_options options;
    linclass_selection *got;
    linclass_selection *want;
    assert_int_equal(linclass_path_options_init(&options, sizeof options), LINCLASS_OK);
    fit.gradient_tolerance = 1e-9;
    options.fit = &fit;
    options.count = 4;
    options.ratio = 0.05;
    if (linclass_fit_path_parts(ctx, &training, NULL, &options, &got) < 0)
        fail_msg("%s", linclass_context_message(ctx));
    fit.target_probabilities = &at.probabilities;
    if (linclass_fit_path(ctx, &at.X, data.y, &options, &want) < 0)
        fail_msg("%s", linclass_context_message(ctx));
    for (int64_t i = 0; i < 4; i++) {
        const linclass_candidate a = candidate(got, i);
        const linclass_candidate b = candidate(want, i);
        assert_near("lambda", a.value, (long double)b.value, 1e-8 * b.value);
        assert_near("objective", a.objective, (long double)b.objective, 1e-8);
    }
    linclass_selection_destroy(got);
    linclass_selection_destroy(want);
    made_parts_free(&parts);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

/* A path of an elastic net, from the null model, which the census is enough for. */
static void test_path(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, 4, 61);
    samples held_out = samples_new(200, N, 4, 61);
    made_parts parts = made_parts_new(&data, NULL, 7);
    made_parts validating = made_parts_new(&held_out, NULL, 2);
    const linclass_parts training = made_parts_iterator(&parts);
    const linclass_parts validation = made_parts_iterator(&validating);
    const linclass_matrix X = samples_view(&data);
    const linclass_matrix V = samples_view(&held_out);
    linclass_fit_options fit = samples_options();
    linclass_path_options options;
    linclass_selection *got;
    linclass_selection *want;
    assert_int_equal(linclass_path_options_init(&options, sizeof options), LINCLASS_OK);
    fit.gradient_tolerance = 1e-9;
    options.fit = &fit;
    options.count = 6;
    options.l1_ratio = 0.5;
    options.ratio = 0.01;
    if (linclass_fit_path_parts(ctx, &training, &validation, &options, &got) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    fit.validation_X = &V;
    fit.validation_y = held_out.y;
    assert_int_equal(linclass_fit_path(ctx, &X, data.y, &options, &want), LINCLASS_OK);
    assert_int_equal(linclass_selection_count(got), 6);
    for (int64_t i = 0; i < 6; i++) {
        const linclass_candidate a = candidate(got, i);
        const linclass_candidate b = candidate(want, i);
        assert_near("lambda", a.value, (long double)b.value, 1e-9 * b.value);
        assert_near("objective", a.objective, (long double)b.objective, SAME_F);
        assert_near("validation loss", a.validation_loss, (long double)b.validation_loss, 1e-7);
        /* The first lambda is the one at which the first weight leaves 0: on one side or the other. */
        if (i > 0)
            assert_int_equal(a.nonzero, b.nonzero);
    }
    assert_int_equal(linclass_selection_best(got), linclass_selection_best(want));
    linclass_selection_destroy(got);
    linclass_selection_destroy(want);
    options.leave_one_out = 1;
    assert_int_equal(linclass_fit_path_parts(ctx, &training, NULL, &options, &got),
                     LINCLASS_ERROR_UNSUPPORTED);
    options.leave_one_out = 0;
    assert_int_equal(linclass_fit_path_parts(ctx, NULL, NULL, &options, &got),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_null(got);
    made_parts_free(&parts);
    made_parts_free(&validating);
    samples_free(&held_out);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_minimum),
        cmocka_unit_test(test_weights_and_labels),
        cmocka_unit_test(test_the_same_bits),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_kinds_of_rows),
        cmocka_unit_test(test_validation),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_soft_targets_and_base_scores),
        cmocka_unit_test(test_path_to_soft_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
