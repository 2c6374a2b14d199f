/* Metrics over arrays: the lectures' sixteen points, counting one pair at a time, weights against
 * repetition, averages, and what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "models.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/noise.h"

/* 9 predicted positive, 7 of them rightly; 10 positive. */
static const int64_t Y[16] = {1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0};
static const int64_t PREDICTED[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0};

static void lectures_sixteen_points(void **state)
{
    (void)state;
    double error;
    double confusion[2 * 2];
    double precision[2];
    double recall[2];
    double f1[2];
    double support[2];
    linclass_averages averages;
    assert_int_equal(linclass_error_rate(NULL, 16, Y, PREDICTED, NULL, &error), LINCLASS_OK);
    assert_int_equal(linclass_confusion(NULL, 16, 2, Y, PREDICTED, NULL, confusion, 2),
                     LINCLASS_OK);
    assert_int_equal(linclass_class_metrics(NULL, 2, confusion, 2, precision, recall, f1, support),
                     LINCLASS_OK);
    assert_int_equal(linclass_averages_init(&averages, sizeof averages), LINCLASS_OK);
    assert_int_equal(linclass_confusion_averages(NULL, 2, confusion, 2, &averages), LINCLASS_OK);
    const double expected[4] = {4, 2, 3, 7};
    assert_memory_equal(confusion, expected, sizeof confusion);
    assert_near(error, 5.0 / 16, 0);
    assert_near(precision[1], 7.0 / 9, 0);
    assert_near(recall[1], 7.0 / 10, 0);
    assert_near(f1[1], 14.0 / 19, 0);
    assert_near(precision[0], 4.0 / 7, 0);
    assert_near(recall[0], 4.0 / 6, 0);
    assert_near(support[0], 6, 0);
    assert_near(averages.accuracy, 11.0 / 16, 0);
    assert_near(averages.error, 5.0 / 16, 0);
    assert_near(averages.macro_precision, (4.0 / 7 + 7.0 / 9) / 2, 1e-16);
    assert_near(averages.macro_recall, (4.0 / 6 + 7.0 / 10) / 2, 1e-16);
    assert_near(averages.macro_f1, (8.0 / 13 + 14.0 / 19) / 2, 1e-16);
    assert_near(averages.micro_precision, 11.0 / 16, 0);
    assert_near(averages.micro_recall, 11.0 / 16, 0);
    assert_near(averages.micro_f1, 11.0 / 16, 0);
}

static void classes_that_do_not_occur_count_nothing_in_averages(void **state)
{
    (void)state;
    /* Class 1 never occurs but is predicted once; class 2 neither. */
    const double confusion[3 * 4] = {3, 1, 0, -77, 0, 0, 0, -77, 0, 0, 0, -77};
    double precision[3];
    double recall[3];
    double f1[3];
    linclass_averages averages;
    linclass_averages_init(&averages, sizeof averages);
    assert_int_equal(linclass_class_metrics(NULL, 3, confusion, 4, precision, recall, f1, NULL),
                     LINCLASS_OK);
    assert_int_equal(linclass_confusion_averages(NULL, 3, confusion, 4, &averages), LINCLASS_OK);
    assert_near(recall[1], 0, 0);
    assert_near(precision[2], 0, 0);
    assert_near(f1[2], 0, 0);
    assert_near(averages.macro_precision, 0.5, 0);
    assert_near(averages.macro_recall, 0.375, 0);
    assert_near(averages.accuracy, 0.75, 0);
}

static void no_rows_give_zeros(void **state)
{
    (void)state;
    double error = -77;
    double confusion[4];
    linclass_averages averages;
    linclass_averages_init(&averages, sizeof averages);
    assert_int_equal(linclass_error_rate(NULL, 0, NULL, NULL, NULL, &error), LINCLASS_OK);
    assert_near(error, 0, 0);
    assert_int_equal(linclass_confusion(NULL, 0, 2, NULL, NULL, NULL, confusion, 2), LINCLASS_OK);
    assert_int_equal(linclass_confusion_averages(NULL, 2, confusion, 2, &averages), LINCLASS_OK);
    assert_near(averages.accuracy, 0, 0);
    assert_near(averages.error, 0, 0);
    assert_near(averages.macro_f1, 0, 0);
}

enum { M = 200, K = 4 };

/* Rows with whole weights 0..3, and the same rows repeated so often. */
typedef struct weighted_rows {
    int64_t y[M];
    int64_t predicted[M];
    double scores[M];
    double weights[M];
    int64_t repeated;
    int64_t repeated_y[3 * M];
    int64_t repeated_predicted[3 * M];
    double repeated_scores[3 * M];
} weighted_rows;

static void make_rows(weighted_rows *rows, int64_t k, uint64_t seed)
{
    rows->repeated = 0;
    for (int64_t i = 0; i < M; i++) {
        rows->y[i] = noise_below(&seed, k);
        rows->predicted[i] = noise_below(&seed, 2) == 0 ? rows->y[i] : noise_below(&seed, k);
        rows->scores[i] = (double)noise_below(&seed, 20) / 7;
        const int64_t times = noise_below(&seed, 4);
        rows->weights[i] = (double)times;
        for (int64_t t = 0; t < times; t++) {
            rows->repeated_y[rows->repeated] = rows->y[i];
            rows->repeated_predicted[rows->repeated] = rows->predicted[i];
            rows->repeated_scores[rows->repeated++] = rows->scores[i];
        }
    }
}

static void a_weight_is_a_repetition(void **state)
{
    (void)state;
    static weighted_rows rows;
    make_rows(&rows, K, 7);
    double by_weight[K * K];
    double by_repetition[K * K];
    assert_int_equal(linclass_error_rate(NULL, M, rows.y, rows.predicted, rows.weights, by_weight),
                     LINCLASS_OK);
    assert_int_equal(linclass_error_rate(NULL, rows.repeated, rows.repeated_y,
                                         rows.repeated_predicted, NULL, by_repetition),
                     LINCLASS_OK);
    assert_near(by_weight[0], by_repetition[0], 0);
    assert_int_equal(
        linclass_confusion(NULL, M, K, rows.y, rows.predicted, rows.weights, by_weight, K),
        LINCLASS_OK);
    assert_int_equal(linclass_confusion(NULL, rows.repeated, K, rows.repeated_y,
                                        rows.repeated_predicted, NULL, by_repetition, K),
                     LINCLASS_OK);
    assert_memory_equal(by_weight, by_repetition, sizeof by_weight);
}

static void the_area_is_that_of_all_pairs(void **state)
{
    (void)state;
    static weighted_rows rows;
    for (uint64_t seed = 0; seed < 20; seed++) {
        make_rows(&rows, 2, seed);
        long double pairs = 0;
        long double area = 0;
        for (int64_t i = 0; i < M; i++)
            for (int64_t j = 0; j < M; j++) {
                if (rows.y[i] != 1 || rows.y[j] != 0)
                    continue;
                const long double weight = (long double)rows.weights[i] * rows.weights[j];
                pairs += weight;
                if (rows.scores[i] > rows.scores[j])
                    area += weight;
                if (rows.scores[i] == rows.scores[j])
                    area += weight / 2;
            }
        double weighted;
        double repeated;
        float scores[M];
        double of_float;
        for (int64_t i = 0; i < M; i++)
            scores[i] = (float)rows.scores[i]; /* the order stays */
        assert_int_equal(
            linclass_roc_auc_f64(NULL, M, rows.scores, rows.y, rows.weights, &weighted),
            LINCLASS_OK);
        assert_int_equal(linclass_roc_auc_f64(NULL, rows.repeated, rows.repeated_scores,
                                              rows.repeated_y, NULL, &repeated),
                         LINCLASS_OK);
        assert_int_equal(linclass_roc_auc_f32(NULL, M, scores, rows.y, rows.weights, &of_float),
                         LINCLASS_OK);
        assert_near(weighted, (double)(area / pairs), 1e-15);
        assert_near(repeated, weighted, 1e-15);
        assert_near(of_float, weighted, 0);
    }
}

static void the_area_of_known_orders(void **state)
{
    (void)state;
    static const struct {
        double scores[4];
        int64_t y[4];
        double auc;
    } known[] = {
        {{1, 2, 3, 4}, {0, 0, 1, 1}, 1},
        {{4, 3, 2, 1}, {0, 0, 1, 1}, 0},
        {{5, 5, 5, 5}, {0, 1, 1, 0}, 0.5},
        {{0.1, 0.4, 0.35, 0.8},
         {0, 0, 1, 1},
         0.75}, /* the example of scikit-learn's roc_auc_score */
        {{-INFINITY, INFINITY, 0, 1}, {0, 1, 1, 0}, 0.75},
        {{0.0, -0.0, 0.0, -0.0}, {0, 1, 1, 0}, 0.5},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        double auc;
        assert_int_equal(linclass_roc_auc_f64(NULL, 4, known[i].scores, known[i].y, NULL, &auc),
                         LINCLASS_OK);
        assert_near(auc, known[i].auc, 0);
    }
}

/* Tiny and huge weights: their products are beyond the range of double. */
static void the_area_does_not_depend_on_the_unit_of_weight(void **state)
{
    (void)state;
    static weighted_rows rows;
    make_rows(&rows, 2, 3);
    double plain;
    double scaled;
    assert_int_equal(linclass_roc_auc_f64(NULL, M, rows.scores, rows.y, rows.weights, &plain),
                     LINCLASS_OK);
    static const int exponents[] = {-1000, -1074, 1000};
    for (int e = 0; e < 3; e++) {
        double weights[M];
        for (int64_t i = 0; i < M; i++)
            weights[i] = ldexp(rows.weights[i], exponents[e]);
        assert_int_equal(linclass_roc_auc_f64(NULL, M, rows.scores, rows.y, weights, &scaled),
                         LINCLASS_OK);
        assert_near(scaled, plain, 0);
    }
}

static void bad_arguments_are_refused_in_words(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    double out[16] = {-77};
    const int64_t outside[3] = {0, 1, 2};
    const int64_t inside[3] = {0, 1, 1};
    const int64_t one_class[3] = {1, 1, 1};
    const double scores[3] = {1, 2, 3};
    const double with_nan[3] = {1, 2, NAN};
    const double negative[3] = {1, -2, 3};
    const double huge[3] = {1e308, 1e308, 1};
    linclass_averages averages = {.size = 3};
    assert_refused(ctx, linclass_error_rate(ctx, -1, inside, inside, NULL, out),
                   LINCLASS_ERROR_DIMENSION, "m is -1");
    assert_refused(ctx, linclass_error_rate(ctx, 3, NULL, inside, NULL, out),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL");
    assert_refused(ctx, linclass_error_rate(ctx, 3, inside, inside, NULL, NULL),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "error is NULL");
    assert_refused(ctx, linclass_error_rate(ctx, 3, inside, inside, negative, out),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "weights[1] is -2");
    assert_refused(ctx, linclass_error_rate(ctx, 3, inside, inside, with_nan, out),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "weights[2] is");
    assert_refused(ctx, linclass_error_rate(ctx, 3, inside, inside, huge, out),
                   LINCLASS_ERROR_NUMERIC, "the sum of weights overflows");
    assert_refused(ctx, linclass_confusion(ctx, 3, 2, outside, inside, NULL, out, 2),
                   LINCLASS_ERROR_LABEL, "y[2] is 2, outside 0..1");
    assert_refused(ctx, linclass_confusion(ctx, 3, 2, inside, outside, NULL, out, 2),
                   LINCLASS_ERROR_LABEL, "predicted[2] is 2");
    assert_refused(ctx, linclass_confusion(ctx, 3, 2, inside, inside, NULL, out, 1),
                   LINCLASS_ERROR_DIMENSION, "ldc");
    assert_refused(ctx, linclass_class_metrics(ctx, 1, negative + 1, 1, out, NULL, NULL, NULL),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "confusion");
    assert_refused(ctx, linclass_confusion_averages(ctx, 1, scores, 1, &averages),
                   LINCLASS_ERROR_STRUCT_SIZE, "averages.size is 3");
    assert_refused(ctx, linclass_confusion_averages(ctx, 1, scores, 1, NULL),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "averages is NULL");
    assert_refused(ctx, linclass_roc_auc_f64(ctx, 3, with_nan, inside, NULL, out),
                   LINCLASS_ERROR_NON_FINITE, "scores[2] is nan");
    assert_refused(ctx, linclass_roc_auc_f64(ctx, 3, scores, outside, NULL, out),
                   LINCLASS_ERROR_LABEL, "y[2] is 2, neither 0 nor 1");
    assert_refused(ctx, linclass_roc_auc_f64(ctx, 3, scores, one_class, NULL, out),
                   LINCLASS_ERROR_LABEL, "the area is not defined");
    assert_refused(ctx, linclass_roc_auc_f64(ctx, 0, NULL, NULL, NULL, out), LINCLASS_ERROR_LABEL,
                   "the area is not defined");
    assert_near(out[0], -77, 0);
    assert_int_equal(linclass_averages_init(NULL, sizeof averages),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lectures_sixteen_points),
        cmocka_unit_test(classes_that_do_not_occur_count_nothing_in_averages),
        cmocka_unit_test(no_rows_give_zeros),
        cmocka_unit_test(a_weight_is_a_repetition),
        cmocka_unit_test(the_area_is_that_of_all_pairs),
        cmocka_unit_test(the_area_of_known_orders),
        cmocka_unit_test(the_area_does_not_depend_on_the_unit_of_weight),
        cmocka_unit_test(bad_arguments_are_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
