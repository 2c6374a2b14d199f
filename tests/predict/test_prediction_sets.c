/* Prediction sets on cases worked by hand, against a definition that sorts and counts; the coverage of many
 * splits; ranks of the quantile; the file. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"
#include "support/noise.h"

static linclass_model *calibrated_for(linclass_context *ctx, linclass_model *model,
                                      const linclass_matrix *X, const int64_t *y, int32_t method)
{
    linclass_model *made;
    assert_int_equal(linclass_model_calibrate_sets(ctx, model, X, y, method, &made), LINCLASS_OK);
    assert_int_equal(linclass_model_sets(made), method);
    assert_int_equal(linclass_model_sets_samples(made), X->rows);
    return made;
}

/* Probabilities 1/2, 1/3, 1/6 for every row; four held-out rows with labels 0, 0, 1, 2. */
static void four_rows_by_hand(void **state)
{
    (void)state;
    const double scores[3] = {log(3), log(2), 0};
    const int64_t y[4] = {2, 0, 1, 0};
    linclass_context *ctx = context_of(1);
    linclass_model *model = model_of_scores(ctx, 3, scores);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 0, NULL, 0);
    /* method; coverage; the set; its threshold. Nonconformities of the labels are, LAC: 1/2, 1/2, 2/3,
     * 5/6; APS: 0, 0, 1/2, 5/6. Ranks: ceil(5 coverage). */
    const struct {
        int32_t method;
        double coverage;
        uint8_t set[3];
        double threshold;
    } cases[] = {
        {LINCLASS_SETS_LAC, 0.1, {1, 0, 0}, 0.5},
        {LINCLASS_SETS_LAC, 0.4, {1, 0, 0}, 0.5},
        {LINCLASS_SETS_LAC, 0.41, {1, 1, 0}, 2.0 / 3},
        {LINCLASS_SETS_LAC, 0.6, {1, 1, 0}, 2.0 / 3},
        {LINCLASS_SETS_LAC, 0.8, {1, 1, 1}, 5.0 / 6},
        {LINCLASS_SETS_LAC, 0.81, {1, 1, 1}, INFINITY},
        {LINCLASS_SETS_APS, 0.4, {1, 0, 0}, 0},
        {LINCLASS_SETS_APS, 0.6, {1, 1, 0}, 0.5},
        {LINCLASS_SETS_APS, 0.61, {1, 1, 1}, 5.0 / 6},
        {LINCLASS_SETS_APS, 0.9, {1, 1, 1}, INFINITY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        linclass_model *made = calibrated_for(ctx, model, &X, y, cases[i].method);
        const double threshold = linclass_model_sets_threshold(made, cases[i].coverage);
        if (isinf(cases[i].threshold))
            assert_true(isinf(threshold));
        else
            assert_near(threshold, cases[i].threshold, 1e-15);
        uint8_t sets[4 * 3];
        assert_int_equal(linclass_model_predict_sets(ctx, made, &X, cases[i].coverage, sets, 3),
                         LINCLASS_OK);
        for (int row = 0; row < 4; row++)
            assert_memory_equal(sets + row * 3, cases[i].set, 3);
        linclass_model_destroy(made);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* (m + 1) coverage is an integer for these, also where the double of the coverage is above the decimal. */
static void ranks_are_of_the_decimal_coverage(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const double theta[2] = {0, 1};
    double x[99];
    int64_t y[99];
    for (int i = 0; i < 99; i++) {
        x[i] = i;
        y[i] = 0; /* of probability 1 / (1 + exp(i)): nonconformity ascends with i */
    }
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_LOGISTIC, LINCLASS_FLOAT64, 1, 2,
                                           theta, 2, NULL, NULL, &model),
                     LINCLASS_OK);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 99, 1, x, 1);
    linclass_model *made = calibrated_for(ctx, model, &X, y, LINCLASS_SETS_LAC);
    for (int percent = 1; percent <= 30; percent++)
        assert_near(linclass_model_sets_threshold(made, percent / 100.0),
                    1 - 1 / (1 + exp(percent - 1)), 1e-15);
    assert_true(isnan(linclass_model_sets_threshold(made, 0)));
    assert_true(isnan(linclass_model_sets_threshold(made, 1)));
    assert_true(isnan(linclass_model_sets_threshold(made, (double)NAN)));
    assert_true(isnan(linclass_model_sets_threshold(model, 0.5)));
    linclass_model_destroy(made);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* The nonconformity of class j, by sorting nothing: the classes before it are counted. */
static double nonconformity(int32_t method, int64_t k, const double *p, int64_t j)
{
    if (method == LINCLASS_SETS_LAC)
        return 1 - p[j];
    double sum = 0;
    for (int64_t c = 0; c < k; c++)
        sum += p[c] > p[j] || (p[c] == p[j] && c < j) ? p[c] : 0;
    return sum;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check_definition(linclass_context *ctx, int32_t dtype, int64_t k, int32_t method)
{
    enum { HELD_OUT = 150, ROWS = 60, N = 4, MOST_K = 30 };
    linclass_model *model = random_model(ctx, dtype, N, k, 1, (uint64_t)k);
    linclass_matrix X;
    linclass_matrix X_new;
    void *samples = random_samples(LINCLASS_FLOAT32, HELD_OUT, N, 5, &X);
    void *samples_new = random_samples(LINCLASS_FLOAT32, ROWS, N, 6, &X_new);
    int64_t y[HELD_OUT];
    uint64_t noise = 9;
    for (int i = 0; i < HELD_OUT; i++)
        y[i] = 3 * noise_below(&noise, k) - k;
    linclass_model *warm;
    assert_int_equal(linclass_model_with_temperature(ctx, model, 0.7, &warm), LINCLASS_OK);
    linclass_model *made = calibrated_for(ctx, warm, &X, y, method);
    static double p[HELD_OUT * MOST_K];
    double s[HELD_OUT];
    linclass_model_probabilities(ctx, warm, &X, LINCLASS_FLOAT64, p, k);
    for (int64_t i = 0; i < HELD_OUT; i++)
        s[i] = nonconformity(method, k, p + i * k, (y[i] + k) / 3);
    qsort(s, HELD_OUT, sizeof *s, ascending);
    static uint8_t sets[ROWS * (MOST_K + 2)];
    memset(sets, 7, sizeof sets);
    assert_int_equal(linclass_model_predict_sets(ctx, made, &X_new, 0.8, sets, k + 2), LINCLASS_OK);
    /* ceil(151 * 0.8) = 121 */
    const double threshold = linclass_model_sets_threshold(made, 0.8);
    assert_near(threshold, s[120], 1e-14);
    linclass_model_probabilities(ctx, warm, &X_new, LINCLASS_FLOAT64, p, k);
    for (int64_t i = 0; i < ROWS; i++) {
        for (int64_t j = 0; j < k; j++) {
            const double its = nonconformity(method, k, p + i * k, j);
            if (fabs(its - threshold) > 1e-13) /* else the order of the sum decides */
                assert_int_equal(sets[i * (k + 2) + j], its < threshold);
        }
        assert_int_equal(sets[i * (k + 2) + k], 7);
    }
    linclass_model_destroy(made);
    linclass_model_destroy(warm);
    linclass_model_destroy(model);
    free(samples);
    free(samples_new);
}

static void sets_are_those_of_the_definition(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(3);
    for (int64_t k = 1; k <= 30; k = 2 * k + 1)
        for (int32_t method = LINCLASS_SETS_LAC; method <= LINCLASS_SETS_APS; method++) {
            check_definition(ctx, LINCLASS_FLOAT32, k, method);
            check_definition(ctx, LINCLASS_FLOAT64, k, method);
        }
    linclass_context_destroy(ctx);
}

/* Each held-out row in turn is the further row: with its label's nonconformity among m + 1 exchangeable ones without
 * ties, exactly r of m + 1 leave-one-out splits cover, r = ceil((m + 1) coverage). */
static void leave_one_out_covers_as_often_as_promised(void **state)
{
    (void)state;
    enum { M = 41, N = 3, K = 5 };
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, K, 1, 2);
    linclass_matrix X;
    double *samples = random_samples(LINCLASS_FLOAT64, M, N, 3, &X);
    int64_t y[M];
    uint64_t noise = 4;
    for (int i = 0; i < M; i++)
        y[i] = 3 * noise_below(&noise, K) - K;
    int covered = 0;
    for (int out = 0; out < M; out++) {
        double rest[(M - 1) * N];
        int64_t y_rest[M - 1];
        for (int i = 0, next = 0; i < M; i++) {
            if (i == out)
                continue;
            memcpy(rest + next * N, samples + i * N, N * sizeof *rest);
            y_rest[next++] = y[i];
        }
        linclass_matrix others;
        linclass_matrix one;
        linclass_matrix_init(&others, sizeof others, LINCLASS_FLOAT64, M - 1, N, rest, N);
        linclass_matrix_init(&one, sizeof one, LINCLASS_FLOAT64, 1, N, samples + out * N, N);
        linclass_model *made = calibrated_for(ctx, model, &others, y_rest, LINCLASS_SETS_LAC);
        uint8_t set[K];
        assert_int_equal(linclass_model_predict_sets(ctx, made, &one, 0.75, set, K), LINCLASS_OK);
        covered += set[(y[out] + K) / 3];
        linclass_model_destroy(made);
    }
    assert_int_equal(covered, 31); /* ceil(41 * 0.75) */
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
}

static void the_file_keeps_the_sets(void **state)
{
    (void)state;
    enum { M = 30, N = 3, K = 4 };
    static char bytes[1 << 16];
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 2);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, M, N, 3, &X);
    int64_t y[M];
    for (int i = 0; i < M; i++)
        y[i] = 3 * (i % K) - K;
    linclass_model *made = calibrated_for(ctx, model, &X, y, LINCLASS_SETS_APS);
    linclass_model *named;
    linclass_model *loaded;
    linclass_model *warmer;
    int64_t length;
    assert_int_equal(linclass_model_with_metadata(ctx, made, "a", "b", &named), LINCLASS_OK);
    assert_int_equal(linclass_model_serialize(ctx, named, bytes, sizeof bytes, &length),
                     LINCLASS_OK);
    assert_non_null(strstr(bytes + 8, "\"schema\":\"2\""));
    assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &loaded), LINCLASS_OK);
    assert_true(models_equal(named, loaded));
    assert_true(models_equal(made, loaded));
    /* Another temperature, other probabilities: the nonconformities are no longer theirs. */
    assert_int_equal(linclass_model_with_temperature(ctx, loaded, 2, &warmer), LINCLASS_OK);
    assert_int_equal(linclass_model_sets(warmer), 0);
    assert_int_equal(linclass_model_sets_samples(warmer), 0);
    linclass_model_destroy(warmer);
    linclass_model_destroy(loaded);
    linclass_model_destroy(named);
    linclass_model_destroy(made);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const double scores[2] = {0, 1};
    const int64_t y[2] = {0, 1};
    uint8_t sets[4];
    linclass_model *model = model_of_scores(ctx, 2, scores);
    linclass_model *none = model;
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 2, 0, NULL, 0);
    assert_int_equal(linclass_model_predict_sets(ctx, model, &X, 0.5, sets, 2),
                     LINCLASS_ERROR_UNSUPPORTED);
    assert_int_equal(linclass_model_calibrate_sets(ctx, model, &X, y, 3, &none),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_null(none);
    assert_int_equal(linclass_model_calibrate_sets(ctx, model, &X, NULL, 1, &none),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_calibrate_sets(ctx, model, &X, y, 1, NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_model *made = calibrated_for(ctx, model, &X, y, LINCLASS_SETS_LAC);
    const double coverages[] = {0, 1, -1, 2, (double)NAN};
    for (size_t i = 0; i < sizeof coverages / sizeof coverages[0]; i++)
        assert_int_equal(linclass_model_predict_sets(ctx, made, &X, coverages[i], sets, 2),
                         LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_predict_sets(ctx, made, &X, 0.5, NULL, 2),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_predict_sets(ctx, made, &X, 0.5, sets, 1),
                     LINCLASS_ERROR_DIMENSION);
    X.rows = 0;
    assert_int_equal(linclass_model_calibrate_sets(ctx, model, &X, y, 1, &none),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_predict_sets(ctx, made, &X, 0.5, NULL, 2), LINCLASS_OK);
    linclass_model_destroy(made);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    enum { M = 30, N = 3, K = 4 };
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 2);
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_FLOAT32, M, N, 3, &X);
    int64_t y[M];
    for (int i = 0; i < M; i++)
        y[i] = 3 * (i % K) - K;
    memory_rounds r = memory_rounds_begin(2);
    while (memory_rounds_next(&r)) {
        uint8_t sets[M * K];
        linclass_model *made;
        linclass_status status =
            linclass_model_calibrate_sets(r.ctx, model, &X, y, LINCLASS_SETS_APS, &made);
        if (status == LINCLASS_OK)
            status = linclass_model_predict_sets(r.ctx, made, &X, 0.5, sets, K);
        else
            assert_null(made);
        (void)memory_rounds_failed(&r, status);
        linclass_model_destroy(made);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_rows_by_hand),
        cmocka_unit_test(ranks_are_of_the_decimal_coverage),
        cmocka_unit_test(sets_are_those_of_the_definition),
        cmocka_unit_test(leave_one_out_covers_as_often_as_promised),
        cmocka_unit_test(the_file_keeps_the_sets),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
