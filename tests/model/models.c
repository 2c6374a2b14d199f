#include "models.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/noise.h"

static size_t bytes_of(int32_t dtype)
{
    return dtype == LINCLASS_UINT8 ? 1 : dtype == LINCLASS_FLOAT32 ? 4 : 8;
}

/* `count` random numbers; malloc'd, at least one byte. */
static void *random_numbers(int32_t dtype, int64_t count, uint64_t *state)
{
    void *numbers = malloc((size_t)count * bytes_of(dtype) + 1);
    assert_non_null(numbers);
    for (int64_t i = 0; i < count; i++) {
        if (dtype == LINCLASS_UINT8)
            ((uint8_t *)numbers)[i] = (uint8_t)noise_below(state, 256);
        else if (dtype == LINCLASS_FLOAT32)
            ((float *)numbers)[i] = (float)noise_uniform(state);
        else
            ((double *)numbers)[i] = noise_uniform(state);
    }
    return numbers;
}

linclass_model *random_model(linclass_context *ctx, int32_t dtype, int64_t n, int64_t k,
                             int with_bias, uint64_t seed)
{
    void *theta = random_numbers(dtype, n * k, &seed);
    void *bias = random_numbers(dtype, k, &seed);
    int64_t *labels = malloc((size_t)k * sizeof *labels);
    assert_non_null(labels);
    for (int64_t j = 0; j < k; j++)
        labels[j] = 3 * j - k;
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, dtype, n, k, theta, k,
                                           with_bias ? bias : NULL, labels, &model),
                     LINCLASS_OK);
    free(theta);
    free(bias);
    free(labels);
    return model;
}

linclass_model *model_of_scores(linclass_context *ctx, int64_t k, const double *scores)
{
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 0, k, NULL,
                                           k, scores, NULL, &model),
                     LINCLASS_OK);
    return model;
}

void *random_samples(int32_t dtype, int64_t m, int64_t n, uint64_t seed, linclass_matrix *view)
{
    void *samples = random_numbers(dtype, m * n, &seed);
    assert_int_equal(linclass_matrix_init(view, sizeof *view, dtype, m, n, samples, n),
                     LINCLASS_OK);
    view->scale = dtype == LINCLASS_UINT8 ? 1.0 / 255 : 1;
    return samples;
}

static long double number(int32_t dtype, const void *numbers, int64_t i)
{
    if (dtype == LINCLASS_UINT8)
        return ((const uint8_t *)numbers)[i];
    if (dtype == LINCLASS_FLOAT32)
        return (long double)((const float *)numbers)[i];
    return (long double)((const double *)numbers)[i];
}

long double element(const linclass_matrix *view, int64_t i, int64_t j)
{
    const long double raw =
        number(view->dtype, view->data, i * view->row_stride + j * view->col_stride);
    return raw * (long double)view->scale;
}

long double reference_score(const linclass_model *model, const linclass_matrix *X, int64_t i,
                            int64_t j)
{
    const int64_t n = linclass_model_features(model);
    const int64_t k = linclass_model_classes(model);
    const int32_t dtype = linclass_model_dtype(model);
    const void *bias = linclass_model_bias(model);
    long double score = bias == NULL ? 0 : number(dtype, bias, j);
    for (int64_t l = 0; l < n; l++)
        score += element(X, i, l) * number(dtype, linclass_model_theta(model), l * k + j);
    return score;
}

void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", value, tolerance, expected);
}

static int same_report(const linclass_model *a, const linclass_model *b)
{
    linclass_fit_report of_a;
    linclass_fit_report of_b;
    memset(&of_a, 0, sizeof of_a);
    memset(&of_b, 0, sizeof of_b);
    of_a.size = sizeof of_a;
    of_b.size = sizeof of_b;
    return linclass_model_report(a, &of_a) == linclass_model_report(b, &of_b) &&
           memcmp(&of_a, &of_b, sizeof of_a) == 0;
}

/* The thresholds of all ranks are the scores themselves. */
static int same_sets(const linclass_model *a, const linclass_model *b)
{
    const int64_t m = linclass_model_sets_samples(a);
    int same =
        linclass_model_sets(a) == linclass_model_sets(b) && m == linclass_model_sets_samples(b);
    for (int64_t rank = 1; same && rank <= m; rank++) {
        const double coverage = ((double)rank - 0.5) / (double)(m + 1);
        same = linclass_model_sets_threshold(a, coverage) ==
               linclass_model_sets_threshold(b, coverage);
    }
    return same;
}

int models_equal(const linclass_model *a, const linclass_model *b)
{
    const int64_t n = linclass_model_features(a);
    const int64_t k = linclass_model_classes(a);
    const int32_t dtype = linclass_model_dtype(a);
    const void *bias_a = linclass_model_bias(a);
    const void *bias_b = linclass_model_bias(b);
    return n == linclass_model_features(b) && k == linclass_model_classes(b) &&
           dtype == linclass_model_dtype(b) && linclass_model_loss(a) == linclass_model_loss(b) &&
           memcmp(linclass_model_theta(a), linclass_model_theta(b),
                  (size_t)(n * k) * bytes_of(dtype)) == 0 &&
           (bias_a == NULL) == (bias_b == NULL) &&
           (bias_a == NULL || memcmp(bias_a, bias_b, (size_t)k * bytes_of(dtype)) == 0) &&
           memcmp(linclass_model_labels(a), linclass_model_labels(b), (size_t)k * 8) == 0 &&
           linclass_model_scale(a) == linclass_model_scale(b) &&
           linclass_model_l1(a) == linclass_model_l1(b) &&
           linclass_model_l2(a) == linclass_model_l2(b) &&
           linclass_model_group_l1(a) == linclass_model_group_l1(b) &&
           linclass_model_weight_min(a) == linclass_model_weight_min(b) &&
           linclass_model_weight_max(a) == linclass_model_weight_max(b) &&
           linclass_model_temperature(a) == linclass_model_temperature(b) && same_sets(a, b) &&
           same_report(a, b);
}
