/* Models of standardised columns: the scores of the columns as they are, and what verify, leave-one-out and standard
 * errors make of them, against the same model and rows that were standardised here, by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "support/assert_refused.h"
#include "support/memory_rounds.h"
#include "support/noise.h"

enum { M = 80, N = 4, K = 3 };

/* Columns far from zero, near it, in small units, and constant. */
static const double SHIFT[N] = {3000, 0.5, -2e-5, 7};
static const double UNIT[N] = {2, 1, 1e-5, 0};
static const double FACTOR[N] = {0.5, 1.25, -8e4, 1};

typedef struct rows {
    double X[M * N];
    float narrow[M * N];
    double standard[M * N];
    float narrow_standard[M * N];
    int64_t y[M];
    double mean[N];
    linclass_matrix raw;
    linclass_matrix scaled;
} rows;

static void fill(rows *self, int32_t dtype, int64_t k)
{
    uint64_t noise = 5;
    for (int i = 0; i < M; i++) {
        self->y[i] = i % k;
        for (int j = 0; j < N; j++) {
            self->X[i * N + j] = SHIFT[j] + UNIT[j] * (noise_uniform(&noise) + (j == self->y[i]));
            self->narrow[i * N + j] = (float)self->X[i * N + j];
        }
    }
    for (int i = 0; i < M * N; i++) {
        const double x = dtype == LINCLASS_FLOAT64 ? self->X[i] : (double)self->narrow[i];
        self->mean[i % N] = SHIFT[i % N];
        self->standard[i] = (x - SHIFT[i % N]) * FACTOR[i % N];
        self->narrow_standard[i] = (float)self->standard[i];
    }
    const int wide = dtype == LINCLASS_FLOAT64;
    linclass_matrix_init(&self->raw, sizeof self->raw, dtype, M, N,
                         wide ? (const void *)self->X : self->narrow, N);
    linclass_matrix_init(&self->scaled, sizeof self->scaled, dtype, M, N,
                         wide ? (const void *)self->standard : self->narrow_standard, N);
}

static linclass_context *context(void)
{
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    return ctx;
}

static linclass_model *fit(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                           int32_t loss, int32_t dtype, double l2, int with_bias)
{
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.loss = loss;
    options.dtype = dtype;
    options.l2 = l2;
    options.fit_bias = with_bias;
    options.gradient_tolerance = 1e-8;
    linclass_model *model;
    if (linclass_fit(ctx, X, y, &options, NULL, &model) < 0)
        fail_msg("linclass_fit: %s", linclass_context_message(ctx));
    return model;
}

static linclass_model *raw_model(linclass_context *ctx, const linclass_model *model,
                                 const double *mean)
{
    linclass_model *made;
    if (linclass_model_with_standardization(ctx, model, mean, FACTOR, &made) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    return made;
}

static linclass_model *by_way_of_bytes(linclass_context *ctx, const linclass_model *model)
{
    int64_t length = 0;
    assert_int_equal(linclass_model_serialize(ctx, model, NULL, 0, &length), LINCLASS_OK);
    char *bytes = malloc((size_t)length);
    assert_non_null(bytes);
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, length, &length), LINCLASS_OK);
    linclass_model *back;
    assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &back), LINCLASS_OK);
    free(bytes);
    return back;
}

static linclass_certificate verified(linclass_context *ctx, const linclass_model *model,
                                     const linclass_matrix *X, const int64_t *y)
{
    linclass_certificate found;
    linclass_certificate_init(&found, sizeof found);
    if (linclass_model_verify(ctx, model, X, y, &found) != LINCLASS_OK)
        fail_msg("linclass_model_verify: %s", linclass_context_message(ctx));
    return found;
}

/* Within a few roundings of the precision, relative to the larger of `size` and the number. */
static void near(const char *what, double found, double want, double size, int32_t dtype)
{
    const double unit = dtype == LINCLASS_FLOAT64 ? 1e-12 : 1e-5;
    if (!(fabs(found - want) <= unit * fmax(size, fabs(want))))
        fail_msg("%s is %.17g, should be %.17g", what, found, want);
}

static void check_scores(linclass_context *ctx, const linclass_model *raw,
                         const linclass_model *fitted, const rows *data, int32_t dtype)
{
    double found[M * K];
    double want[M * K];
    const int64_t k = linclass_model_classes(raw);
    assert_int_equal(linclass_model_scores(ctx, raw, &data->raw, LINCLASS_FLOAT64, found, k),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_scores(ctx, fitted, &data->scaled, LINCLASS_FLOAT64, want, k),
                     LINCLASS_OK);
    /* Intercepts for columns at 3000 are of that size: the scores lose as many digits. */
    for (int64_t i = 0; i < M * k; i++)
        near("a score", found[i], want[i], 1e5, dtype);
}

static void check_agrees(int32_t loss, int32_t dtype, int64_t k, int with_bias)
{
    linclass_context *ctx = context();
    rows data;
    fill(&data, dtype, k);
    if (!with_bias) {
        for (int i = 0; i < M * N; i++) {
            const double x = dtype == LINCLASS_FLOAT64 ? data.X[i] : (double)data.narrow[i];
            data.standard[i] = x * FACTOR[i % N];
            data.narrow_standard[i] = (float)data.standard[i];
        }
    }
    linclass_model *fitted = fit(ctx, &data.scaled, data.y, loss, dtype, 1e-2, with_bias);
    linclass_model *made = raw_model(ctx, fitted, with_bias ? data.mean : NULL);
    linclass_model *raw = by_way_of_bytes(ctx, made);
    check_scores(ctx, raw, fitted, &data, dtype);
    const linclass_certificate found = verified(ctx, raw, &data.raw, data.y);
    const linclass_certificate want = verified(ctx, fitted, &data.scaled, data.y);
    assert_int_equal(found.compared, 1);
    assert_int_equal(found.differs, 0);
    assert_int_equal(found.at_minimum, want.at_minimum);
    near("the objective", found.objective, want.objective, 0, dtype);
    near("the dual objective", found.dual_objective, want.dual_objective, 0, dtype);
    for (int64_t j = 0; j < N; j++) {
        assert_true(linclass_model_column_factors(raw)[j] == FACTOR[j]);
        assert_true(linclass_model_column_means(raw)[j] == (with_bias ? data.mean[j] : 0));
    }
    /* Other rows are found out. */
    data.y[0] = (data.y[0] + 1) % k;
    assert_int_not_equal(verified(ctx, raw, &data.raw, data.y).differs, 0);
    linclass_model_destroy(raw);
    linclass_model_destroy(made);
    linclass_model_destroy(fitted);
    linclass_context_destroy(ctx);
}

static void test_verify_agrees_on_the_columns_as_they_are(void **state)
{
    (void)state;
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        check_agrees(LINCLASS_LOSS_SOFTMAX, dtype, K, 1);
        check_agrees(LINCLASS_LOSS_LOGISTIC, dtype, 2, 1);
        check_agrees(LINCLASS_LOSS_SQUARED_HINGE, dtype, K, 1);
        check_agrees(LINCLASS_LOSS_SOFTMAX, dtype, K, 0);
    }
}

/* Sparse rows, whose starts and elements begin somewhere in their arrays; values, or none. */
static void check_sparse(int with_values)
{
    enum { BEFORE = 3 };
    linclass_context *ctx = context();
    int64_t starts[M + 1];
    int32_t columns[BEFORE + 2 * M];
    float values[BEFORE + 2 * M];
    float scaled[BEFORE + 2 * M];
    int64_t y[M];
    uint64_t noise = 9;
    memset(columns, 0, sizeof columns);
    memset(values, 0, sizeof values);
    memset(scaled, 0, sizeof scaled);
    int64_t e = BEFORE;
    for (int i = 0; i < M; i++) {
        starts[i] = e;
        y[i] = noise_below(&noise, K);
        const int64_t first = noise_below(&noise, N - 1);
        for (int64_t column = first; i % 9 != 0 && column < first + 2; column++, e++) {
            columns[e] = (int32_t)column;
            values[e] = with_values ? (float)(1 + noise_uniform(&noise)) : 1;
            scaled[e] = (float)((double)values[e] * FACTOR[column]);
        }
    }
    starts[M] = e;
    linclass_matrix raw;
    linclass_matrix standard;
    linclass_matrix_init_csr(&raw, sizeof raw, LINCLASS_FLOAT32, M, N, starts, LINCLASS_INT32,
                             columns, with_values ? values : NULL);
    linclass_matrix_init_csr(&standard, sizeof standard, LINCLASS_FLOAT32, M, N, starts,
                             LINCLASS_INT32, columns, scaled);
    linclass_model *fitted =
        fit(ctx, &standard, y, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, 1e-2, 1);
    linclass_model *made = raw_model(ctx, fitted, NULL);
    assert_int_equal(verified(ctx, made, &raw, y).differs, 0);
    linclass_model_destroy(made);
    linclass_model_destroy(fitted);
    linclass_context_destroy(ctx);
}

static void test_verify_agrees_on_sparse_rows(void **state)
{
    (void)state;
    check_sparse(1);
    check_sparse(0);
}

static void test_rows_left_out_are_those_of_the_fit(void **state)
{
    (void)state;
    linclass_context *ctx = context();
    rows data;
    fill(&data, LINCLASS_FLOAT64, K);
    linclass_model *fitted =
        fit(ctx, &data.scaled, data.y, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 1e-2, 1);
    linclass_model *made = raw_model(ctx, fitted, data.mean);
    linclass_leave_one_out found;
    linclass_leave_one_out want;
    linclass_leave_one_out_init(&found, sizeof found);
    linclass_leave_one_out_init(&want, sizeof want);
    assert_int_equal(linclass_model_leave_one_out(ctx, made, &data.raw, data.y, &found),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_leave_one_out(ctx, fitted, &data.scaled, data.y, &want),
                     LINCLASS_OK);
    near("the loss", found.loss, want.loss, 0, LINCLASS_FLOAT64);
    near("the error", found.error, want.error, 0, LINCLASS_FLOAT64);
    linclass_model_destroy(made);
    linclass_model_destroy(fitted);
    linclass_context_destroy(ctx);
}

static void refused(linclass_context *ctx, const linclass_model *model, const double *mean,
                    const double *factor, linclass_status status, const char *message)
{
    linclass_model *made = (linclass_model *)1;
    assert_refused(ctx, linclass_model_with_standardization(ctx, model, mean, factor, &made),
                   status, message);
    assert_null(made);
}

static void test_means_and_factors_that_cannot_be(void **state)
{
    (void)state;
    linclass_context *ctx = context();
    const float theta[2 * K] = {1, 2, 3, 4, 5, 3e38F};
    const float bias[K] = {0, 1, 2};
    const double ones[2] = {1, 1};
    const double zero[2] = {1, 0};
    const double infinite[2] = {INFINITY, 1};
    const double large[2] = {1, 10};
    linclass_model *plain;
    linclass_model *with_bias;
    linclass_model *made;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, 2, K,
                                           theta, K, NULL, NULL, &plain),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, 2, K,
                                           theta, K, bias, NULL, &with_bias),
                     LINCLASS_OK);
    const linclass_status bad = LINCLASS_ERROR_INVALID_ARGUMENT;
    refused(ctx, plain, NULL, NULL, bad, "factor is NULL");
    refused(ctx, plain, ones, ones, bad, "mean[0] is 1, and the model has no intercepts");
    refused(ctx, with_bias, infinite, ones, bad, "mean[0] is inf, not finite");
    refused(ctx, plain, NULL, zero, bad, "factor[1] is 0");
    refused(ctx, plain, NULL, infinite, bad, "factor[0] is inf");
    refused(ctx, plain, NULL, large, LINCLASS_ERROR_NUMERIC, "overflows");
    refused(ctx, NULL, NULL, ones, bad, "model is NULL");
    assert_int_equal(linclass_model_with_standardization(ctx, plain, NULL, ones, NULL), bad);
    assert_int_equal(linclass_model_with_standardization(ctx, with_bias, ones, ones, &made),
                     LINCLASS_OK);
    refused(ctx, made, NULL, ones, bad, "already");
    assert_null(linclass_model_column_factors(plain));
    assert_null(linclass_model_column_means(plain));
    linclass_model_destroy(made);
    linclass_model_destroy(with_bias);
    linclass_model_destroy(plain);
    linclass_context_destroy(ctx);
}

static void test_memory_that_fails_leaves_nothing(void **state)
{
    (void)state;
    linclass_context *plain = context();
    rows data;
    fill(&data, LINCLASS_FLOAT32, K);
    linclass_model *fitted =
        fit(plain, &data.scaled, data.y, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, 1e-2, 1);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_model *made;
        linclass_certificate found;
        linclass_certificate_init(&found, sizeof found);
        linclass_status status =
            linclass_model_with_standardization(r.ctx, fitted, data.mean, FACTOR, &made);
        if (status == LINCLASS_OK)
            status = linclass_model_verify(r.ctx, made, &data.raw, data.y, &found);
        (void)memory_rounds_failed(&r, status);
        linclass_model_destroy(made);
    }
    linclass_model_destroy(fitted);
    linclass_context_destroy(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verify_agrees_on_the_columns_as_they_are),
        cmocka_unit_test(test_verify_agrees_on_sparse_rows),
        cmocka_unit_test(test_rows_left_out_are_those_of_the_fit),
        cmocka_unit_test(test_means_and_factors_that_cannot_be),
        cmocka_unit_test(test_memory_that_fails_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
