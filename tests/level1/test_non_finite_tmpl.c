/* NaN and infinity anywhere in an input are found, whatever the other numbers, and named by array,
 * index and value; finite inputs whose result overflows are a numeric error. */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/noise.h"
#include "support/trial.h"

/* An input, the functions that read it, and the name by which they complain. */
typedef struct input {
    int array;
    function_set functions;
    const char *name;
} input;

static const input inputs[] = {
    {PROBLEM_X, LOGITS | GRADIENT | LOSS_GRADIENTS | SGD_EPOCHS, "X"},
    {PROBLEM_THETA, LOGITS | LOSS_GRADIENTS | SGD_EPOCHS, "theta"},
    {PROBLEM_BIAS, LOGITS | LOSS_GRADIENTS | SGD_EPOCHS, "bias"},
    {PROBLEM_R, GRADIENT, "R"},
};

static const char *value_name(double value)
{
    return isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

static void expect(const char *what, linclass_context *ctx, linclass_status status,
                   linclass_status wanted, const char *element, const char *value)
{
    const char *const message = linclass_context_message(ctx);
    if (status != wanted || strstr(message, element) == NULL || strstr(message, value) == NULL)
        fail_msg("%s with %s %s: status %d, message '%s'", what, element, value, (int)status,
                 message);
}

static void plant(linclass_context *ctx, function_set function, const input *in,
                  const int64_t shape[3], double value, uint64_t *noise)
{
    problem p = problem_new(shape[0], shape[1], shape[2], 1, 23);
    const guarded *const g = &p.arrays[in->array];
    const int64_t i = noise_below(noise, g->rows);
    const bool column = function_has_one_score(function) && in->array != PROBLEM_X;
    const int64_t j = column ? 0 : noise_below(noise, g->cols);
    ((real *)g->data)[i * g->ld + j] = (real)value;
    char element[64];
    if (g->rows == 1 && in->array == PROBLEM_BIAS)
        (void)snprintf(element, sizeof element, "%s[%ld]", in->name, (long)j);
    else
        (void)snprintf(element, sizeof element, "%s[%ld, %ld]", in->name, (long)i, (long)j);
    char what[96];
    (void)snprintf(what, sizeof what, "%s m=%ld n=%ld k=%ld", function_name(function),
                   (long)shape[0], (long)shape[1], (long)shape[2]);
    expect(what, ctx, call(function, ctx, &p.a), LINCLASS_ERROR_NON_FINITE, element,
           value_name(value));
    problem_check_guards(&p, function);
    problem_free(&p);
}

static void test_random_positions(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{1, 1, 1},     {7, 5, 3},       {70, 33, 10},
                                        {700, 100, 4}, {300, 600, 600}, {3, 20, 15000}};
    static const double values[] = {NAN, INFINITY, -INFINITY};
    linclass_context *ctx = context_of(2);
    uint64_t noise = 24;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        for (size_t a = 0; a < sizeof inputs / sizeof *inputs; a++) {
            for (function_set function = 1; function != 0; function = function_after(function)) {
                /* Softmax goes the way of all losses. */
                if (shapes[s][0] > 100 && shapes[s][2] > 100 && function > SGD_EPOCH)
                    continue;
                for (int v = 0; v < 3 && function_is_in(function, inputs[a].functions); v++)
                    plant(ctx, function, &inputs[a], shapes[s], values[v], &noise);
            }
        }
    }
    linclass_context_destroy(ctx);
}

/* Where several threads look, the first row with a NaN is named all the same. */
static void test_the_first_of_several_is_named(void **state)
{
    (void)state;
    enum { N = 2200, K = 1000 };
    linclass_context *ctx = context_of(2);
    real *theta = test_calloc((size_t)N * K, sizeof(real));
    real *G = test_calloc((size_t)N * K, sizeof(real));
    real *x = test_calloc(N, sizeof(real));
    const int64_t y[1] = {0};
    double loss;
    for (int64_t row = N - 1; row > 0; row /= 3) {
        theta[row * K + row % K] = (real)NAN;
        char element[64];
        (void)snprintf(element, sizeof element, "theta[%ld, %ld]", (long)row, (long)(row % K));
        expect("loss_gradient", ctx,
               REAL(linclass_softmax_loss_gradient)(ctx, 1, N, K, x, N, y, theta, K, NULL, &loss, G,
                                                    K, NULL),
               LINCLASS_ERROR_NON_FINITE, element, "nan");
    }
    test_free(x);
    test_free(G);
    test_free(theta);
    linclass_context_destroy(ctx);
}

/* Infinities that a softmax would hide: a weight of -inf under positive samples makes a probability
 * of 0, and nothing else. */
static void test_a_hidden_infinity_is_found(void **state)
{
    (void)state;
    enum { M = 4, N = 2, K = 3 };
    linclass_context *ctx = context_of(1);
    const real X[M * N] = {1, 2, 3, 1, 2, 2, 1, 1};
    const int64_t y[M] = {0, 1, 0, 1};
    real theta[N * K] = {0, 1, 0, 1, 0, (real)-INFINITY};
    real bias[K] = {0, 0, 0};
    real H[M * K];
    real G[N * K];
    double loss;
    expect("logits", ctx, REAL(linclass_logits)(ctx, M, N, K, X, N, theta, K, bias, H, K),
           LINCLASS_ERROR_NON_FINITE, "theta[1, 2]", "-inf");
    expect("loss_gradient", ctx,
           REAL(linclass_softmax_loss_gradient)(ctx, M, N, K, X, N, y, theta, K, bias, &loss, G, K,
                                                NULL),
           LINCLASS_ERROR_NON_FINITE, "theta[1, 2]", "-inf");
    expect("sgd_epoch", ctx,
           REAL(linclass_softmax_sgd_epoch)(ctx, M, N, K, X, N, y, 2, 1, theta, K, bias),
           LINCLASS_ERROR_NON_FINITE, "theta[1, 2]", "-inf");
    theta[5] = 0;
    bias[2] = (real)-INFINITY;
    expect("logits", ctx, REAL(linclass_logits)(ctx, M, N, K, X, N, theta, K, bias, H, K),
           LINCLASS_ERROR_NON_FINITE, "bias[2]", "-inf");
    expect("loss_gradient", ctx,
           REAL(linclass_softmax_loss_gradient)(ctx, M, N, K, X, N, y, theta, K, bias, &loss, G, K,
                                                NULL),
           LINCLASS_ERROR_NON_FINITE, "bias[2]", "-inf");
    linclass_context_destroy(ctx);
}

/* Where the other factor is 0 a product that skipped it would miss the NaN. */
static void test_a_non_finite_sample_beside_zeros_is_found(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const real X[6] = {1, 2, 3, (real)NAN, 5, 6};
    const real zeros[6] = {0};
    const int64_t y[3] = {0, 1, 2};
    real out[9];
    double loss;
    expect("logits", ctx, REAL(linclass_logits)(ctx, 3, 2, 3, X, 2, zeros, 3, NULL, out, 3),
           LINCLASS_ERROR_NON_FINITE, "X[1, 1]", "nan");
    expect("gradient", ctx, REAL(linclass_gradient)(ctx, 3, 2, 2, X, 2, zeros, 2, 1, out, 2, NULL),
           LINCLASS_ERROR_NON_FINITE, "X[1, 1]", "nan");
    expect("loss_gradient", ctx,
           REAL(linclass_softmax_loss_gradient)(ctx, 3, 2, 3, X, 2, y, zeros, 3, NULL, &loss, out,
                                                3, NULL),
           LINCLASS_ERROR_NON_FINITE, "X[1, 1]", "nan");
    linclass_context_destroy(ctx);
}

/* Samples without features and no g_bias: no sum has the residual in it. */
static void test_a_non_finite_residual_without_features_is_found(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const real R[6] = {1, 2, 3, (real)NAN, 5, 6};
    real unused = 0;
    expect("gradient", ctx,
           REAL(linclass_gradient)(ctx, 3, 0, 2, &unused, 1, R, 2, 1, &unused, 2, NULL),
           LINCLASS_ERROR_NON_FINITE, "R[1, 1]", "nan");
    linclass_context_destroy(ctx);
}

static void plant_in_logits(linclass_context *ctx, function_set function, int64_t m, int64_t k,
                            double value, uint64_t *noise)
{
    problem p = problem_new(m, 0, k, 3, 25);
    const int64_t i = noise_below(noise, m);
    const bool column = function_has_one_score(function);
    const int64_t c = column ? 0 : noise_below(noise, k);
    p.a.H[i * p.a.ldh + c] = (real)value;
    char element[64];
    if (column)
        (void)snprintf(element, sizeof element, "h[%ld]", (long)i);
    else
        (void)snprintf(element, sizeof element, "H[%ld, %ld]", (long)i, (long)c);
    expect(function_name(function), ctx, call(function, ctx, &p.a), LINCLASS_ERROR_NON_FINITE,
           element, value_name(value));
    problem_free(&p);
}

static void test_logits(void **state)
{
    (void)state;
    static const int64_t sizes[] = {1, 2, 5, 17, 64, 100, 1000};
    linclass_context *ctx = context_of(2);
    uint64_t noise = 26;
    for (size_t a = 0; a < sizeof sizes / sizeof *sizes; a++) {
        for (size_t b = 0; b < sizeof sizes / sizeof *sizes; b++) {
            for (function_set function = 1; function != 0; function = function_after(function)) {
                if ((function & (SOFTMAX | SIGMOID | LOSSES | RESIDUALS)) == 0)
                    continue;
                plant_in_logits(ctx, function, sizes[a], sizes[b], NAN, &noise);
                plant_in_logits(ctx, function, sizes[a], sizes[b], INFINITY, &noise);
                if (function == SIGMOID || function_has_one_score(function))
                    plant_in_logits(ctx, function, sizes[a], sizes[b], -INFINITY, &noise);
            }
        }
    }
    linclass_context_destroy(ctx);
}

static const real big = sizeof(real) == sizeof(float) ? (real)1e30 : (real)1e300;

/* The second row's first score is sign * infinity, and that of its label where sign is -1. */
static void test_overflowing_logits_are_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const real X[2] = {1, big};
    for (int sign = -1; sign <= 1; sign += 2) {
        const int64_t y[2] = {1, sign > 0};
        const real theta[2] = {(real)sign * big, 1};
        real out[4];
        double loss;
        expect("logits", ctx, REAL(linclass_logits)(ctx, 2, 1, 2, X, 1, theta, 2, NULL, out, 2),
               LINCLASS_ERROR_NUMERIC, "1", "");
        expect("loss_gradient", ctx,
               REAL(linclass_softmax_loss_gradient)(ctx, 2, 1, 2, X, 1, y, theta, 2, NULL, &loss,
                                                    out, 2, NULL),
               LINCLASS_ERROR_NUMERIC, "1", "");
    }
    linclass_context_destroy(ctx);
}

static void test_an_overflowing_gradient_is_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const real X[1] = {big};
    const real R[1] = {big};
    real G[1];
    assert_int_equal(REAL(linclass_gradient)(ctx, 1, 1, 1, X, 1, R, 1, 1, G, 1, NULL),
                     LINCLASS_ERROR_NUMERIC);
    assert_string_not_equal(linclass_context_message(ctx), "");
    linclass_context_destroy(ctx);
}

/* Residuals of 1/2 on samples so large that their sum is not a number of this precision. */
static void test_an_overflowing_sum_of_samples_is_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const real most = sizeof(real) == sizeof(float) ? FLT_MAX : (real)DBL_MAX;
    const real X[4] = {most, most, most, most};
    const int64_t y[4] = {0};
    const real zeros[9] = {0};
    real G[9];
    double loss;
    for (int64_t k = 2; k <= 9; k += 7) /* fewer classes than samples, and more */
        expect("loss_gradient", ctx,
               REAL(linclass_softmax_loss_gradient)(ctx, 4, 1, k, X, 1, y, zeros, k, NULL, &loss, G,
                                                    k, NULL),
               LINCLASS_ERROR_NUMERIC, "gradient", "overflows");
    expect("loss_gradient", ctx,
           REAL(linclass_loss_gradient)(ctx, LINCLASS_LOSS_LOGISTIC, 4, 1, 1, X, 1, y, zeros, 1,
                                        NULL, &loss, G, 1, NULL),
           LINCLASS_ERROR_NUMERIC, "gradient", "overflows");
    linclass_context_destroy(ctx);
}

/* A rate that throws theta out of range ends in an error, not in a model of NaN. */
static void test_a_diverging_epoch_is_a_numeric_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    problem p = problem_new(100, 5, 3, 0, 27);
    p.a.learning_rate = sizeof(real) == sizeof(float) ? (real)3e38 : (real)1.7e308;
    p.a.batch = 1;
    assert_int_equal(call(SGD_EPOCH, ctx, &p.a), LINCLASS_ERROR_NUMERIC);
    assert_string_not_equal(linclass_context_message(ctx), "");
    problem_free(&p);
    linclass_context_destroy(ctx);
}

/* Also when it is the last step that does it. */
static void test_an_overflowing_last_step_is_a_numeric_error(void **state)
{
    (void)state;
    const real X[1] = {big};
    const int64_t y[1] = {0};
    real theta[2] = {0, 0};
    real bias[2] = {0, 0};
    assert_int_equal(
        REAL(linclass_softmax_sgd_epoch)(NULL, 1, 1, 2, X, 1, y, 1, big, theta, 2, bias),
        LINCLASS_ERROR_NUMERIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_positions),
        cmocka_unit_test(test_the_first_of_several_is_named),
        cmocka_unit_test(test_a_hidden_infinity_is_found),
        cmocka_unit_test(test_a_non_finite_sample_beside_zeros_is_found),
        cmocka_unit_test(test_a_non_finite_residual_without_features_is_found),
        cmocka_unit_test(test_logits),
        cmocka_unit_test(test_overflowing_logits_are_a_numeric_error),
        cmocka_unit_test(test_an_overflowing_gradient_is_a_numeric_error),
        cmocka_unit_test(test_an_overflowing_sum_of_samples_is_a_numeric_error),
        cmocka_unit_test(test_a_diverging_epoch_is_a_numeric_error),
        cmocka_unit_test(test_an_overflowing_last_step_is_a_numeric_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
