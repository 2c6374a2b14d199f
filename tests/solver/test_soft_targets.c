/* Fits to probabilities: one-hot ones against labels, smoothed labels against the probabilities they
 * stand for, mixed ones against weighted rows, views of every layout, in both sweeps and in steps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "problems.h"
#include "support/noise.h"

enum { M = 120, N = 4, K = 3 };

static const double SMOOTHING = 0.3;

/* m x k: 1 - e for the label and e / k for all. */
static double *smoothed(const problem *rows, double e)
{
    double *P = malloc((size_t)(rows->m * rows->k) * sizeof *P);
    assert_non_null(P);
    for (int64_t i = 0; i < rows->m; i++) {
        for (int64_t c = 0; c < rows->k; c++)
            P[i * rows->k + c] = e / (double)rows->k + (rows->y[i] == 10 * (c + 1) ? 1 - e : 0);
    }
    return P;
}

static linclass_matrix view_of(const problem *rows, const double *P)
{
    linclass_matrix view;
    assert_int_equal(
        linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, rows->m, rows->k, P, rows->k),
        LINCLASS_OK);
    return view;
}

static void smoothing_is_what_it_stands_for(void **state)
{
    (void)state;
    problem rows = problem_begin(M, N, K, 1);
    double *P = smoothed(&rows, SMOOTHING);
    const linclass_matrix view = view_of(&rows, P);
    linclass_fit_options options = exact_options();
    options.label_smoothing = SMOOTHING;
    outcome fitted = fit_well(&rows, &options);
    options.label_smoothing = 0;
    options.target_probabilities = &view;
    outcome expected = fit_well(&rows, &options);
    assert_close(fitted.report.objective, expected.report.objective, 1e-12);
    assert_close(fitted.report.error, expected.report.error, 1e-15);
    assert_close_models(&fitted, &expected, 2e-8);
    outcome_end(&expected);
    outcome_end(&fitted);
    free(P);
    problem_end(&rows);
}

/* Minibatches gather their rows; with n k > 2^18 they are sweeps in tiles. */
static void steps_go_by_the_same_probabilities(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = {{N, K}, {2100, 130}};
    for (int i = 0; i < 2; i++) {
        problem rows = problem_begin(150, shapes[i][0], shapes[i][1], 2);
        double *P = smoothed(&rows, SMOOTHING);
        const linclass_matrix view = view_of(&rows, P);
        linclass_fit_options options = exact_options();
        options.solver = LINCLASS_SOLVER_SGD;
        options.max_iterations = 2;
        options.batch_size = 40;
        options.label_smoothing = SMOOTHING;
        outcome fitted = fit_well(&rows, &options);
        options.label_smoothing = 0;
        options.target_probabilities = &view;
        outcome expected = fit_well(&rows, &options);
        assert_close(fitted.report.objective, expected.report.objective, 1e-12);
        assert_close_models(&fitted, &expected, 1e-12);
        outcome_end(&expected);
        outcome_end(&fitted);
        free(P);
        problem_end(&rows);
    }
}

/* The most probable class is the row's, without labels. */
static void one_hot_probabilities_are_labels(void **state)
{
    (void)state;
    problem rows = problem_begin(M, N, K, 3);
    double *P = smoothed(&rows, 0);
    const linclass_matrix view = view_of(&rows, P);
    linclass_fit_options options = exact_options();
    options.class_weight_balanced = 1;
    outcome expected = fit_well(&rows, &options);
    options.target_probabilities = &view;
    problem without_labels = rows;
    without_labels.y = NULL;
    outcome fitted = fit_well(&without_labels, &options);
    assert_int_equal(linclass_model_classes(fitted.model), K);
    for (int64_t c = 0; c < K; c++)
        assert_int_equal(linclass_model_labels(fitted.model)[c], c);
    assert_close(fitted.report.objective, expected.report.objective, 1e-12);
    assert_close(fitted.report.error, expected.report.error, 1e-15);
    assert_close_models(&fitted, &expected, 2e-8);
    outcome_end(&expected);
    outcome_end(&fitted);
    free(P);
    problem_end(&rows);
}

/* A row towards p is k rows towards each class c, of weight p_c. */
static void a_mixture_is_weighted_rows(void **state)
{
    (void)state;
    problem rows = problem_begin(M, N, K, 4);
    int64_t times[M];
    double *P = malloc((size_t)M * K * sizeof *P);
    double *weights = malloc((size_t)M * K * sizeof *weights);
    assert_non_null(P);
    assert_non_null(weights);
    uint64_t noise = 5;
    for (int64_t i = 0; i < M; i++) {
        double sum = 0;
        times[i] = K;
        for (int64_t c = 0; c < K; c++)
            sum += P[i * K + c] = 1 + noise_uniform(&noise);
        for (int64_t c = 0; c < K; c++)
            weights[i * K + c] = P[i * K + c] /= sum;
    }
    problem repeated = problem_repeat(&rows, times);
    for (int64_t i = 0; i < M * K; i++)
        repeated.y[i] = 10 * (i % K + 1);
    const linclass_matrix view = view_of(&rows, P);
    linclass_fit_options options = exact_options();
    options.sample_weight = weights;
    outcome expected = fit_well(&repeated, &options);
    options.sample_weight = NULL;
    options.target_probabilities = &view;
    outcome fitted = fit_well(&rows, &options);
    assert_close(fitted.report.objective, expected.report.objective, 1e-12);
    assert_close_models(&fitted, &expected, 2e-8);
    outcome_end(&expected);
    outcome_end(&fitted);
    problem_end(&repeated);
    free(weights);
    free(P);
    problem_end(&rows);
}

/* Single precision targets by columns, in a double fit: the same as their values by rows. */
static void views_are_read_where_they_lie(void **state)
{
    (void)state;
    problem rows = problem_begin(M, N, K, 6);
    double *P = smoothed(&rows, 0.25);
    float *by_column = malloc((size_t)M * K * sizeof *by_column);
    assert_non_null(by_column);
    for (int64_t i = 0; i < M; i++) {
        for (int64_t c = 0; c < K; c++) {
            by_column[c * M + i] = (float)P[i * K + c];
            P[i * K + c] = (double)by_column[c * M + i];
        }
    }
    const linclass_matrix by_rows = view_of(&rows, P);
    linclass_matrix view = by_rows;
    view.dtype = LINCLASS_FLOAT32;
    view.row_stride = 1;
    view.col_stride = M;
    view.data = by_column;
    linclass_fit_options options = exact_options();
    options.target_probabilities = &by_rows;
    outcome expected = fit_well(&rows, &options);
    options.target_probabilities = &view;
    outcome fitted = fit_well(&rows, &options);
    assert_same_bits(&fitted, &expected);
    outcome_end(&expected);
    outcome_end(&fitted);
    free(by_column);
    free(P);
    problem_end(&rows);
}

/* Of validation rows the loss towards the label, log k for theta = 0. */
static void validation_rows_are_not_smoothed(void **state)
{
    (void)state;
    problem rows = problem_begin(M, N, K, 7);
    const linclass_matrix X = problem_view(&rows);
    linclass_fit_options options = exact_options();
    options.label_smoothing = 0.9;
    options.validation_X = &X;
    options.validation_y = rows.y;
    outcome fitted = fit_well(&rows, &options);
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    linclass_evaluation evaluation;
    linclass_evaluation_init(&evaluation, sizeof evaluation);
    assert_int_equal(linclass_model_evaluate(ctx, fitted.model, &X, rows.y, &evaluation),
                     LINCLASS_OK);
    assert_close(fitted.report.validation_loss, evaluation.loss, 1e-14);
    linclass_context_destroy(ctx);
    outcome_end(&fitted);
    problem_end(&rows);
}

static void threads_do_not_change_the_bits(void **state)
{
    (void)state;
    problem rows = problem_begin(3000, N, K, 8);
    linclass_fit_options options = exact_options();
    options.max_iterations = 5;
    options.label_smoothing = 0.1;
    outcome expected = fit_problem(&rows, &options, 1);
    for (int32_t threads = 2; threads <= 8; threads += 3) {
        outcome fitted = fit_problem(&rows, &options, threads);
        assert_same_bits(&fitted, &expected);
        outcome_end(&fitted);
    }
    outcome_end(&expected);
    problem_end(&rows);
}

static void wrong_targets_are_refused(void **state)
{
    (void)state;
    static const double wrong[] = {-0.1, 1, NAN};
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    problem rows = problem_begin(M, N, K, 9);
    double *P = smoothed(&rows, SMOOTHING);
    linclass_matrix view = view_of(&rows, P);
    linclass_fit_options options = exact_options();
    for (int i = 0; i < 3; i++) {
        options.label_smoothing = wrong[i];
        assert_refused(&rows, &options, invalid, "options.label_smoothing is ");
    }
    options.label_smoothing = 0.1;
    options.target_probabilities = &view;
    assert_refused(&rows, &options, invalid, "are both given");
    options.label_smoothing = 0;
    P[5 * K + 1] = -0.5;
    assert_refused(&rows, &options, invalid, "options.target_probabilities[5, 1] is -0.5");
    P[5 * K + 1] = NAN;
    assert_refused(&rows, &options, invalid, "options.target_probabilities[5, 1] is nan");
    P[5 * K + 1] = 2;
    assert_refused(&rows, &options, invalid, "row 5 of options.target_probabilities sums to ");
    view.rows = M - 1;
    assert_refused(&rows, &options, LINCLASS_ERROR_DIMENSION, "is 119 x 3, X has 120 rows");
    view.rows = M;
    view.cols = K - 1;
    for (int64_t i = 0; i < M; i++)
        P[i * K] = 1 - P[i * K + 1];
    P[5 * K + 1] = P[5 * K] = 0.5;
    assert_refused(&rows, &options, LINCLASS_ERROR_DIMENSION, "has 2 columns for 3 classes");
    problem without_labels = rows;
    without_labels.y = NULL;
    options.has_ignore_label = 1;
    assert_refused(&without_labels, &options, invalid, "no labels to ignore");
    options.has_ignore_label = 0;
    options.target_probabilities = NULL;
    assert_refused(&without_labels, &options, invalid, "y is NULL");
    free(P);
    problem_end(&rows);
}

static void lack_of_memory_is_survived(void **state)
{
    (void)state;
    problem rows = problem_begin(M, N, K, 10);
    double *P = smoothed(&rows, SMOOTHING);
    const linclass_matrix view = view_of(&rows, P);
    linclass_fit_options options = exact_options();
    options.max_iterations = 1;
    options.target_probabilities = &view;
    problem without_labels = rows;
    without_labels.y = NULL;
    assert_survives_lack_of_memory(&without_labels, &options);
    free(P);
    problem_end(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smoothing_is_what_it_stands_for),
        cmocka_unit_test(steps_go_by_the_same_probabilities),
        cmocka_unit_test(one_hot_probabilities_are_labels),
        cmocka_unit_test(a_mixture_is_weighted_rows),
        cmocka_unit_test(views_are_read_where_they_lie),
        cmocka_unit_test(validation_rows_are_not_smoothed),
        cmocka_unit_test(threads_do_not_change_the_bits),
        cmocka_unit_test(wrong_targets_are_refused),
        cmocka_unit_test(lack_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
