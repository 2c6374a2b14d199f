/* How a cross-validation ends: when it is told to, with what is finished; refusals; lack of memory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "selecting.h"
#include "support/context_of.h"

enum {
    ROWS = 150,
    FEATURES = 4,
    CLASSES = 3,
    FOLDS = SELECTING_FOLDS,
    LAMBDAS = SELECTING_LAMBDAS
};

typedef struct listener {
    int64_t calls;
    int64_t stop_at;
} listener;

/* First all rows, then fold after fold, the lambdas in order. */
static int32_t listen(const linclass_selection_progress *progress, void *user)
{
    listener *self = user;
    assert_int_equal(progress->candidate, self->calls % LAMBDAS);
    assert_int_equal(progress->fold, self->calls / LAMBDAS - 1);
    assert_int_equal(progress->folds, FOLDS);
    assert_true(isnan(progress->held_out_loss) == (progress->fold < 0));
    return ++self->calls == self->stop_at;
}

/* Stopped after so many fits: what is known then of candidates and folds. */
static void check_stopped(const samples *data, linclass_path_options options, int64_t fits)
{
    listener heard = {.stop_at = fits};
    options.progress = listen;
    options.progress_user = &heard;
    linclass_context *ctx = context_of(1);
    const linclass_matrix X = samples_view(data);
    linclass_selection *selection;
    assert_int_equal(linclass_cross_validate(ctx, &X, data->y, &options, &selection),
                     LINCLASS_STOPPED_BY_CALLBACK);
    const int64_t candidates = fits < LAMBDAS ? fits : LAMBDAS;
    const int64_t folds = fits / LAMBDAS - 1;
    assert_int_equal(linclass_selection_count(selection), candidates);
    const double *losses = linclass_selection_fold_losses(selection);
    for (int64_t i = 0; i < candidates; i++) {
        for (int64_t f = 0; f < FOLDS; f++)
            assert_true(isnan(losses[i * FOLDS + f]) == ((f + 1) * LAMBDAS + i >= fits));
        assert_true(isnan(selecting_candidate(selection, i).mean_loss) == (folds < 2));
    }
    assert_true((linclass_selection_best(selection) < 0) == (folds < 2));
    assert_true((linclass_selection_one_standard_error(selection) < 0) == (folds < 2));
    linclass_selection_destroy(selection);
    linclass_context_destroy(ctx);
}

static void it_ends_when_told_to_with_what_is_finished(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 27);
    const linclass_fit_options fit = samples_options();
    const linclass_path_options options = selecting_by_folds(&fit);
    for (int64_t fits = 1; fits <= LAMBDAS * (FOLDS + 1); fits++)
        check_stopped(&data, options, fits);
    samples_free(&data);
}

static void it_ends_when_the_time_is_over(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 28);
    linclass_fit_options fit = samples_options();
    fit.max_seconds = 1e-9;
    const linclass_path_options options = selecting_by_folds(&fit);
    linclass_context *ctx = context_of(1);
    const linclass_matrix X = samples_view(&data);
    linclass_selection *selection;
    assert_int_equal(linclass_cross_validate(ctx, &X, data.y, &options, &selection),
                     LINCLASS_TIME_LIMIT);
    assert_int_equal(linclass_selection_count(selection), 0);
    assert_int_equal(linclass_selection_best(selection), -1);
    linclass_selection_destroy(selection);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void wrong_folds_are_refused(void **state)
{
    (void)state;
    samples data = samples_new(20, FEATURES, 2, 29);
    for (int64_t i = 0; i < 20; i++)
        data.y[i] = i < 3 ? 40 : 30;
    linclass_path_options options = selecting_options();
    options.folds = 1;
    assert_selecting_refused(linclass_cross_validate, &data, &options,
                             LINCLASS_ERROR_INVALID_ARGUMENT, "options.folds is 1, not >= 2");
    options.folds = 4;
    assert_selecting_refused(linclass_cross_validate, &data, &options,
                             LINCLASS_ERROR_INVALID_ARGUMENT,
                             "options.folds is 4, label 40 has 3 rows: every fold must hold one");
    options.folds = 21;
    assert_selecting_refused(linclass_cross_validate, &data, &options,
                             LINCLASS_ERROR_INVALID_ARGUMENT,
                             "options.folds is 21, there are 20 rows");
    options.folds = INT64_MAX;
    assert_selecting_refused(linclass_cross_validate, &data, &options,
                             LINCLASS_ERROR_INVALID_ARGUMENT, "there are 20 rows");

    int64_t fold[20];
    for (int64_t i = 0; i < 20; i++)
        fold[i] = i % 2;
    options.folds = 2;
    options.fold = fold;
    fold[7] = 2;
    assert_selecting_refused(linclass_cross_validate, &data, &options,
                             LINCLASS_ERROR_INVALID_ARGUMENT, "options.fold[7] is 2, not in 0..1");
    fold[7] = 1;
    fold[0] = fold[1] = fold[2] = 1;
    assert_selecting_refused(linclass_cross_validate, &data, &options, LINCLASS_ERROR_LABEL,
                             "all rows of label 40 are in fold 1");
    samples_free(&data);
}

static void folds_without_weight_are_refused(void **state)
{
    (void)state;
    samples data = samples_new(20, FEATURES, 2, 30);
    int64_t fold[20];
    double weight[20];
    for (int64_t i = 0; i < 20; i++) {
        data.y[i] = i % 2;
        fold[i] = i / 10;
        weight[i] = i < 10;
    }
    linclass_fit_options fit = samples_options();
    fit.sample_weight = weight;
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.folds = 2;
    options.fold = fold;
    assert_selecting_refused(linclass_cross_validate, &data, &options,
                             LINCLASS_ERROR_INVALID_ARGUMENT,
                             "the rows of fold 1 have no weight in all");
    samples_free(&data);
}

/* In the caller's rows, not in those of a fold. */
static void a_sample_that_is_not_finite_is_named(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 31);
    data.X[120 * FEATURES + 2] = NAN;
    assert_selecting_refused(linclass_cross_validate, &data, NULL, LINCLASS_ERROR_NON_FINITE,
                             "120");
    samples_free(&data);
}

static void lack_of_memory_is_survived(void **state)
{
    (void)state;
    samples data = samples_new(60, 3, CLASSES, 32);
    double weight[60];
    for (int64_t i = 0; i < 60; i++)
        weight[i] = 1 + (double)(i % 2);
    linclass_fit_options fit = samples_options();
    fit.sample_weight = weight;
    fit.class_weight_balanced = 1;
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.count = 2;
    options.folds = 2;
    assert_selecting_survives(linclass_cross_validate, &data, &options);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_ends_when_told_to_with_what_is_finished),
        cmocka_unit_test(it_ends_when_the_time_is_over),
        cmocka_unit_test(wrong_folds_are_refused),
        cmocka_unit_test(folds_without_weight_are_refused),
        cmocka_unit_test(a_sample_that_is_not_finite_is_named),
        cmocka_unit_test(lack_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
