/* Temperature scaling against bisection in long double; rows without a temperature; what a calibrated model
 * predicts; its file. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"
#include "support/noise.h"

enum { MAX_K = 12, M = 400, N = 5 };

/* Labels drawn with the probabilities softmax(h / true_temperature), so that calibration has something to find. */
static int64_t *drawn_labels(const linclass_model *model, const linclass_matrix *X,
                             long double true_temperature, uint64_t seed)
{
    const int64_t k = linclass_model_classes(model);
    int64_t *y = malloc((size_t)X->rows * sizeof *y);
    for (int64_t i = 0; i < X->rows; i++) {
        long double p[MAX_K];
        long double sum = 0;
        for (int64_t j = 0; j < k; j++)
            sum += p[j] = expl(reference_score(model, X, i, j) / true_temperature);
        long double left = sum * (long double)noise_below(&seed, 1 << 30) / (1 << 30);
        int64_t j = 0;
        while (j < k - 1 && left >= p[j])
            left -= p[j++];
        y[i] = linclass_model_labels(model)[j];
    }
    return y;
}

static int64_t class_of(const linclass_model *model, int64_t label)
{
    int64_t class = 0;
    while (linclass_model_labels(model)[class] != label)
        class ++;
    return class;
}

/* The derivative in b of the mean cross-entropy of softmax(b h), and that mean itself. */
static long double slope(const linclass_model *model, const linclass_matrix *X, const int64_t *y,
                         const double *weights, long double b, long double *loss)
{
    const int64_t k = linclass_model_classes(model);
    long double derivative = 0;
    long double total = 0;
    *loss = 0;
    for (int64_t i = 0; i < X->rows; i++) {
        const long double weight = weights == NULL ? 1 : (long double)weights[i];
        const long double own = reference_score(model, X, i, class_of(model, y[i]));
        long double highest = own;
        for (int64_t j = 0; j < k; j++)
            highest = fmaxl(highest, reference_score(model, X, i, j));
        long double sum = 0;
        long double mean = 0;
        for (int64_t j = 0; j < k; j++) {
            const long double h = reference_score(model, X, i, j);
            sum += expl(b * (h - highest));
            mean += (h - own) * expl(b * (h - highest));
        }
        derivative += weight * mean / sum;
        *loss += weight * (logl(sum) + b * (highest - own));
        total += weight;
    }
    *loss /= total;
    return derivative / total;
}

static long double reference_temperature(const linclass_model *model, const linclass_matrix *X,
                                         const int64_t *y, const double *weights, long double *loss)
{
    long double low = 1e-12L;
    long double high = 1e12L;
    for (int step = 0; step < 200; step++) {
        const long double middle = sqrtl(low * high);
        if (slope(model, X, y, weights, middle, loss) > 0)
            high = middle;
        else
            low = middle;
    }
    return 1 / low;
}

static void the_temperature_is_that_of_the_lowest_cross_entropy(void **state)
{
    (void)state;
    static const int32_t dtypes[] = {LINCLASS_FLOAT32, LINCLASS_FLOAT64};
    static const long double true_temperatures[] = {0.05L, 0.7L, 1, 6};
    linclass_context *ctx = context_of(2);
    for (int d = 0; d < 2; d++)
        for (int64_t k = 2; k <= 10; k += 4)
            for (int t = 0; t < 4; t++) {
                linclass_model *model = random_model(ctx, dtypes[d], N, k, 1, (uint64_t)k);
                linclass_matrix X;
                void *samples = random_samples(LINCLASS_FLOAT64, M, N, 7, &X);
                int64_t *y = drawn_labels(model, &X, true_temperatures[t], 11);
                double weights[M];
                for (int i = 0; i < M; i++)
                    weights[i] = i % 3;
                linclass_calibration found;
                linclass_calibration_init(&found, sizeof found);
                found.sample_weight = (t & 1) != 0 ? weights : NULL;
                linclass_model *calibrated;
                assert_int_equal(linclass_model_calibrate(ctx, model, &X, y, &found, &calibrated),
                                 LINCLASS_OK);
                long double loss;
                const double T =
                    (double)reference_temperature(model, &X, y, found.sample_weight, &loss);
                /* The minimum is flat: rounding of scores in single precision, 1e-7 of them, moves it as
                 * much relative to T. */
                const double tolerance = dtypes[d] == LINCLASS_FLOAT32 ? 1e-5 : 1e-11;
                assert_near(found.temperature / T, 1, tolerance);
                assert_near(found.loss, (double)loss, tolerance);
                (void)slope(model, &X, y, found.sample_weight, 1, &loss);
                assert_near(found.uncalibrated_loss, (double)loss, tolerance);
                assert_true(found.temperature == linclass_model_temperature(calibrated));
                linclass_model_destroy(calibrated);
                linclass_model_destroy(model);
                free(y);
                free(samples);
            }
    linclass_context_destroy(ctx);
}

static void two_rows_by_hand(void **state)
{
    (void)state;
    /* Scores (0, 1) for every row, and class 1 in 3 rows of 4: sigmoid(1 / T) = 3/4, so T = 1 / log 3. With
     * the mean confidence 3/4 and 3 of 4 right, the calibration error is 0. */
    const double scores[2] = {0, 1};
    const int64_t y[4] = {1, 0, 1, 1};
    linclass_context *ctx = context_of(1);
    linclass_model *model = model_of_scores(ctx, 2, scores);
    linclass_model *calibrated;
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 0, NULL, 0);
    linclass_calibration found;
    linclass_calibration_init(&found, sizeof found);
    assert_int_equal(linclass_model_calibrate(ctx, model, &X, y, &found, &calibrated), LINCLASS_OK);
    assert_near(found.temperature, 1 / log(3), 1e-14);
    assert_near(found.loss, log(4) - 0.75 * log(3), 1e-14);
    assert_near(found.uncalibrated_loss, log1p(exp(1)) - 0.75, 1e-14);
    assert_near(found.calibration_error, 0, 1e-14);
    assert_near(found.uncalibrated_calibration_error, fabs(1 / (1 + exp(-1)) - 0.75), 1e-14);
    linclass_model_destroy(calibrated);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void refuse(linclass_context *ctx, const double *scores, int64_t m, const int64_t *y,
                   const double *weights, linclass_status expected, const char *piece)
{
    linclass_model *model = model_of_scores(ctx, 2, scores);
    linclass_model *calibrated = model;
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, m, 0, NULL, 0);
    linclass_calibration found;
    linclass_calibration_init(&found, sizeof found);
    found.sample_weight = weights;
    assert_refused(ctx, linclass_model_calibrate(ctx, model, &X, y, &found, &calibrated), expected,
                   piece);
    assert_null(calibrated);
    linclass_model_destroy(model);
}

static void rows_without_a_temperature_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const double scores[2] = {0, 1};
    const double equal[2] = {2, 2};
    const int64_t y[4] = {1, 1, 0, 0};
    const double last_weightless[3] = {1, 1, 0};
    const double negative[2] = {1, -1};
    const double none[2] = {0, 0};
    const int64_t unknown[1] = {2};
    refuse(ctx, scores, 2, y, NULL, LINCLASS_ERROR_NUMERIC, "towards temperature 0");
    refuse(ctx, scores, 3, y, last_weightless, LINCLASS_ERROR_NUMERIC, "towards temperature 0");
    refuse(ctx, equal, 4, y, NULL, LINCLASS_ERROR_NUMERIC, "towards temperature 0");
    refuse(ctx, scores, 4, y, NULL, LINCLASS_ERROR_NUMERIC, "infinite temperature");
    refuse(ctx, scores, 2, y + 2, NULL, LINCLASS_ERROR_NUMERIC, "infinite temperature");
    refuse(ctx, scores, 0, y, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "no rows");
    refuse(ctx, scores, 2, y, none, LINCLASS_ERROR_INVALID_ARGUMENT, "no rows");
    refuse(ctx, scores, 2, y, negative, LINCLASS_ERROR_INVALID_ARGUMENT, "sample_weight");
    refuse(ctx, scores, 1, unknown, NULL, LINCLASS_ERROR_LABEL, "y[0]");
    refuse(ctx, scores, 1, NULL, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL");
    linclass_context_destroy(ctx);
}

static void margins_have_no_probabilities_to_calibrate(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const double theta[2] = {0, 1};
    const double x[1] = {1};
    const int64_t y[1] = {0};
    linclass_model *model;
    linclass_model *calibrated;
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 1, 1, x, 1);
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_HINGE, LINCLASS_FLOAT64, 1, 2, theta,
                                           2, NULL, NULL, &model),
                     LINCLASS_OK);
    assert_refused(ctx, linclass_model_calibrate(ctx, model, &X, y, NULL, &calibrated),
                   LINCLASS_ERROR_UNSUPPORTED, "hinge");
    assert_int_equal(linclass_model_with_temperature(ctx, model, 2, &calibrated),
                     LINCLASS_ERROR_UNSUPPORTED);
    assert_int_equal(linclass_model_with_temperature(ctx, model, 1, &calibrated), LINCLASS_OK);
    linclass_model_destroy(calibrated);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void temperatures_out_of_range_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, 2, 3, 1, 1);
    const double impossible[] = {0, -1, 1e-31, 1e31, (double)INFINITY, (double)NAN};
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        linclass_model *changed = model;
        assert_int_equal(linclass_model_with_temperature(ctx, model, impossible[i], &changed),
                         LINCLASS_ERROR_INVALID_ARGUMENT);
        assert_null(changed);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* probabilities = softmax(h / T); evaluation's loss is of these; scores and labels are as before. */
static void a_calibrated_model_predicts_with_its_temperature(void **state)
{
    (void)state;
    enum { K = 4 };
    const double T = 2.5;
    linclass_context *ctx = context_of(2);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, K, 1, 5);
    linclass_model *calibrated;
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT64, M, N, 6, &X);
    int64_t *y = drawn_labels(model, &X, 1, 3);
    static double Z[M * K];
    static double before[M * K];
    static double after[M * K];
    static int64_t labels[M];
    static int64_t labels_after[M];
    assert_int_equal(linclass_model_with_temperature(ctx, model, T, &calibrated), LINCLASS_OK);
    assert_int_equal(linclass_model_probabilities(ctx, calibrated, &X, LINCLASS_FLOAT64, Z, K),
                     LINCLASS_OK);
    linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT64, before, K);
    linclass_model_scores(ctx, calibrated, &X, LINCLASS_FLOAT64, after, K);
    assert_memory_equal(before, after, sizeof before);
    linclass_model_predict(ctx, model, &X, labels);
    linclass_model_predict(ctx, calibrated, &X, labels_after);
    assert_memory_equal(labels, labels_after, sizeof labels);
    long double loss = 0;
    for (int64_t i = 0; i < M; i++) {
        long double sum = 0;
        for (int64_t j = 0; j < K; j++)
            sum += expl(reference_score(model, &X, i, j) / (long double)T);
        for (int64_t j = 0; j < K; j++)
            assert_near(Z[i * K + j],
                        (double)(expl(reference_score(model, &X, i, j) / (long double)T) / sum),
                        1e-14);
        loss -=
            logl(expl(reference_score(model, &X, i, class_of(model, y[i])) / (long double)T) / sum);
    }
    linclass_evaluation evaluation;
    linclass_evaluation_init(&evaluation, sizeof evaluation);
    linclass_model_evaluate(ctx, calibrated, &X, y, &evaluation);
    assert_near(evaluation.loss, (double)(loss / M), 1e-13);
    linclass_model_destroy(calibrated);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
    free(y);
}

/* The model keeps its temperature with other metadata, and in its file, which only readers take that know of it. */
static void the_temperature_is_kept(void **state)
{
    (void)state;
    static char bytes[1 << 16];
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, 3, 4, 1, 8);
    linclass_model *named;
    linclass_model *calibrated;
    linclass_model *loaded;
    int64_t length;
    assert_int_equal(linclass_model_with_metadata(ctx, model, "a", "b", &named), LINCLASS_OK);
    assert_int_equal(linclass_model_with_temperature(ctx, named, 0.1 + 0.2, &calibrated),
                     LINCLASS_OK);
    linclass_model_destroy(named);
    assert_string_equal(linclass_model_metadata(calibrated, "a"), "b");
    assert_int_equal(linclass_model_with_metadata(ctx, calibrated, "c", "d", &named), LINCLASS_OK);
    assert_true(linclass_model_temperature(named) == 0.1 + 0.2);
    assert_int_equal(linclass_model_serialize(ctx, named, bytes, sizeof bytes, &length),
                     LINCLASS_OK);
    assert_non_null(strstr(bytes + 8, "\"schema\":\"2\""));
    assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &loaded), LINCLASS_OK);
    assert_true(models_equal(named, loaded));
    assert_true(linclass_model_temperature(loaded) == 0.1 + 0.2);
    linclass_model_destroy(loaded);
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, sizeof bytes, &length),
                     LINCLASS_OK);
    assert_non_null(strstr(bytes + 8, "\"schema\":\"1\""));
    assert_null(strstr(bytes + 8, "temperature"));
    linclass_model_destroy(named);
    linclass_model_destroy(calibrated);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void the_bits_do_not_depend_on_the_number_of_threads(void **state)
{
    (void)state;
    static const int32_t threads[] = {1, 2, 3, 8, 16};
    double first = 0;
    for (int t = 0; t < 5; t++) {
        linclass_context *ctx = context_of(threads[t]);
        linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, 7, 1, 5);
        linclass_model *calibrated;
        linclass_matrix X;
        void *samples = random_samples(LINCLASS_FLOAT32, M, N, 6, &X);
        int64_t *y = drawn_labels(model, &X, 3, 3);
        assert_int_equal(linclass_model_calibrate(ctx, model, &X, y, NULL, &calibrated),
                         LINCLASS_OK);
        first = t == 0 ? linclass_model_temperature(calibrated) : first;
        assert_true(linclass_model_temperature(calibrated) == first);
        linclass_model_destroy(calibrated);
        linclass_model_destroy(model);
        linclass_context_destroy(ctx);
        free(samples);
        free(y);
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, 3, 1, 5);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, M, N, 6, &X);
    int64_t *y = drawn_labels(model, &X, 3, 3);
    memory_rounds r = memory_rounds_begin(2);
    while (memory_rounds_next(&r)) {
        linclass_model *calibrated;
        if (memory_rounds_failed(
                &r, linclass_model_calibrate(r.ctx, model, &X, y, NULL, &calibrated))) {
            assert_null(calibrated);
            assert_int_equal(linclass_model_calibrate(r.ctx, model, &X, y, NULL, &calibrated),
                             LINCLASS_OK);
        }
        linclass_model_destroy(calibrated);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_temperature_is_that_of_the_lowest_cross_entropy),
        cmocka_unit_test(two_rows_by_hand),
        cmocka_unit_test(rows_without_a_temperature_are_refused),
        cmocka_unit_test(margins_have_no_probabilities_to_calibrate),
        cmocka_unit_test(temperatures_out_of_range_are_refused),
        cmocka_unit_test(a_calibrated_model_predicts_with_its_temperature),
        cmocka_unit_test(the_temperature_is_kept),
        cmocka_unit_test(the_bits_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
