/* linclass_model_standard_errors: finite differences of the summed loss in long double, inverted plainly;
 * closed forms; invariances; where there are none, and in which words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"
#include "support/noise.h"

enum { M = 90, N = 3, K = 3, MOST = (N + 1) * K };

/* What there is to know of a model's errors. */
typedef struct errors {
    linclass_status status;
    linclass_standard_errors found;
    double theta[N * K];
    double theta_error[N * K];
    double bias[K];
    double bias_error[K];
    double covariance[MOST * MOST];
} errors;

/* Samples of overlapping classes. */
typedef struct rows {
    double X[M * N];
    int64_t y[M];
    double weight[M];
    linclass_matrix view;
} rows;

static void fill(rows *self, int64_t k)
{
    uint64_t noise = 5;
    for (int i = 0; i < M; i++) {
        self->y[i] = i % k;
        self->weight[i] = i % 7 == 0 ? 0 : 1 + i % 3;
        for (int j = 0; j < N; j++)
            self->X[i * N + j] = 2 * noise_uniform(&noise) + (j == self->y[i] ? 0.7 : 0);
    }
    linclass_matrix_init(&self->view, sizeof self->view, LINCLASS_FLOAT64, M, N, self->X, N);
}

static linclass_fit_options options_of(int32_t loss)
{
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.l2 = 0;
    options.loss = loss;
    options.solver = LINCLASS_SOLVER_NEWTON;
    options.gradient_tolerance = 1e-10;
    return options;
}

static linclass_model *fit(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                           const linclass_fit_options *options)
{
    linclass_model *model;
    if (linclass_fit(ctx, X, y, options, NULL, &model) < 0)
        fail_msg("linclass_fit: %s", linclass_context_message(ctx));
    return model;
}

/* Of at most N features and K classes. */
static errors errors_of(linclass_context *ctx, const linclass_model *model,
                        const linclass_matrix *X, const int64_t *y, const double *weight)
{
    errors of;
    memset(&of, 0, sizeof of);
    assert_int_equal(linclass_standard_errors_init(&of.found, sizeof of.found), LINCLASS_OK);
    of.found.sample_weight = weight;
    of.found.theta = of.theta;
    of.found.theta_error = of.theta_error;
    of.found.bias = of.bias;
    of.found.bias_error = of.bias_error;
    of.found.covariance = of.covariance;
    of.status = linclass_model_standard_errors(ctx, model, X, y, &of.found);
    return of;
}

static errors succeed(linclass_context *ctx, const linclass_model *model, const linclass_matrix *X,
                      const int64_t *y, const double *weight)
{
    const errors of = errors_of(ctx, model, X, y, weight);
    if (of.status != LINCLASS_OK)
        fail_msg("linclass_model_standard_errors: %s", linclass_context_message(ctx));
    return of;
}

static void assert_close(double value, long double expected, double relative)
{
    assert_near(value, (double)expected, relative * fabs((double)expected) + 1e-12);
}

/* The loss summed over the rows, with the first class as the reference: parameters are (n + 1) x
 * (k - 1). */
typedef struct problem {
    const rows *data;
    int64_t k;
    int with_bias;
    const double *sample_weight;
    const double *class_weight;
} problem;

static long double summed_loss(const problem *at, const long double *parameters)
{
    const int64_t c = at->k - 1;
    long double sum = 0;
    for (int i = 0; i < M; i++) {
        long double h[K] = {0};
        long double partition = 1;
        for (int64_t a = 1; a <= c; a++) {
            h[a] = at->with_bias ? parameters[N * c + a - 1] : 0;
            for (int j = 0; j < N; j++)
                h[a] += at->data->X[i * N + j] * parameters[j * c + a - 1];
            partition += expl(h[a]);
        }
        const int64_t y = at->data->y[i];
        sum += (logl(partition) - h[y]) * (at->sample_weight == NULL ? 1 : at->sample_weight[i]) *
               (at->class_weight == NULL ? 1 : at->class_weight[y]);
    }
    return sum;
}

/* A := A^-1, by Gauss and Jordan. */
static void invert(int64_t P, long double *A)
{
    for (int64_t pivot = 0; pivot < P; pivot++) {
        const long double d = 1 / A[pivot * P + pivot];
        A[pivot * P + pivot] = 1;
        for (int64_t j = 0; j < P; j++)
            A[pivot * P + j] *= d;
        for (int64_t i = 0; i < P; i++) {
            const long double f = A[i * P + pivot];
            if (i == pivot)
                continue;
            A[i * P + pivot] = 0;
            for (int64_t j = 0; j < P; j++)
                A[i * P + j] -= f * A[pivot * P + j];
        }
    }
}

static void differentiate_twice(const problem *at, int64_t P, long double *parameters,
                                long double *A)
{
    const long double step = 1e-4L;
    for (int64_t i = 0; i < P; i++)
        for (int64_t j = 0; j < P; j++) {
            long double sum = 0;
            for (int corner = 0; corner < 4; corner++) {
                const int up = (corner & 1) != 0;
                const int right = (corner & 2) != 0;
                const long double kept_i = parameters[i];
                const long double kept_j = parameters[j];
                parameters[i] += up ? step : -step;
                parameters[j] += right ? step : -step;
                sum += (up == right ? 1 : -1) * summed_loss(at, parameters);
                parameters[i] = kept_i;
                parameters[j] = kept_j;
            }
            A[i * P + j] = sum / (4 * step * step);
        }
}

static void check(linclass_context *ctx, const problem *at, int32_t loss)
{
    linclass_fit_options options = options_of(loss);
    options.fit_bias = at->with_bias;
    options.sample_weight = at->sample_weight;
    options.class_weight = at->class_weight;
    options.class_weight_count = at->class_weight == NULL ? 0 : at->k;
    linclass_model *model = fit(ctx, &at->data->view, at->data->y, &options);
    const errors of = succeed(ctx, model, &at->data->view, at->data->y, at->sample_weight);
    const int64_t k = at->k;
    const int64_t c = k - 1;
    const int64_t P = c * (N + at->with_bias);
    assert_int_equal(of.found.parameters, P);
    assert_true(of.found.newton_step < 1e-6 && of.found.score_step < 1e-6);
    long double parameters[MOST];
    long double A[MOST * MOST];
    for (int64_t p = 0; p < P; p++) {
        const int64_t place = p / c * k + p % c + 1;
        parameters[p] = p < N * c ? of.theta[place] : of.bias[place - N * k];
    }
    differentiate_twice(at, P, parameters, A);
    invert(P, A);
    /* Finite differences: step^2 of the fourth derivative. */
    for (int64_t p = 0; p < P * P; p++)
        assert_near(of.covariance[p], (double)A[p], 1e-6);
    for (int64_t p = 0; p < P; p++) {
        const int64_t place = p / c * k + p % c + 1;
        const double error = p < N * c ? of.theta_error[place] : of.bias_error[place - N * k];
        assert_close(error, sqrtl(A[p * P + p]), 1e-6);
        assert_close(error, sqrt(of.covariance[p * P + p]), 1e-14);
    }
    for (int64_t j = 0; j <= N; j++)
        assert_true(j < N ? of.theta_error[j * k] == 0 && of.theta[j * k] == 0
                          : of.bias_error[0] == 0 && of.bias[0] == 0);
    linclass_model_destroy(model);
}

static void the_inverse_of_finite_differences(void **state)
{
    (void)state;
    static const double of_class[K] = {1, 2, 0.5};
    linclass_context *ctx = context_of(2);
    for (int run = 0; run < 12; run++) {
        rows data;
        const int64_t k = run % 3 == 0 ? 2 : K;
        fill(&data, k);
        const problem at = {.data = &data,
                            .k = k,
                            .with_bias = run % 2,
                            .sample_weight = run < 6 ? NULL : data.weight,
                            .class_weight = run < 9 ? NULL : of_class};
        check(ctx, &at, run % 3 == 0 ? LINCLASS_LOSS_LOGISTIC : LINCLASS_LOSS_SOFTMAX);
    }
    linclass_context_destroy(ctx);
}

/* Intercepts alone: var(b_c) = 1/m_c + 1/m_0, cov(b_c, b_d) = 1/m_0. */
static void frequencies_have_the_errors_of_frequencies(void **state)
{
    (void)state;
    static const double counts[K] = {5, 9, 16};
    static const double nothing[1] = {0};
    linclass_context *ctx = context_of(1);
    int64_t y[30];
    for (int i = 0; i < 30; i++)
        y[i] = i < 5 ? -1 : i < 14 ? 0 : 8;
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 30, 0, nothing, 1);
    const linclass_fit_options options = options_of(LINCLASS_LOSS_SOFTMAX);
    linclass_model *model = fit(ctx, &X, y, &options);
    const errors of = succeed(ctx, model, &X, y, NULL);
    assert_int_equal(of.found.parameters, 2);
    for (int c = 1; c < K; c++) {
        assert_close(of.bias[c], log(counts[c] / counts[0]), 1e-9);
        assert_close(of.bias_error[c], sqrt(1 / counts[c] + 1 / counts[0]), 1e-9);
    }
    assert_close(of.covariance[1], 1 / counts[0], 1e-9);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* A table of two by two, given as weights: the logarithm of its odds ratio has the variance 1/a + 1/b +
 * 1/c + 1/d (Woolf 1955). */
static void a_table_has_the_error_of_its_odds_ratio(void **state)
{
    (void)state;
    static const double x[4] = {0, 0, 1, 1};
    static const int64_t y[4] = {0, 1, 0, 1};
    static const double counts[4] = {31, 12, 7, 25};
    linclass_context *ctx = context_of(1);
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, x, 1);
    for (int32_t loss = LINCLASS_LOSS_SOFTMAX; loss <= LINCLASS_LOSS_LOGISTIC; loss++) {
        linclass_fit_options options = options_of(loss);
        options.sample_weight = counts;
        linclass_model *model = fit(ctx, &X, y, &options);
        const errors of = succeed(ctx, model, &X, y, counts);
        assert_close(of.theta[1], log(counts[0] * counts[3] / (counts[1] * counts[2])), 1e-9);
        assert_close(of.theta_error[1], sqrt(1. / 31 + 1. / 12 + 1. / 7 + 1. / 25), 1e-9);
        assert_close(of.bias_error[1], sqrt(1. / 31 + 1. / 12), 1e-9);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

/* Another unit, another zero: the errors change as the coefficients do. */
static void units_and_zeros_of_the_features(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, 2);
    const linclass_fit_options options = options_of(LINCLASS_LOSS_LOGISTIC);
    linclass_model *model = fit(ctx, &data.view, data.y, &options);
    const errors before = succeed(ctx, model, &data.view, data.y, NULL);
    const double far = 0x1p20; /* a million standard deviations away */
    double theta[N * 2];
    double bias[2] = {0, before.bias[1]};
    for (int j = 0; j < N; j++) {
        const double unit = j == 0 ? 0x1p-30 : j == 1 ? 0x1p30 : 1;
        const double zero = j == 2 ? far : 0;
        for (int i = 0; i < M; i++) /* few digits, so that all of this is exact */
            data.X[i * N + j] = ((float)data.X[i * N + j] + zero) * unit;
        theta[2 * j] = 0;
        theta[2 * j + 1] = before.theta[2 * j + 1] / unit;
        bias[1] -= zero * before.theta[2 * j + 1];
    }
    linclass_model *moved;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_LOGISTIC, LINCLASS_FLOAT64, N, 2,
                                           theta, 2, bias, NULL, &moved),
                     LINCLASS_OK);
    const errors after = succeed(ctx, moved, &data.view, data.y, NULL);
    /* The samples were rounded to float. */
    assert_close(after.theta_error[1] * 0x1p-30, before.theta_error[1], 1e-6);
    assert_close(after.theta_error[3] * 0x1p30, before.theta_error[3], 1e-6);
    assert_close(after.theta_error[5], before.theta_error[5], 1e-6);
    assert_close(after.bias_error[1], far * before.theta_error[5], 1e-5);
    linclass_model_destroy(moved);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* Many features: several tiles of the Hessian, the same bits for any number of threads. */
static void many_features(void **state)
{
    (void)state;
    enum { ROWS = 1500, FEATURES = 300, SIDE = FEATURES + 1 };
    linclass_matrix X;
    double *x = random_samples(LINCLASS_FLOAT64, ROWS, FEATURES, 17, &X);
    int64_t *y = calloc(ROWS, sizeof *y);
    uint64_t noise = 4;
    for (int i = 0; i < ROWS; i++)
        y[i] = noise_below(&noise, 2);
    linclass_context *ctx = context_of(1);
    const linclass_fit_options options = options_of(LINCLASS_LOSS_LOGISTIC);
    linclass_model *model = fit(ctx, &X, y, &options);
    double *error[2] = {calloc(2 * FEATURES, sizeof(double)), calloc(2 * FEATURES, sizeof(double))};
    for (int run = 0; run < 2; run++) {
        linclass_context *other = context_of(run == 0 ? 1 : 3);
        linclass_standard_errors found;
        linclass_standard_errors_init(&found, sizeof found);
        found.theta_error = error[run];
        assert_int_equal(linclass_model_standard_errors(other, model, &X, y, &found), LINCLASS_OK);
        linclass_context_destroy(other);
    }
    assert_memory_equal(error[0], error[1], 2 * FEATURES * sizeof(double));

    long double *A = calloc(SIDE * SIDE, sizeof *A);
    const double *theta = linclass_model_theta(model);
    const double *bias = linclass_model_bias(model);
    for (int i = 0; i < ROWS; i++) {
        long double h = bias[1];
        for (int j = 0; j < FEATURES; j++)
            h += x[i * FEATURES + j] * theta[2 * j + 1];
        const long double p = 1 / (1 + expl(-h));
        for (int a = 0; a < SIDE; a++)
            for (int b = 0; b < SIDE; b++)
                A[a * SIDE + b] += p * (1 - p) * (a < FEATURES ? x[i * FEATURES + a] : 1) *
                                   (b < FEATURES ? x[i * FEATURES + b] : 1);
    }
    invert(SIDE, A);
    for (int j = 0; j < FEATURES; j++)
        assert_close(error[0][2 * j + 1], sqrtl(A[j * SIDE + j]), 1e-9);
    free(A);
    free(error[0]);
    free(error[1]);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(y);
    free(x);
}

static void a_single_precision_model_has_the_errors_of_its_double(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    linclass_fit_options options = options_of(LINCLASS_LOSS_SOFTMAX);
    linclass_model *fine = fit(ctx, &data.view, data.y, &options);
    options.dtype = LINCLASS_FLOAT32;
    options.gradient_tolerance = 1e-5;
    linclass_model *coarse = fit(ctx, &data.view, data.y, &options);
    const errors of_fine = succeed(ctx, fine, &data.view, data.y, NULL);
    const errors of_coarse = succeed(ctx, coarse, &data.view, data.y, NULL);
    for (int e = 0; e < N * K; e++)
        assert_close(of_coarse.theta_error[e], of_fine.theta_error[e], 1e-4);
    linclass_model_destroy(coarse);
    linclass_model_destroy(fine);
    linclass_context_destroy(ctx);
}

/* Columns of which the data say nothing by themselves: 0; a constant, beside an intercept; the sum of the
 * two before. The coefficient is named. */
static void singular_hessians_name_the_coefficient(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (int kind = 0; kind < 3; kind++) {
        rows data;
        fill(&data, K);
        for (int i = 0; i < M; i++) {
            double *x = data.X + (size_t)i * N;
            x[2] = kind == 0 ? 0 : kind == 1 ? 0.1 : 3 * x[0] + x[1];
        }
        const linclass_fit_options options = options_of(LINCLASS_LOSS_SOFTMAX);
        linclass_model *model = fit(ctx, &data.view, data.y, &options);
        const errors of = errors_of(ctx, model, &data.view, data.y, NULL);
        assert_refused(ctx, of.status, LINCLASS_ERROR_NUMERIC, "the Hessian is singular");
        assert_refused(ctx, of.status, LINCLASS_ERROR_NUMERIC,
                       "the coefficient of feature 2 for label 1");
        for (int e = 0; e < N * K; e++)
            assert_true(of.theta_error[e] == 0); /* nothing is written */
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

/* Separated by a line; by one value of a feature; and a fit that ended too early. */
static void models_that_are_at_no_minimum(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (int kind = 0; kind < 3; kind++) {
        rows data;
        fill(&data, 2);
        for (int i = 0; i < M; i++) {
            double *x = data.X + (size_t)i * N;
            if (kind == 0)
                x[0] = (data.y[i] == 1 ? 1 : -1) * (0.1 + fabs(x[0]));
            if (kind == 1)
                x[0] = data.y[i] == 1 && i % 4 == 1;
        }
        linclass_fit_options options = options_of(LINCLASS_LOSS_LOGISTIC);
        options.gradient_tolerance = 1e-6;
        options.max_iterations = kind == 2 ? 1 : 0;
        options.solver = kind == 2 ? LINCLASS_SOLVER_SGD : LINCLASS_SOLVER_NEWTON;
        linclass_model *model = fit(ctx, &data.view, data.y, &options);
        const errors of = errors_of(ctx, model, &data.view, data.y, NULL);
        assert_refused(ctx, of.status, LINCLASS_ERROR_NUMERIC, "separated");
        if (kind == 2)
            assert_refused(ctx, of.status, LINCLASS_ERROR_NUMERIC, "fit to a smaller tolerance");
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

static void fits_that_are_no_likelihoods(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    static const char *const words[] = {"l1 = 0.25, l2 = 0", "l1 = 0, l2 = 0.5",
                                        "squared hinge loss", "smoothed labels"};
    for (int kind = 0; kind < 4; kind++) {
        linclass_fit_options options = options_of(LINCLASS_LOSS_SOFTMAX);
        options.solver = LINCLASS_SOLVER_AUTO;
        options.l1 = kind == 0 ? 0.25 : 0;
        options.l2 = kind == 1 ? 0.5 : 0;
        options.loss = kind == 2 ? LINCLASS_LOSS_SQUARED_HINGE : LINCLASS_LOSS_SOFTMAX;
        options.label_smoothing = kind == 3 ? 0.1 : 0;
        options.max_iterations = 2;
        linclass_model *model = fit(ctx, &data.view, data.y, &options);
        const errors of = errors_of(ctx, model, &data.view, data.y, NULL);
        assert_refused(ctx, of.status, LINCLASS_ERROR_UNSUPPORTED, words[kind]);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
}

static void bad_arguments_are_refused_in_words(void **state)
{
    (void)state;
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    const linclass_fit_options options = options_of(LINCLASS_LOSS_SOFTMAX);
    linclass_model *model = fit(ctx, &data.view, data.y, &options);
    linclass_standard_errors found;
    linclass_standard_errors_init(&found, sizeof found);
#define ERRORS(model, X, y, errors) linclass_model_standard_errors(ctx, model, X, y, errors)
    assert_int_equal(linclass_model_standard_errors(NULL, model, &data.view, data.y, &found),
                     invalid);
    assert_refused(ctx, ERRORS(NULL, &data.view, data.y, &found), invalid, "model is NULL");
    assert_refused(ctx, ERRORS(model, &data.view, data.y, NULL), invalid, "errors is NULL");
    assert_refused(ctx, ERRORS(model, NULL, data.y, &found), invalid, "X is NULL");
    assert_refused(ctx, ERRORS(model, &data.view, NULL, &found), invalid, "y is NULL");
    double shared[N * K];
    found.theta = found.theta_error = shared;
    assert_refused(ctx, ERRORS(model, &data.view, data.y, &found), invalid,
                   "errors.theta_error overlaps errors.theta");
    found.theta = found.theta_error = NULL;
    assert_int_equal(ERRORS(model, &data.view, data.y, &found), LINCLASS_OK);
    data.weight[8] = (double)NAN;
    found.sample_weight = data.weight;
    assert_refused(ctx, ERRORS(model, &data.view, data.y, &found), invalid,
                   "errors.sample_weight[8] is");
    found.sample_weight = NULL;
    data.y[3] = 17;
    assert_refused(ctx, ERRORS(model, &data.view, data.y, &found), LINCLASS_ERROR_LABEL,
                   "y[3] is 17");
    data.y[3] = 0;
    data.X[5] = (double)INFINITY;
    assert_refused(ctx, ERRORS(model, &data.view, data.y, &found), LINCLASS_ERROR_NON_FINITE,
                   "X[1, 2] is");
    data.X[5] = 1e200;
    assert_refused(ctx, ERRORS(model, &data.view, data.y, &found), LINCLASS_ERROR_NUMERIC,
                   "overflows");
#undef ERRORS
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* A model of one class, which no fit makes but a caller may: no parameters. */
static void one_class_has_no_errors(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, 1);
    const double zeros[N] = {0};
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, N, 1,
                                           zeros, 1, zeros, NULL, &model),
                     LINCLASS_OK);
    const errors of = succeed(ctx, model, &data.view, data.y, NULL);
    assert_int_equal(of.found.parameters, 0);
    assert_true(of.theta_error[0] == 0 && of.bias_error[0] == 0);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void a_failing_allocation_is_an_error(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    const linclass_fit_options options = options_of(LINCLASS_LOSS_SOFTMAX);
    linclass_model *model = fit(ctx, &data.view, data.y, &options);
    memory_rounds round = memory_rounds_begin(1);
    while (memory_rounds_next(&round))
        memory_rounds_failed(&round, errors_of(round.ctx, model, &data.view, data.y, NULL).status);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_inverse_of_finite_differences),
        cmocka_unit_test(frequencies_have_the_errors_of_frequencies),
        cmocka_unit_test(a_table_has_the_error_of_its_odds_ratio),
        cmocka_unit_test(units_and_zeros_of_the_features),
        cmocka_unit_test(many_features),
        cmocka_unit_test(a_single_precision_model_has_the_errors_of_its_double),
        cmocka_unit_test(singular_hessians_name_the_coefficient),
        cmocka_unit_test(models_that_are_at_no_minimum),
        cmocka_unit_test(fits_that_are_no_likelihoods),
        cmocka_unit_test(bad_arguments_are_refused_in_words),
        cmocka_unit_test(one_class_has_no_errors),
        cmocka_unit_test(a_failing_allocation_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
