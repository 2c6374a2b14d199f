/* A model from given parameters: what it says of itself, and what it refuses. */
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
#include "support/memory_rounds.h"

enum { N = 3, K = 2, LD = 5 };

/* n x k with a leading dimension above k; what lies between the rows is not to be read. */
static const float THETA[N * LD] = {1, 2, NAN, NAN, NAN, 3, 4, NAN, NAN, NAN, 5, 6, NAN, NAN, NAN};
static const float BIAS[K] = {-1, 1};
static const int64_t CLASSES[K] = {-7, INT64_MAX};

static linclass_status create(linclass_context *ctx, linclass_model **model)
{
    return linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, N, K, THETA, LD,
                                 BIAS, CLASSES, model);
}

static void accessors_give_back_what_was_given(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(create(ctx, &model), LINCLASS_OK);
    linclass_context_destroy(ctx); /* the model does not need it */
    const float dense[N * K] = {1, 2, 3, 4, 5, 6};
    assert_int_equal(linclass_model_features(model), N);
    assert_int_equal(linclass_model_classes(model), K);
    assert_int_equal(linclass_model_dtype(model), LINCLASS_FLOAT32);
    assert_int_equal(linclass_model_loss(model), LINCLASS_LOSS_SOFTMAX);
    assert_memory_equal(linclass_model_labels(model), CLASSES, sizeof CLASSES);
    assert_memory_equal(linclass_model_theta(model), dense, sizeof dense);
    assert_memory_equal(linclass_model_bias(model), BIAS, sizeof BIAS);
    assert_true(linclass_model_scale(model) == 1);
    assert_true(linclass_model_l1(model) == 0);
    assert_true(linclass_model_l2(model) == 0);
    linclass_model_destroy(model);
    linclass_model_destroy(NULL);
}

static void a_created_model_has_no_report(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(create(ctx, &model), LINCLASS_OK);
    linclass_fit_report report = {.size = sizeof report, .iterations = 77};
    assert_int_equal(linclass_model_report(model, &report), LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(report.iterations, 77);
    assert_int_equal(linclass_model_report(model, NULL), LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void defaults_are_no_bias_and_labels_from_zero(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, N, K,
                                           THETA, LD, NULL, NULL, &model),
                     LINCLASS_OK);
    assert_null(linclass_model_bias(model));
    assert_int_equal(linclass_model_labels(model)[0], 0);
    assert_int_equal(linclass_model_labels(model)[1], 1);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void a_model_may_have_no_features(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, 0, K, NULL,
                                           K, BIAS, NULL, &model),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_features(model), 0);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* One bad argument, the status it gives, and a piece of the sentence. */
typedef struct refusal {
    int32_t loss;
    int32_t dtype;
    int64_t n;
    int64_t k;
    const void *theta;
    int64_t ldtheta;
    const void *bias;
    const int64_t *classes;
    linclass_status status;
    const char *sentence;
} refusal;

static void bad_arguments_are_refused_in_words(void **state)
{
    (void)state;
    const double not_finite[N * K] = {1, 2, 3, -INFINITY, 5, 6};
    const double nan_bias[K] = {0, NAN};
    const double theta[N * K] = {0};
    const int64_t equal[K] = {4, 4};
    const int32_t loss = LINCLASS_LOSS_SOFTMAX;
    const int32_t dtype = LINCLASS_FLOAT64;
    const refusal refusals[] = {
        {99, dtype, N, K, theta, K, NULL, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "loss is 99"},
        {loss, LINCLASS_UINT8, N, K, theta, K, NULL, NULL, LINCLASS_ERROR_INVALID_ARGUMENT,
         "dtype is 1"},
        {loss, dtype, -1, K, theta, K, NULL, NULL, LINCLASS_ERROR_DIMENSION, "n is -1"},
        {loss, dtype, N, 0, theta, K, NULL, NULL, LINCLASS_ERROR_DIMENSION, "k is 0"},
        {loss, dtype, N, K, theta, 1, NULL, NULL, LINCLASS_ERROR_DIMENSION, "ldtheta"},
        {loss, dtype, N, K, NULL, K, NULL, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "theta"},
        {loss, dtype, INT64_MAX / 2, K, theta, K, NULL, NULL, LINCLASS_ERROR_DIMENSION, ""},
        {loss, dtype, N, K, not_finite, K, NULL, NULL, LINCLASS_ERROR_NON_FINITE,
         "theta[1, 1] is -inf"},
        {loss, dtype, N, K, theta, K, nan_bias, NULL, LINCLASS_ERROR_NON_FINITE, "bias[1] is"},
        {loss, dtype, N, K, theta, K, NULL, equal, LINCLASS_ERROR_LABEL, "classes[1] is 4"},
    };
    linclass_context *ctx = context_of(1);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const refusal *bad = &refusals[i];
        linclass_model *model = (linclass_model *)&model;
        assert_refused(ctx,
                       linclass_model_create(ctx, bad->loss, bad->dtype, bad->n, bad->k, bad->theta,
                                             bad->ldtheta, bad->bias, bad->classes, &model),
                       bad->status, bad->sentence);
        assert_null(model);
    }
    linclass_context_destroy(ctx);
}

static void null_context_and_result_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = (linclass_model *)&model;
    assert_int_equal(create(NULL, &model), LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_null(model);
    assert_int_equal(create(ctx, NULL), LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_context_destroy(ctx);
}

static void failed_allocations_leave_nothing_behind(void **state)
{
    (void)state;
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_model *model;
        if (memory_rounds_failed(&r, create(r.ctx, &model)))
            assert_int_equal(create(r.ctx, &model), LINCLASS_OK);
        linclass_model_destroy(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accessors_give_back_what_was_given),
        cmocka_unit_test(a_created_model_has_no_report),
        cmocka_unit_test(defaults_are_no_bias_and_labels_from_zero),
        cmocka_unit_test(a_model_may_have_no_features),
        cmocka_unit_test(bad_arguments_are_refused_in_words),
        cmocka_unit_test(null_context_and_result_are_refused),
        cmocka_unit_test(failed_allocations_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
