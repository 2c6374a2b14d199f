/* Paths of penalties: where they begin, that warm starts change nothing, how they end. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "selecting.h"
#include "support/context_of.h"

enum { ROWS = 200, FEATURES = 5 };

/* max_jc |sum_i w_i x_ij (p_c - [y_i = c])| / sum w: the gradient of softmax at theta = 0 and intercepts
 * log p_c, p_c the share of class c. */
static double null_gradient(const samples *data, const double *weight)
{
    long double share[16] = {0};
    long double all = 0;
    for (int64_t i = 0; i < data->m; i++) {
        share[data->y[i]] += weight == NULL ? 1 : weight[i];
        all += weight == NULL ? 1 : weight[i];
    }
    long double largest = 0;
    for (int64_t j = 0; j < data->n; j++) {
        for (int64_t c = 0; c < data->k; c++) {
            long double sum = 0;
            for (int64_t i = 0; i < data->m; i++) {
                const long double w = weight == NULL ? 1 : weight[i];
                sum += w * data->X[i * data->n + j] * (share[c] / all - (data->y[i] == c));
            }
            largest = fmaxl(largest, fabsl(sum / all));
        }
    }
    return (double)largest;
}

static double *some_weights(int64_t m)
{
    double *weights = calloc((size_t)m, sizeof *weights);
    assert_non_null(weights);
    for (int64_t i = 0; i < m; i++)
        weights[i] = (double)(i % 4);
    return weights;
}

static void the_first_lambda_is_the_gradient_at_the_null_model(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 1);
    double *weights = some_weights(ROWS);
    linclass_fit_options fit = selecting_exactly();
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    for (int weighted = 0; weighted < 2; weighted++) {
        fit.sample_weight = weighted ? weights : NULL;
        const double expected = null_gradient(&data, fit.sample_weight);
        static const double ratios[] = {1, 0.25, 0};
        for (int r = 0; r < 3; r++) {
            options.l1_ratio = ratios[r];
            linclass_selection *path = selecting(linclass_fit_path, 1, &data, &options);
            const double first = selecting_candidate(path, 0).value;
            /* The intercepts are exact to 1e-10 of their gradient at 0. */
            assert_near("lambda_max", first, expected / fmax(ratios[r], 0.01), 1e-9 * first);
            linclass_selection_destroy(path);
        }
    }
    free(weights);
    samples_free(&data);
}

static void lambdas_are_evenly_spaced_in_their_logarithms(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 2);
    linclass_path_options options = selecting_options();
    options.count = 7;
    options.ratio = 1e-3;
    linclass_selection *path = selecting(linclass_fit_path, 1, &data, &options);
    assert_int_equal(linclass_selection_count(path), 7);
    const double first = selecting_candidate(path, 0).value;
    for (int64_t i = 0; i < 7; i++)
        assert_near("lambda", selecting_candidate(path, i).value / first,
                    powl(1e-3L, (long double)i / 6), 1e-14);
    linclass_selection_destroy(path);
    samples_free(&data);
}

/* The loss, with k classes. */
static void check_zeros_at_lambda_max(int32_t loss, int64_t k, int32_t dtype)
{
    samples data = samples_new(ROWS, FEATURES, k, 3);
    linclass_fit_options fit = samples_options();
    fit.loss = loss;
    fit.dtype = dtype;
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.l1_ratio = 1;
    options.count = 1;
    linclass_selection *at = selecting(linclass_fit_path, 1, &data, &options);
    const linclass_candidate zero = selecting_candidate(at, 0);
    assert_int_equal(zero.nonzero, 0);
    const linclass_model *model = linclass_selection_model(at, 0);
    for (int64_t e = 0; e < FEATURES * k; e++)
        assert_true(fitting_theta(model, e) == 0);

    const double below = 0.99 * zero.value;
    fit.gradient_tolerance = 1e-6;
    options.lambdas = &below;
    linclass_selection *under = selecting(linclass_fit_path, 1, &data, &options);
    assert_true(selecting_candidate(under, 0).nonzero > 0);
    linclass_selection_destroy(under);
    linclass_selection_destroy(at);
    samples_free(&data);
}

static void every_weight_is_0_at_lambda_max_and_not_below(void **state)
{
    (void)state;
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        check_zeros_at_lambda_max(LINCLASS_LOSS_SOFTMAX, 4, dtype);
        check_zeros_at_lambda_max(LINCLASS_LOSS_LOGISTIC, 2, dtype);
        check_zeros_at_lambda_max(LINCLASS_LOSS_SQUARED_HINGE, 3, dtype);
    }
}

/* What the path comes to is what linclass_fit finds from zero. */
static void warm_starts_end_where_cold_ones_do(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 4);
    linclass_context *ctx = context_of(1);
    linclass_fit_options fit = selecting_exactly();
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.count = 8;
    options.ratio = 1e-3;
    static const double ratios[] = {0, 0.5, 1};
    for (int r = 0; r < 3; r++) {
        options.l1_ratio = ratios[r];
        linclass_selection *path = selecting(linclass_fit_path, 1, &data, &options);
        for (int64_t i = 0; i < options.count; i++) {
            const linclass_candidate warm = selecting_candidate(path, i);
            linclass_fit_options cold = fit;
            cold.l1 = warm.value * ratios[r];
            cold.l2 = warm.value * (1 - ratios[r]);
            linclass_fit_report report = fitting_report();
            linclass_model *model = fitting_fit(ctx, &data, &cold, &report);
            assert_near("l1", warm.l1, cold.l1, 0);
            assert_near("l2", warm.l2, cold.l2, 0);
            assert_near("l1", linclass_model_l1(linclass_selection_model(path, i)), cold.l1, 0);
            assert_near("l2", linclass_model_l2(linclass_selection_model(path, i)), cold.l2, 0);
            /* Half the square of the tolerance, relative to what there was to gain. */
            assert_near("objective", warm.objective, report.objective, 1e-12);
            assert_near("loss", warm.loss, report.loss, 1e-6);
            linclass_model_destroy(model);
        }
        linclass_selection_destroy(path);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void validation_rows_tell_the_best(void **state)
{
    (void)state;
    samples data = samples_new(40, FEATURES, 3, 5);
    samples other = samples_new(ROWS, FEATURES, 3, 5);
    const linclass_matrix validation = samples_view(&other);
    linclass_fit_options fit = samples_options();
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    linclass_selection *path = selecting(linclass_fit_path, 1, &data, &options);
    assert_int_equal(linclass_selection_best(path), -1);
    assert_true(isnan(selecting_candidate(path, 0).validation_loss));
    linclass_selection_destroy(path);

    fit.validation_X = &validation;
    fit.validation_y = other.y;
    for (int32_t by = LINCLASS_SELECT_BY_LOSS; by <= LINCLASS_SELECT_BY_ERROR; by++) {
        options.select_by = by;
        path = selecting(linclass_fit_path, 1, &data, &options);
        int64_t least = 0;
        for (int64_t i = 1; i < linclass_selection_count(path); i++) {
            const linclass_candidate a = selecting_candidate(path, i);
            const linclass_candidate b = selecting_candidate(path, least);
            if (by == LINCLASS_SELECT_BY_LOSS ? a.validation_loss < b.validation_loss
                                              : a.validation_error < b.validation_error)
                least = i;
        }
        assert_int_equal(linclass_selection_best(path), least);
        assert_int_equal(linclass_selection_one_standard_error(path), -1);
        assert_null(linclass_selection_fold_losses(path));
        linclass_selection_destroy(path);
    }
    samples_free(&other);
    samples_free(&data);
}

static void the_number_of_threads_changes_no_bit(void **state)
{
    (void)state;
    samples data = samples_new(3000, FEATURES, 3, 6);
    linclass_path_options options = selecting_options();
    options.count = 5;
    options.l1_ratio = 0.5;
    linclass_selection *one = selecting(linclass_fit_path, 1, &data, &options);
    linclass_selection *three = selecting(linclass_fit_path, 3, &data, &options);
    assert_same_selection(one, three);
    linclass_selection_destroy(three);
    linclass_selection_destroy(one);
    samples_free(&data);
}

typedef struct listener {
    int64_t calls;
    int64_t stop_at;
    double last;
} listener;

static int32_t listen(const linclass_selection_progress *progress, void *user)
{
    listener *self = user;
    assert_int_equal(progress->size, sizeof *progress);
    assert_int_equal(progress->candidate, self->calls);
    assert_int_equal(progress->count, 20);
    assert_int_equal(progress->fold, -1);
    assert_int_equal(progress->folds, 0);
    assert_true(self->calls == 0 || progress->value < self->last);
    self->last = progress->value;
    return ++self->calls == self->stop_at;
}

static int32_t stop_at_once(const linclass_progress *progress, void *user)
{
    (void)progress;
    (void)user;
    return 1;
}

/* One that ends early, with its status and so many candidates. */
static void check_ends(const samples *data, const linclass_path_options *options,
                       linclass_status expected, int64_t candidates)
{
    linclass_context *ctx = context_of(1);
    const linclass_matrix X = samples_view(data);
    linclass_selection *path;
    assert_int_equal(linclass_fit_path(ctx, &X, data->y, options, &path), expected);
    assert_int_equal(linclass_selection_count(path), candidates);
    for (int64_t i = 0; i < candidates; i++)
        assert_non_null(linclass_selection_model(path, i));
    assert_null(linclass_selection_model(path, candidates));
    linclass_selection_destroy(path);
    linclass_context_destroy(ctx);
}

static void it_ends_when_told_to_with_what_is_finished(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 7);
    linclass_fit_options fit = samples_options();
    listener heard = {.stop_at = 3};
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.progress = listen;
    options.progress_user = &heard;
    check_ends(&data, &options, LINCLASS_STOPPED_BY_CALLBACK, 3);
    assert_int_equal(heard.calls, 3);
    heard = (listener){.stop_at = -1};
    check_ends(&data, &options, LINCLASS_OK, 20);
    assert_int_equal(heard.calls, 20);

    options.progress = NULL;
    fit.max_seconds = 1e-9;
    check_ends(&data, &options, LINCLASS_TIME_LIMIT, 0);
    fit.max_seconds = 1e9;
    check_ends(&data, &options, LINCLASS_OK, 20);
    fit.max_seconds = 0;
    fit.progress = stop_at_once;
    fit.solver = LINCLASS_SOLVER_LBFGS;
    check_ends(&data, &options, LINCLASS_STOPPED_BY_CALLBACK, 0);
    samples_free(&data);
}

/* Steps of 1 under l2 = 1e6 multiply theta by -1e6 each. */
static void a_fit_that_diverges_leaves_a_gap(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 8);
    linclass_fit_options fit = samples_options();
    fit.solver = LINCLASS_SOLVER_SGD;
    fit.learning_rate = 1;
    fit.dtype = LINCLASS_FLOAT32;
    const double lambdas[] = {1e6, 1e-3};
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.lambdas = lambdas;
    options.count = 2;
    linclass_selection *path = selecting(linclass_fit_path, 1, &data, &options);
    const linclass_candidate first = selecting_candidate(path, 0);
    assert_int_equal(first.stopped_because, LINCLASS_ERROR_NUMERIC);
    assert_true(isnan(first.loss));
    assert_null(linclass_selection_model(path, 0));
    assert_int_equal(selecting_candidate(path, 1).stopped_because, LINCLASS_OK);
    assert_non_null(linclass_selection_model(path, 1));
    linclass_selection_destroy(path);
    options.count = 1;
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_NUMERIC,
                             "every fit diverged; the last: sgd diverged in epoch");
    samples_free(&data);
}

static void a_model_taken_is_the_callers(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 9);
    linclass_selection *path = selecting(linclass_fit_path, 1, &data, NULL);
    linclass_model *model = linclass_selection_take_model(path, 1);
    assert_non_null(model);
    assert_null(linclass_selection_model(path, 1));
    assert_null(linclass_selection_take_model(path, 1));
    linclass_selection_destroy(path);
    linclass_fit_report report = fitting_report();
    assert_int_equal(linclass_model_report(model, &report), LINCLASS_OK);
    linclass_model_destroy(model);
    samples_free(&data);
}

/* A path may start from a model: at its own lambda there is nothing left to do. */
static void it_starts_from_the_initial_model(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 10);
    linclass_fit_options fit = selecting_exactly();
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.l1_ratio = 0.5;
    linclass_selection *path = selecting(linclass_fit_path, 1, &data, &options);
    const linclass_candidate last = selecting_candidate(path, 19);
    fit.initial = linclass_selection_model(path, 19);
    options.lambdas = &last.value;
    options.count = 1;
    linclass_selection *again = selecting(linclass_fit_path, 1, &data, &options);
    assert_int_equal(selecting_candidate(again, 0).iterations, 0);
    linclass_selection_destroy(again);
    options.lambdas = NULL;
    again = selecting(linclass_fit_path, 1, &data, &options);
    const double first = selecting_candidate(again, 0).value;
    assert_true(first == selecting_candidate(path, 0).value);
    linclass_selection_destroy(again);
    linclass_selection_destroy(path);
    samples_free(&data);
}

/* The estimates of a path are those of its models, and choose where no rows were held out. */
static void rows_left_out_one_by_one_choose(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 9);
    double *weights = some_weights(ROWS);
    linclass_fit_options fit = selecting_exactly();
    fit.sample_weight = weights;
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.count = 6;
    linclass_selection *path = selecting(linclass_fit_path, 1, &data, &options);
    assert_true(isnan(selecting_candidate(path, 0).left_out_loss));
    assert_int_equal(linclass_selection_best(path), -1);
    linclass_selection_destroy(path);

    options.leave_one_out = 1;
    path = selecting(linclass_fit_path, 1, &data, &options);
    linclass_context *ctx = context_of(1);
    const linclass_matrix X = samples_view(&data);
    int64_t best = 0;
    for (int64_t i = 0; i < 6; i++) {
        const linclass_candidate candidate = selecting_candidate(path, i);
        linclass_leave_one_out found;
        linclass_leave_one_out_init(&found, sizeof found);
        found.sample_weight = weights;
        assert_int_equal(linclass_model_leave_one_out(ctx, linclass_selection_model(path, i), &X,
                                                      data.y, &found),
                         LINCLASS_OK);
        assert_true(candidate.left_out_loss == found.loss);
        assert_true(candidate.left_out_loss_standard_error == found.loss_standard_error);
        assert_true(candidate.left_out_error == found.error);
        assert_true(candidate.left_out_error_standard_error == found.error_standard_error);
        if (found.loss < selecting_candidate(path, best).left_out_loss)
            best = i;
    }
    assert_int_equal(linclass_selection_best(path), best);
    const int64_t careful = linclass_selection_one_standard_error(path);
    assert_true(careful >= 0 && careful <= best);
    linclass_context_destroy(ctx);
    linclass_selection_destroy(path);
    free(weights);
    samples_free(&data);
}

static void losses_without_estimates_are_refused_before_they_are_fitted(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 9);
    linclass_fit_options fit = selecting_exactly();
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.leave_one_out = 1;
    fit.loss = LINCLASS_LOSS_SQUARED_HINGE;
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_UNSUPPORTED,
                             "not of the squared hinge loss");
    fit.loss = LINCLASS_LOSS_SOFTMAX;
    fit.label_smoothing = 0.1;
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_UNSUPPORTED,
                             "not to smoothed labels");
    fit.label_smoothing = 0;
    options.leave_one_out = 2;
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                             "leave_one_out is 2");
    samples_free(&data);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 11);
    const linclass_path_options right = selecting_options();
    linclass_path_options options = right;
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    options.count = 0;
    assert_selecting_refused(linclass_fit_path, &data, &options, invalid,
                             "options.count is 0, not >= 1");
    options = right;
    options.ratio = 1;
    assert_selecting_refused(linclass_fit_path, &data, &options, invalid,
                             "options.ratio is 1, not >= 0 and < 1");
    options.ratio = NAN;
    assert_selecting_refused(linclass_fit_path, &data, &options, invalid, "options.ratio is nan");
    options = right;
    options.l1_ratio = 1.5;
    assert_selecting_refused(linclass_fit_path, &data, &options, invalid,
                             "options.l1_ratio is 1.5, not 0..1");
    options = right;
    options.select_by = 2;
    assert_selecting_refused(linclass_fit_path, &data, &options, invalid, "options.select_by is 2");
    options = right;
    options.reserved = 1;
    assert_selecting_refused(linclass_fit_path, &data, &options, invalid, "options.reserved is 1");
    options = right;
    options.count = INT64_MAX;
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_MEMORY, "memory");
    samples_free(&data);
}

static void wrong_lambdas_are_refused_with_their_index(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 12);
    static const struct {
        double lambdas[3];
        const char *words;
    } wrong[] = {
        {{3, 2, -1}, "options.lambdas[2] is -1, not finite and >= 0"},
        {{3, NAN, 1}, "options.lambdas[1] is nan"},
        {{INFINITY, 2, 1}, "options.lambdas[0] is inf"},
        {{3, 2, 2}, "options.lambdas[2] is 2, not less than the one before, 2"},
        {{1, 2, 3}, "options.lambdas[1] is 2, not less than the one before, 1"},
    };
    linclass_path_options options = selecting_options();
    options.count = 3;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        options.lambdas = wrong[i].lambdas;
        assert_selecting_refused(linclass_fit_path, &data, &options,
                                 LINCLASS_ERROR_INVALID_ARGUMENT, wrong[i].words);
    }
    samples_free(&data);
}

static void wrong_fits_are_refused(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, 3, 13);
    linclass_fit_options fit = samples_options();
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    fit.l2 = 0.5;
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                             "options.fit->l2 is 0.5, not 0");
    fit = samples_options();
    fit.solver = LINCLASS_SOLVER_SGD;
    options.l1_ratio = 1;
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_UNSUPPORTED,
                             "l1 penalty");
    fit = samples_options();
    for (int64_t e = 0; e < data.m * data.n; e++)
        data.X[e] = 0;
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_NUMERIC,
                             "the gradient at the null model is 0");
    samples_free(&data);
}

static void nothing_is_known_of_no_selection(void **state)
{
    (void)state;
    linclass_candidate candidate;
    linclass_candidate_init(&candidate, sizeof candidate);
    assert_int_equal(linclass_selection_count(NULL), 0);
    assert_int_equal(linclass_selection_folds(NULL), 0);
    assert_int_equal(linclass_selection_best(NULL), -1);
    assert_int_equal(linclass_selection_one_standard_error(NULL), -1);
    assert_null(linclass_selection_model(NULL, 0));
    assert_null(linclass_selection_take_model(NULL, 0));
    assert_null(linclass_selection_fold_losses(NULL));
    assert_null(linclass_selection_fold_errors(NULL));
    assert_int_equal(linclass_selection_candidate(NULL, 0, &candidate),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_selection_destroy(NULL);
}

static void lack_of_memory_is_survived(void **state)
{
    (void)state;
    samples data = samples_new(60, 3, 3, 14);
    linclass_path_options options = selecting_options();
    options.count = 2;
    options.l1_ratio = 0.5;
    assert_selecting_survives(linclass_fit_path, &data, &options);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_lambda_is_the_gradient_at_the_null_model),
        cmocka_unit_test(lambdas_are_evenly_spaced_in_their_logarithms),
        cmocka_unit_test(every_weight_is_0_at_lambda_max_and_not_below),
        cmocka_unit_test(warm_starts_end_where_cold_ones_do),
        cmocka_unit_test(validation_rows_tell_the_best),
        cmocka_unit_test(the_number_of_threads_changes_no_bit),
        cmocka_unit_test(it_ends_when_told_to_with_what_is_finished),
        cmocka_unit_test(a_fit_that_diverges_leaves_a_gap),
        cmocka_unit_test(a_model_taken_is_the_callers),
        cmocka_unit_test(it_starts_from_the_initial_model),
        cmocka_unit_test(rows_left_out_one_by_one_choose),
        cmocka_unit_test(losses_without_estimates_are_refused_before_they_are_fitted),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(wrong_lambdas_are_refused_with_their_index),
        cmocka_unit_test(wrong_fits_are_refused),
        cmocka_unit_test(nothing_is_known_of_no_selection),
        cmocka_unit_test(lack_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
