/* Steps on minibatches: every loss, with and without momentum, decay, weights and shuffling, of elements that are
 * read in place and that are converted, in batches of 1 to 17 rows, of an even and an odd number of rows, against plain
 * loops in double; and steps on single rows against the same steps in two passes over theta, bit by bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <linclass/linclass.h>

#include "core/context.h"
#include "core/real.h"
#include "core/vector/usable.h"
#include "support/assert_refused.h"
#include "support/losses.h"
#include "support/noise.h"
#include "sweep/losses.h"
#include "sweep/step.h"

enum { M = 40, N = 37, MOST_CLASSES = 10, LARGEST_BATCH = 17 };

typedef struct trial {
    int32_t loss;
    int64_t k;
    int64_t batch;
    int64_t rows; /* of an epoch */
    bool momentum;
    bool decay;
    bool weights;
    bool shuffled;
    bool bytes;
    bool with_bias;
} trial;

typedef struct rows {
    real X[M * N];
    uint8_t bytes[M * N];
    int64_t y[M];
    double weights[M];
    int64_t order[M];
    linclass_matrix view;
} rows;

typedef struct parameters {
    real theta[N * MOST_CLASSES]; /* N x k */
    real bias[MOST_CLASSES];
} parameters;

static const double mu = 0.75;

static void rows_begin(rows *self, const trial *t)
{
    uint64_t state = 7;
    for (int i = 0; i < M * N; i++) {
        self->bytes[i] = (uint8_t)noise_below(&state, 256);
        self->X[i] = (real)self->bytes[i] / 256;
    }
    for (int i = 0; i < M; i++) {
        self->y[i] = noise_below(&state, t->k == 1 ? 2 : t->k);
        self->weights[i] = 0.5 + (double)noise_below(&state, 100) / 50;
        self->order[i] = (i * 11 + 5) % M;
    }
    const int32_t dtype = t->bytes          ? LINCLASS_UINT8
                          : REAL_BITS == 32 ? LINCLASS_FLOAT32
                                            : LINCLASS_FLOAT64;
    const void *data = t->bytes ? (const void *)self->bytes : self->X;
    assert_int_equal(linclass_matrix_init(&self->view, sizeof self->view, dtype, M, N, data, N),
                     LINCLASS_OK);
    self->view.scale = t->bytes ? 1.0 / 256 : 1;
}

static void parameters_begin(parameters *self, const trial *t)
{
    memset(self, 0, sizeof *self); /* all of it is compared */
    uint64_t state = 11;
    for (int64_t i = 0; i < N * t->k; i++)
        self->theta[i] = (real)noise_uniform(&state) / 4;
    for (int64_t j = 0; j < t->k; j++)
        self->bias[j] = (real)noise_uniform(&state) / 4;
}

static double rate_at(int64_t first)
{
    return 0x1p-8 / (1 + (double)first / 16);
}

static double decay_at(const trial *t, int64_t first)
{
    return t->decay ? 2 * rate_at(first) : 0;
}

/* Steps by one stepper, at rows first..end-1 of an epoch; cut: no update waits for the next row. Returns the status of
 * the first step that failed. */
static linclass_status descend_from(linclass_context *ctx, const trial *t, const rows *data,
                                    bool cut, int64_t first, int64_t end, parameters *at)
{
    REAL(minibatch_stepper)
    stepper = {
        .sweep = {.X = &data->view,
                  .targets = {.y = data->y, .weights = t->weights ? data->weights : NULL},
                  .map = {.set = ctx->vector_set, .n = N, .k = t->k},
                  .kernel = loss_kernel_of(ctx->vector_set, t->loss),
                  .one_score = t->k == 1},
        .momentum = t->momentum ? (real)mu : 0,
    };
    assert_int_equal(
        stepper_begin(ctx, &stepper, t->batch, at->theta, t->k, t->with_bias ? at->bias : NULL),
        LINCLASS_OK);
    linclass_status status = LINCLASS_OK;
    for (; first < end && status == LINCLASS_OK; first += t->batch) {
        const int64_t count = end - first < t->batch ? end - first : t->batch;
        status = stepper_step(ctx, &stepper, t->shuffled ? data->order + first : NULL, first, count,
                              end - first - count, (real)rate_at(first), (real)decay_at(t, first));
        if (cut)
            stepper_finish(&stepper);
    }
    stepper_store(&stepper, at->theta, t->k, at->bias);
    stepper_end(ctx, &stepper);
    return status;
}

static linclass_status descend(linclass_context *ctx, const trial *t, const rows *data, bool cut,
                               parameters *at)
{
    return descend_from(ctx, t, data, cut, 0, t->rows, at);
}

/* The same in plain loops. */
static void plain_descent(const trial *t, const rows *data, const parameters *begin, double *theta,
                          double *bias)
{
    const int64_t k = t->k;
    double v[N * MOST_CLASSES] = {0};
    double v_bias[MOST_CLASSES] = {0};
    for (int64_t i = 0; i < N * k; i++)
        theta[i] = (double)begin->theta[i];
    for (int64_t j = 0; j < k; j++)
        bias[j] = (double)begin->bias[j];
    for (int64_t first = 0; first < t->rows; first += t->batch) {
        const int64_t count = t->rows - first < t->batch ? t->rows - first : t->batch;
        double G[N * MOST_CLASSES] = {0};
        double g[MOST_CLASSES] = {0};
        for (int64_t i = first; i < first + count; i++) {
            const int64_t row = t->shuffled ? data->order[i] : i;
            const real *x = data->X + row * N;
            long double h[MOST_CLASSES];
            long double r[MOST_CLASSES];
            for (int64_t j = 0; j < k; j++) {
                h[j] = t->with_bias ? bias[j] : 0;
                for (int64_t l = 0; l < N; l++)
                    h[j] += (long double)x[l] * theta[l * k + j];
            }
            losses_row(t->loss, k, h, data->y[row], r, NULL);
            const double weight = t->weights ? data->weights[row] : 1;
            for (int64_t j = 0; j < k; j++) {
                const double step = (double)r[j] * weight * rate_at(first) / (double)count;
                g[j] += step;
                for (int64_t l = 0; l < N; l++)
                    G[l * k + j] += step * (double)x[l];
            }
        }
        const double keep = t->momentum ? mu : 0;
        for (int64_t e = 0; e < N * k; e++) {
            v[e] = keep * v[e] - decay_at(t, first) * theta[e] - G[e];
            theta[e] += v[e];
        }
        for (int64_t j = 0; j < k && t->with_bias; j++) {
            v_bias[j] = keep * v_bias[j] - g[j];
            bias[j] += v_bias[j];
        }
    }
}

/* 40 steps at most, of a rate below what would let errors grow, each from scores that are sums of 38 products of
 * numbers below 8: some thousand roundings, multiplied by the rate and features below 1. */
static const double tolerance = REAL_BITS == 32 ? 2e-5 : 4e-14;

static void check(linclass_context *ctx, const trial *t)
{
    static rows data;
    parameters begin;
    double theta[N * MOST_CLASSES];
    double bias[MOST_CLASSES];
    rows_begin(&data, t);
    parameters_begin(&begin, t);
    plain_descent(t, &data, &begin, theta, bias);
    parameters found = begin;
    assert_int_equal(descend(ctx, t, &data, false, &found), LINCLASS_OK);
    for (int64_t e = 0; e < N * t->k; e++) {
        if (!(fabs((double)found.theta[e] - theta[e]) <= tolerance))
            fail_msg("%s, %d rows, k = %d, batch %d, momentum %d, decay %d, weights %d, "
                     "shuffled %d, bytes %d: theta[%d] is %g, should be %g",
                     linclass_loss_name(t->loss), (int)t->rows, (int)t->k, (int)t->batch,
                     t->momentum, t->decay, t->weights, t->shuffled, t->bytes, (int)e,
                     (double)found.theta[e], theta[e]);
    }
    for (int64_t j = 0; j < t->k && t->with_bias; j++)
        assert_true(fabs((double)found.bias[j] - bias[j]) <= tolerance);
    parameters cut = begin;
    assert_int_equal(descend(ctx, t, &data, true, &cut), LINCLASS_OK);
    if (memcmp(&cut, &found, sizeof found) != 0)
        fail_msg("%s, k = %d, batch %d, momentum %d, decay %d: steps whose updates do not wait for "
                 "the next row give other bits",
                 linclass_loss_name(t->loss), (int)t->k, (int)t->batch, t->momentum, t->decay);
}

static trial trial_of(int32_t loss, int64_t batch, int64_t row_count, int choice)
{
    return (trial){
        .loss = loss,
        .k = losses_columns(loss, batch % 3 == 0 ? 3 : MOST_CLASSES),
        .batch = batch,
        .rows = row_count,
        .momentum = choice & 1,
        .decay = choice & 2,
        .weights = choice & 4,
        .shuffled = choice & 8,
        .bytes = choice & 16,
        .with_bias = (choice + batch) % 5 != 0,
    };
}

static void test_steps(void **state)
{
    (void)state;
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    for (ctx->vector_set = 1; ctx->vector_set <= vector_sets_usable(); ctx->vector_set++) {
        for (int32_t loss = 1; losses_defined(loss); loss++) {
            for (int64_t batch = 1; batch <= LARGEST_BATCH; batch++) {
                for (int choice = 0; choice < 64; choice++) {
                    const trial t = trial_of(loss, batch, choice < 32 ? M : M - 1, choice % 32);
                    check(ctx, &t);
                }
            }
        }
    }
    linclass_context_destroy(ctx);
}

/* The rows of an epoch are paired in their order: another stepper that goes on where a pair ends makes the same
 * steps. */
static void test_epochs_cut_between_pairs(void **state)
{
    (void)state;
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    for (int choice = 0; choice < 32; choice += 2) { /* a velocity does not go on */
        const trial t = trial_of(LINCLASS_LOSS_SOFTMAX, 1, M - 1, choice);
        static rows data;
        parameters begin;
        rows_begin(&data, &t);
        parameters_begin(&begin, &t);
        parameters whole = begin;
        assert_int_equal(descend(ctx, &t, &data, false, &whole), LINCLASS_OK);
        for (int64_t cut = 2; cut < M - 1; cut += 2) {
            parameters found = begin;
            assert_int_equal(descend_from(ctx, &t, &data, false, 0, cut, &found), LINCLASS_OK);
            assert_int_equal(descend_from(ctx, &t, &data, false, cut, M - 1, &found), LINCLASS_OK);
            assert_memory_equal(&found, &whole, sizeof found);
        }
    }
    linclass_context_destroy(ctx);
}

/* The product of two rows overflows, but not their scores: the perceptron's residuals are zero at most, as class 0 is
 * right from the start. */
static void test_rows_whose_product_overflows(void **state)
{
    (void)state;
    const trial t = {
        .loss = LINCLASS_LOSS_PERCEPTRON, .k = 2, .batch = 1, .rows = M, .with_bias = true};
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    static rows data;
    rows_begin(&data, &t);
    for (int i = 0; i < M; i++)
        data.y[i] = 0;
    for (int i = 0; i < M * N; i++)
        data.X[i] = REAL_BITS == 32 ? (real)1e30 : (real)1e300;
    parameters before = {.bias = {1}};
    parameters found = before;
    assert_int_equal(descend(ctx, &t, &data, false, &found), LINCLASS_OK);
    assert_memory_equal(&found, &before, sizeof found);
    linclass_context_destroy(ctx);
}

/* The row is named, and the steps before it are made, whether it is the first of a pair or the second. */
static void test_row_that_is_not_finite(void **state)
{
    (void)state;
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    for (int choice = 0; choice < 4; choice++) {
        for (int64_t bad = 22; bad <= 23; bad++) {
            const trial t = trial_of(LINCLASS_LOSS_SOFTMAX, 1, M, choice);
            trial until = t;
            until.rows = bad;
            static rows data;
            parameters before;
            rows_begin(&data, &t);
            parameters_begin(&before, &t);
            parameters found = before;
            assert_int_equal(descend(ctx, &until, &data, false, &before), LINCLASS_OK);
            data.X[bad * N + 5] = (real)NAN;
            assert_refused(ctx, descend(ctx, &t, &data, false, &found), LINCLASS_ERROR_NON_FINITE,
                           bad == 22 ? "[22, 5]" : "[23, 5]");
            assert_memory_equal(&found, &before, sizeof found);
        }
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_epochs_cut_between_pairs),
        cmocka_unit_test(test_rows_whose_product_overflows),
        cmocka_unit_test(test_row_that_is_not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
