/* Cross-validation against fits made one by one, from zero, on copies of a fold's rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "selecting.h"
#include "support/context_of.h"

enum {
    ROWS = 150,
    FEATURES = 4,
    CLASSES = 3,
    FOLDS = SELECTING_FOLDS,
    LAMBDAS = SELECTING_LAMBDAS,
    IGNORED = 99
};

/* Rows of the data that are of a fold, or are not; ignored rows are of neither. */
typedef struct part {
    samples rows;
    double weight[ROWS];
    double weight_sum; /* with those of the classes */
} part;

typedef struct weighing {
    const double *sample; /* ROWS, or NULL */
    double of_class[CLASSES];
} weighing;

static part part_new(const samples *data, const int64_t *fold, int64_t number, int inside,
                     const weighing *weights)
{
    part self = {.rows = {.n = data->n, .k = data->k}};
    self.rows.X = calloc((size_t)(data->m * data->n), sizeof *self.rows.X);
    self.rows.y = calloc((size_t)data->m, sizeof *self.rows.y);
    assert_true(self.rows.X != NULL && self.rows.y != NULL);
    for (int64_t i = 0; i < data->m; i++) {
        if (data->y[i] == IGNORED || (fold[i] == number) != inside)
            continue;
        const int64_t place = self.rows.m++;
        memcpy(self.rows.X + place * data->n, data->X + i * data->n,
               (size_t)data->n * sizeof(double));
        self.rows.y[place] = data->y[i];
        self.weight[place] = weights->sample == NULL ? 1 : weights->sample[i];
        self.weight[place] *= weights->of_class[data->y[i]];
        self.weight_sum += self.weight[place];
    }
    return self;
}

/* Loss and error on the fold of a fit to the other rows, and the fold's weight. */
typedef struct measured {
    double loss;
    double error;
    double weight;
} measured;

static measured measure(const samples *data, const int64_t *fold, int64_t number,
                        const weighing *weights, const linclass_candidate *candidate)
{
    linclass_context *ctx = context_of(1);
    part outside = part_new(data, fold, number, 0, weights);
    part inside = part_new(data, fold, number, 1, weights);
    linclass_fit_options options = selecting_exactly();
    options.l1 = candidate->l1;
    options.l2 = candidate->l2;
    options.sample_weight = outside.weight;
    linclass_model *model = fitting_fit(ctx, &outside.rows, &options, NULL);
    const linclass_matrix X = samples_view(&inside.rows);
    linclass_evaluation found;
    linclass_evaluation_init(&found, sizeof found);
    found.sample_weight = inside.weight;
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, inside.rows.y, &found), LINCLASS_OK);
    const measured result = {found.loss, found.error, inside.weight_sum};
    linclass_model_destroy(model);
    samples_free(&inside.rows);
    samples_free(&outside.rows);
    linclass_context_destroy(ctx);
    return result;
}

/* The folds that linclass_folds makes of the rows that are not ignored. */
static void find_folds(const samples *data, uint64_t seed, int64_t *fold)
{
    int64_t rows[ROWS];
    int64_t labels[ROWS] = {0};
    int64_t made[ROWS];
    int64_t count = 0;
    for (int64_t i = 0; i < data->m; i++) {
        if (data->y[i] == IGNORED)
            continue;
        rows[count] = i;
        labels[count++] = data->y[i];
    }
    assert_int_equal(linclass_folds(NULL, count, labels, FOLDS, seed, made), LINCLASS_OK);
    for (int64_t i = 0; i < data->m; i++)
        fold[i] = -1;
    for (int64_t i = 0; i < count; i++)
        fold[rows[i]] = made[i];
}

/* Whether mean and standard error are those of the folds' figures, by their definition. */
static void assert_summary(const double *figures, const measured *folds, double mean, double error)
{
    long double weight = 0;
    long double sum = 0;
    long double squares = 0;
    for (int64_t f = 0; f < FOLDS; f++) {
        weight += folds[f].weight;
        sum += folds[f].weight * figures[f];
    }
    for (int64_t f = 0; f < FOLDS; f++)
        squares += folds[f].weight * powl(figures[f] - sum / weight, 2);
    assert_near("mean", mean, sum / weight, 1e-14);
    assert_near("standard error", error, sqrtl(squares / weight / (FOLDS - 1)), 1e-14);
}

static void check_against_single_fits(const samples *data, const linclass_path_options *options,
                                      const weighing *weights)
{
    int64_t fold[ROWS];
    find_folds(data, options->seed, fold);
    linclass_selection *selection = selecting(linclass_cross_validate, 2, data, options);
    assert_int_equal(linclass_selection_count(selection), LAMBDAS);
    assert_int_equal(linclass_selection_folds(selection), FOLDS);
    const double *losses = linclass_selection_fold_losses(selection);
    const double *errors = linclass_selection_fold_errors(selection);
    for (int64_t i = 0; i < LAMBDAS; i++) {
        const linclass_candidate candidate = selecting_candidate(selection, i);
        measured expected[FOLDS];
        for (int64_t f = 0; f < FOLDS; f++) {
            expected[f] = measure(data, fold, f, weights, &candidate);
            /* A gradient 1e-9 of its start leaves about as much of the way to the optimum. */
            assert_near("held-out loss", losses[i * FOLDS + f], expected[f].loss, 1e-7);
            assert_near("held-out error", errors[i * FOLDS + f], expected[f].error, 1e-14);
        }
        assert_summary(losses + i * FOLDS, expected, candidate.mean_loss,
                       candidate.loss_standard_error);
        assert_summary(errors + i * FOLDS, expected, candidate.mean_error,
                       candidate.error_standard_error);
    }
    linclass_selection_destroy(selection);
}

static void every_fold_is_a_fit_of_its_own(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 20);
    const weighing equal = {.of_class = {1, 1, 1}};
    const linclass_fit_options fit = selecting_exactly();
    linclass_path_options options = selecting_by_folds(&fit);
    static const double ratios[] = {0, 0.5, 1};
    for (int r = 0; r < 3; r++) {
        options.l1_ratio = ratios[r];
        check_against_single_fits(&data, &options, &equal);
    }
    samples_free(&data);
}

/* Sample weights, balanced classes by the rows of all folds, an ignore label: all at once. */
static void weights_and_ignored_rows_count_in_every_fold(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 21);
    double sample[ROWS];
    long double of_class[CLASSES] = {0};
    long double all = 0;
    for (int64_t i = 0; i < ROWS; i++) {
        sample[i] = (double)(1 + i % 3) / 2;
        if (i % 11 == 0)
            data.y[i] = IGNORED;
        else
            of_class[data.y[i]] += sample[i];
    }
    weighing weights = {.sample = sample};
    for (int c = 0; c < CLASSES; c++)
        all += of_class[c];
    for (int c = 0; c < CLASSES; c++)
        weights.of_class[c] = (double)(all / (CLASSES * of_class[c]));
    linclass_fit_options fit = selecting_exactly();
    fit.sample_weight = sample;
    fit.class_weight_balanced = 1;
    fit.has_ignore_label = 1;
    fit.ignore_label = IGNORED;
    linclass_path_options options = selecting_by_folds(&fit);
    options.l1_ratio = 0.5;
    check_against_single_fits(&data, &options, &weights);
    samples_free(&data);
}

/* One-hot probabilities are the labels; their labels need not be given. */
static void target_probabilities_are_taken_along(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 22);
    double one_hot[ROWS * CLASSES] = {0};
    for (int64_t i = 0; i < ROWS; i++)
        one_hot[i * CLASSES + data.y[i]] = 1;
    linclass_matrix soft;
    linclass_matrix_init(&soft, sizeof soft, LINCLASS_FLOAT64, ROWS, CLASSES, one_hot, CLASSES);
    linclass_fit_options fit = selecting_exactly();
    linclass_path_options options = selecting_by_folds(&fit);
    linclass_selection *hard = selecting(linclass_cross_validate, 1, &data, &options);
    fit.target_probabilities = &soft;
    samples without = data;
    without.y = NULL;
    linclass_selection *given = selecting(linclass_cross_validate, 1, &without, &options);
    for (int64_t i = 0; i < LAMBDAS * FOLDS; i++)
        assert_near("held-out loss", linclass_selection_fold_losses(given)[i],
                    linclass_selection_fold_losses(hard)[i], 1e-7);
    linclass_selection_destroy(given);
    linclass_selection_destroy(hard);
    samples_free(&data);
}

/* The classes of a fold are those of the columns, although a row is most probably of the first or second. */
static void a_class_that_is_nowhere_most_probable_is_one_in_every_fold(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 37);
    double p[ROWS * 3];
    for (int64_t i = 0; i < ROWS; i++) {
        p[3 * i] = i % 2 == 0 ? 0.5 : 0.25;
        p[3 * i + 1] = i % 2 == 0 ? 0.25 : 0.5;
        p[3 * i + 2] = 0.25;
    }
    linclass_matrix soft;
    linclass_matrix_init(&soft, sizeof soft, LINCLASS_FLOAT64, ROWS, 3, p, 3);
    linclass_fit_options fit = samples_options();
    fit.target_probabilities = &soft;
    const linclass_path_options options = selecting_by_folds(&fit);
    free(data.y);
    data.y = NULL;
    linclass_selection *selection = selecting(linclass_cross_validate, 1, &data, &options);
    assert_int_equal(linclass_model_classes(linclass_selection_model(selection, 0)), 3);
    for (int64_t i = 0; i < LAMBDAS * FOLDS; i++)
        assert_true(isfinite(linclass_selection_fold_losses(selection)[i]));
    linclass_selection_destroy(selection);
    samples_free(&data);
}

/* Rows of one class, which are not all there are of it, may be a fold. */
static void a_fold_may_lack_classes(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 38);
    int64_t fold[ROWS];
    int64_t of_first = 0;
    for (int64_t i = 0; i < ROWS; i++)
        fold[i] = data.y[i] == data.y[0] && of_first++ < 5 ? 0 : 1 + i % (FOLDS - 1);
    linclass_fit_options fit = samples_options();
    linclass_path_options options = selecting_by_folds(&fit);
    options.folds = FOLDS;
    options.fold = fold;
    linclass_selection *selection = selecting(linclass_cross_validate, 1, &data, &options);
    for (int64_t i = 0; i < LAMBDAS * FOLDS; i++)
        assert_true(isfinite(linclass_selection_fold_losses(selection)[i]));
    linclass_selection_destroy(selection);
    samples_free(&data);
}

static void one_class_is_refused(void **state)
{
    (void)state;
    samples data = samples_new(20, FEATURES, 1, 39);
    linclass_fit_options fit = samples_options();
    linclass_path_options options = selecting_by_folds(&fit);
    static const char WORDS[] = "holds one class only (label 0): a classifier needs at least two";
    assert_selecting_refused(linclass_cross_validate, &data, &options, LINCLASS_ERROR_LABEL, WORDS);
    assert_selecting_refused(linclass_fit_path, &data, &options, LINCLASS_ERROR_LABEL, WORDS);
    samples_free(&data);
}

/* Column-major bytes, scaled: what is copied is what was given. */
static void any_view_may_be_given(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 23);
    unsigned char bytes[FEATURES * ROWS];
    for (int64_t i = 0; i < ROWS; i++) {
        for (int64_t j = 0; j < FEATURES; j++) {
            bytes[j * ROWS + i] = (unsigned char)(128 + 30 * data.X[i * FEATURES + j]);
            data.X[i * FEATURES + j] = bytes[j * ROWS + i] * 0.25;
        }
    }
    const linclass_fit_options fit = selecting_exactly();
    const linclass_path_options options = selecting_by_folds(&fit);
    linclass_selection *expected = selecting(linclass_cross_validate, 1, &data, &options);
    linclass_matrix view = samples_view(&data);
    view.dtype = LINCLASS_UINT8;
    view.data = bytes;
    view.row_stride = 1;
    view.col_stride = ROWS;
    view.scale = 0.25;
    linclass_context *ctx = context_of(1);
    linclass_selection *found;
    assert_int_equal(linclass_cross_validate(ctx, &view, data.y, &options, &found), LINCLASS_OK);
    assert_same_selection(expected, found);
    linclass_selection_destroy(found);
    linclass_selection_destroy(expected);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void folds_may_be_given(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 24);
    const linclass_fit_options fit = samples_options();
    linclass_path_options options = selecting_by_folds(&fit);
    linclass_selection *made = selecting(linclass_cross_validate, 1, &data, &options);
    int64_t fold[ROWS];
    find_folds(&data, options.seed, fold);
    options.fold = fold;
    options.seed = 77;
    linclass_selection *given = selecting(linclass_cross_validate, 1, &data, &options);
    assert_same_selection(made, given);
    linclass_selection_destroy(given);
    options.fold = NULL;
    linclass_selection *other = selecting(linclass_cross_validate, 1, &data, &options);
    assert_memory_not_equal(linclass_selection_fold_losses(made),
                            linclass_selection_fold_losses(other), FOLDS * sizeof(double));
    linclass_selection_destroy(other);
    linclass_selection_destroy(made);
    samples_free(&data);
}

static void the_number_of_threads_changes_no_bit(void **state)
{
    (void)state;
    samples data = samples_new(3000, FEATURES, CLASSES, 25);
    const linclass_fit_options fit = samples_options();
    const linclass_path_options options = selecting_by_folds(&fit);
    linclass_selection *one = selecting(linclass_cross_validate, 1, &data, &options);
    for (int32_t threads = 2; threads <= 3; threads++) {
        linclass_selection *more = selecting(linclass_cross_validate, threads, &data, &options);
        assert_same_selection(one, more);
        linclass_selection_destroy(more);
    }
    linclass_selection_destroy(one);
    samples_free(&data);
}

/* The candidates are those of the path over all rows, and the choices follow from the means. */
static void models_are_of_all_rows_and_the_means_choose(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 26);
    const linclass_fit_options fit = samples_options();
    linclass_path_options options = selecting_by_folds(&fit);
    options.count = 12;
    options.ratio = 1e-6;
    linclass_selection *path = selecting(linclass_fit_path, 1, &data, &options);
    for (int32_t by = LINCLASS_SELECT_BY_LOSS; by <= LINCLASS_SELECT_BY_ERROR; by++) {
        options.select_by = by;
        linclass_selection *crossed = selecting(linclass_cross_validate, 1, &data, &options);
        double means[12];
        double limit = 0;
        int64_t best = 0;
        for (int64_t i = 0; i < options.count; i++) {
            const linclass_candidate c = selecting_candidate(crossed, i);
            assert_true(fitting_same(linclass_selection_model(path, i),
                                     linclass_selection_model(crossed, i)));
            means[i] = by == LINCLASS_SELECT_BY_LOSS ? c.mean_loss : c.mean_error;
            best = means[i] < means[best] ? i : best;
            if (best == i)
                limit = means[i] + (by == LINCLASS_SELECT_BY_LOSS ? c.loss_standard_error
                                                                  : c.error_standard_error);
        }
        int64_t first = 0;
        while (means[first] > limit)
            first++;
        assert_int_equal(linclass_selection_best(crossed), best);
        assert_int_equal(linclass_selection_one_standard_error(crossed), first);
        linclass_selection_destroy(crossed);
    }
    linclass_selection_destroy(path);
    samples_free(&data);
}

/* The caller's validation rows are reported on, and are none of the folds'. */
static void validation_rows_leave_the_folds_alone(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 33);
    samples other = samples_new(40, FEATURES, CLASSES, 34);
    const linclass_matrix validation = samples_view(&other);
    linclass_fit_options fit = samples_options();
    const linclass_path_options options = selecting_by_folds(&fit);
    linclass_selection *without = selecting(linclass_cross_validate, 1, &data, &options);
    fit.validation_X = &validation;
    fit.validation_y = other.y;
    linclass_selection *with = selecting(linclass_cross_validate, 1, &data, &options);
    assert_memory_equal(linclass_selection_fold_losses(with),
                        linclass_selection_fold_losses(without), LAMBDAS * FOLDS * sizeof(double));
    assert_int_equal(linclass_selection_best(with), linclass_selection_best(without));
    for (int64_t i = 0; i < LAMBDAS; i++) {
        assert_true(isfinite(selecting_candidate(with, i).validation_loss));
        assert_true(isnan(selecting_candidate(without, i).validation_loss));
    }
    linclass_selection_destroy(with);
    linclass_selection_destroy(without);
    samples_free(&other);
    samples_free(&data);
}

/* In a fold too: its figures are NaN there, its mean is, and it is never chosen. */
static void a_fit_that_diverges_is_never_chosen(void **state)
{
    (void)state;
    samples data = samples_new(ROWS, FEATURES, CLASSES, 35);
    linclass_fit_options fit = samples_options();
    fit.loss = LINCLASS_LOSS_HINGE;
    fit.solver = LINCLASS_SOLVER_SGD;
    fit.learning_rate = 1;
    fit.dtype = LINCLASS_FLOAT32;
    const double lambdas[] = {1e6, 1e-2, 1e-3, 1e-4};
    linclass_path_options options = selecting_by_folds(&fit);
    options.lambdas = lambdas;
    linclass_selection *selection = selecting(linclass_cross_validate, 1, &data, &options);
    for (int64_t f = 0; f < FOLDS; f++) {
        assert_true(isnan(linclass_selection_fold_losses(selection)[f]));
        assert_true(isfinite(linclass_selection_fold_losses(selection)[FOLDS + f]));
    }
    assert_true(isnan(selecting_candidate(selection, 0).mean_loss));
    assert_true(linclass_selection_best(selection) > 0);
    assert_true(linclass_selection_one_standard_error(selection) > 0);
    assert_int_equal(selecting_candidate(selection, 1).solver, LINCLASS_SOLVER_SGD);
    linclass_selection_destroy(selection);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fold_is_a_fit_of_its_own),
        cmocka_unit_test(weights_and_ignored_rows_count_in_every_fold),
        cmocka_unit_test(target_probabilities_are_taken_along),
        cmocka_unit_test(a_class_that_is_nowhere_most_probable_is_one_in_every_fold),
        cmocka_unit_test(a_fold_may_lack_classes),
        cmocka_unit_test(one_class_is_refused),
        cmocka_unit_test(any_view_may_be_given),
        cmocka_unit_test(folds_may_be_given),
        cmocka_unit_test(the_number_of_threads_changes_no_bit),
        cmocka_unit_test(models_are_of_all_rows_and_the_means_choose),
        cmocka_unit_test(validation_rows_leave_the_folds_alone),
        cmocka_unit_test(a_fit_that_diverges_is_never_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
