/* linclass_model_leave_one_out: Newton's step for the objective without a row, made plainly in long double from the
 * rows that are left, without identities of inverses; fits to them; where there is none, and in which words. */
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

enum { M = 60, N = 3, K = 3, MOST = (N + 1) * K };

/* Samples of overlapping classes, whose scales and origins differ. */
typedef struct rows {
    double X[M * N];
    int64_t y[M];
    double weight[M];
    linclass_matrix view;
} rows;

static void fill(rows *self, int64_t k)
{
    uint64_t noise = 11;
    for (int i = 0; i < M; i++) {
        self->y[i] = i % k;
        self->weight[i] = i % 7 == 0 ? 0 : 1 + i % 3;
        for (int j = 0; j < N; j++)
            self->X[i * N + j] =
                (j == 1 ? 5 : 1) *
                (2 * noise_uniform(&noise) + (j == self->y[i] ? 0.7 : 0) + (j == 2 ? 3 : 0));
    }
    linclass_matrix_init(&self->view, sizeof self->view, LINCLASS_FLOAT64, M, N, self->X, N);
}

typedef struct problem {
    int32_t loss;
    int64_t k;
    int with_bias;
    double l1;
    double l2;
    int weighted;
} problem;

static linclass_model *fit(linclass_context *ctx, const problem *of, const rows *data)
{
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.loss = of->loss;
    options.fit_bias = of->with_bias;
    options.l1 = of->l1;
    options.l2 = of->l2;
    options.gradient_tolerance = 1e-10;
    options.sample_weight = of->weighted ? data->weight : NULL;
    linclass_model *model;
    if (linclass_fit(ctx, &data->view, data->y, &options, NULL, &model) < 0)
        fail_msg("linclass_fit: %s", linclass_context_message(ctx));
    return model;
}

/* A x = b by elimination with pivots; x in place of b. */
static void solve(int P, long double *A, long double *b)
{
    for (int p = 0; p < P; p++) {
        int pivot = p;
        for (int i = p + 1; i < P; i++)
            pivot = fabsl(A[i * P + p]) > fabsl(A[pivot * P + p]) ? i : pivot;
        for (int j = 0; j <= P; j++) {
            long double *one = j < P ? &A[p * P + j] : &b[p];
            long double *other = j < P ? &A[pivot * P + j] : &b[pivot];
            const long double kept = *one;
            *one = *other;
            *other = kept;
        }
        for (int i = 0; i < P; i++) {
            const long double factor = i == p ? 0 : A[i * P + p] / A[p * P + p];
            for (int j = 0; j < P && factor != 0; j++)
                A[i * P + j] -= factor * A[p * P + j];
            b[i] -= factor * b[p];
        }
    }
    for (int p = 0; p < P; p++)
        b[p] /= A[p * P + p];
}

/* The model, and which of its parameters, j k + c, intercepts with j = N, are free to move. */
typedef struct plain {
    const problem *of;
    const rows *data;
    const linclass_model *model;
    int free[MOST];
    int count;
} plain;

static long double parameter(const plain *self, int j, int c)
{
    const double *theta = linclass_model_theta(self->model);
    const double *bias = linclass_model_bias(self->model);
    if (j < N)
        return theta[j * self->of->k + c];
    return bias == NULL ? 0 : bias[c];
}

/* Not those of a class that is the reference, nor weights that an l1 penalty holds at 0. */
static plain plain_of(const problem *of, const rows *data, const linclass_model *model)
{
    plain self = {.of = of, .data = data, .model = model};
    const int reference = of->loss == LINCLASS_LOSS_LOGISTIC || (of->l1 == 0 && of->l2 == 0);
    for (int j = 0; j < N + of->with_bias; j++) {
        for (int c = reference; c < of->k; c++) {
            if (j == N || of->l1 == 0 || parameter(&self, j, c) != 0)
                self.free[self.count++] = j * (int)of->k + c;
        }
    }
    return self;
}

static void probabilities(const plain *self, int i, long double *h, long double *z)
{
    const int k = (int)self->of->k;
    long double sum = 0;
    for (int c = 0; c < k; c++) {
        h[c] = parameter(self, N, c);
        for (int j = 0; j < N; j++)
            h[c] += self->data->X[i * N + j] * parameter(self, j, c);
        z[c] = expl(h[c]);
        sum += z[c];
    }
    for (int c = 0; c < k; c++)
        z[c] /= sum;
}

static long double weight_of(const plain *self, int i)
{
    return self->of->weighted ? self->data->weight[i] : 1;
}

/* Add row i to the Hessian and the gradient of the summed loss in the parameters that are free. */
static void add_row(const plain *self, int i, long double *A, long double *b)
{
    const int k = (int)self->of->k;
    const double *x = self->data->X + (ptrdiff_t)i * N;
    long double h[K];
    long double z[K];
    probabilities(self, i, h, z);
    for (int p = 0; p < self->count; p++) {
        const int c = self->free[p] % k;
        const long double xp = self->free[p] / k < N ? x[self->free[p] / k] : 1;
        b[p] += weight_of(self, i) * (z[c] - (c == self->data->y[i])) * xp;
        for (int q = 0; q < self->count; q++) {
            const int d = self->free[q] % k;
            const long double xq = self->free[q] / k < N ? x[self->free[q] / k] : 1;
            A[p * self->count + q] += weight_of(self, i) * z[c] * ((c == d) - z[d]) * xp * xq;
        }
    }
}

/* Scores of row `out` after Newton's step for the sum over the other rows, whose gradient is less what its own is at
 * the minimum over all. */
static void step_without(const plain *self, int out, long double *h)
{
    const int k = (int)self->of->k;
    const int P = self->count;
    long double A[MOST * MOST] = {0};
    long double b[MOST] = {0};
    long double ignored[MOST * MOST] = {0};
    long double z[K];
    long double total = 0;
    for (int i = 0; i < M; i++) {
        long double unused[MOST] = {0};
        total += weight_of(self, i);
        if (i != out)
            add_row(self, i, A, unused);
    }
    add_row(self, out, ignored, b); /* the gradient without it is minus its own */
    for (int p = 0; p < P; p++) {
        const int intercept = self->free[p] / k == N;
        A[p * P + p] += intercept ? 0 : total * self->of->l2;
        for (int q = 0; q < P && intercept && self->of->loss == LINCLASS_LOSS_SOFTMAX; q++)
            A[p * P + q] += self->free[q] / k == N && (self->of->l1 > 0 || self->of->l2 > 0);
    }
    solve(P, A, b);
    probabilities(self, out, h, z);
    for (int p = 0; p < P; p++) {
        const int j = self->free[p] / k;
        h[self->free[p] % k] += b[p] * (j < N ? self->data->X[out * N + j] : 1);
    }
}

static void check(linclass_context *ctx, const problem *of)
{
    rows data;
    fill(&data, of->k);
    linclass_model *model = fit(ctx, of, &data);
    double scores[M * K];
    linclass_leave_one_out found;
    linclass_leave_one_out_init(&found, sizeof found);
    found.scores = scores;
    found.sample_weight = of->weighted ? data.weight : NULL;
    if (linclass_model_leave_one_out(ctx, model, &data.view, data.y, &found) != LINCLASS_OK)
        fail_msg("linclass_model_leave_one_out: %s", linclass_context_message(ctx));
    const plain self = plain_of(of, &data, model);
    long double loss = 0;
    long double error = 0;
    long double total = 0;
    for (int i = 0; i < M; i++) {
        long double h[K];
        long double sum = 0;
        int best = 0;
        step_without(&self, i, h);
        const double *row = scores + (ptrdiff_t)i * of->k;
        for (int c = 0; c < of->k; c++) {
            if (weight_of(&self, i) > 0) /* 1e-8: the fit ends so near the minimum */
                assert_near(row[c] - row[0], (double)(h[c] - h[0]), 1e-8);
            sum += expl(h[c] - h[data.y[i]]);
            best = h[c] > h[best] ? c : best;
        }
        loss += weight_of(&self, i) * logl(sum);
        error += weight_of(&self, i) * (best != data.y[i]);
        total += weight_of(&self, i);
    }
    assert_near(found.loss, (double)(loss / total), 1e-8);
    assert_near(found.error, (double)(error / total), 1e-12);
    assert_true(found.loss_standard_error > 0 && found.error_standard_error > 0);
    linclass_model_destroy(model);
}

static void newtons_step_without_the_row(void **state)
{
    (void)state;
    static const problem PROBLEMS[] = {
        {LINCLASS_LOSS_SOFTMAX, 3, 1, 0, 0.05, 0},     {LINCLASS_LOSS_SOFTMAX, 3, 0, 0, 0.05, 1},
        {LINCLASS_LOSS_SOFTMAX, 3, 1, 0, 0, 0},        {LINCLASS_LOSS_SOFTMAX, 2, 1, 0, 0.01, 1},
        {LINCLASS_LOSS_SOFTMAX, 3, 1, 0.02, 0.01, 1},  {LINCLASS_LOSS_SOFTMAX, 3, 1, 0.02, 0, 0},
        {LINCLASS_LOSS_LOGISTIC, 2, 1, 0, 0.02, 1},    {LINCLASS_LOSS_LOGISTIC, 2, 0, 0, 0, 0},
        {LINCLASS_LOSS_LOGISTIC, 2, 1, 0.03, 0.01, 0},
    };
    linclass_context *ctx = context_of(2);
    for (size_t i = 0; i < sizeof PROBLEMS / sizeof *PROBLEMS; i++)
        check(ctx, &PROBLEMS[i]);
    linclass_context_destroy(ctx);
}

/* Left out in fact, fits to the other rows with the same penalty of their sum. */
static void near_the_loss_of_fits_without_each_row(void **state)
{
    (void)state;
    problem of = {LINCLASS_LOSS_SOFTMAX, 3, 1, 0, 0.05, 0};
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, of.k);
    linclass_model *model = fit(ctx, &of, &data);
    linclass_leave_one_out found;
    linclass_leave_one_out_init(&found, sizeof found);
    assert_int_equal(linclass_model_leave_one_out(ctx, model, &data.view, data.y, &found),
                     LINCLASS_OK);
    of.l2 *= M / (double)(M - 1);
    of.weighted = 1;
    double sum = 0;
    for (int out = 0; out < M; out++) {
        for (int i = 0; i < M; i++)
            data.weight[i] = i != out;
        linclass_model *without = fit(ctx, &of, &data);
        double z[K];
        linclass_matrix row = data.view;
        row.rows = 1;
        row.data = data.X + (ptrdiff_t)out * N;
        assert_int_equal(linclass_model_probabilities(ctx, without, &row, LINCLASS_FLOAT64, z, K),
                         LINCLASS_OK);
        sum -= log(z[data.y[out]]);
        linclass_model_destroy(without);
    }
    linclass_evaluation fitted;
    linclass_evaluation_init(&fitted, sizeof fitted);
    assert_int_equal(linclass_model_evaluate(ctx, model, &data.view, data.y, &fitted), LINCLASS_OK);
    /* What is left of the optimism of the rows fitted to is of second order: a tenth of it, say. */
    const double optimism = sum / M - fitted.loss;
    assert_true(optimism > 0);
    assert_near(found.loss, sum / M, optimism / 10);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* Several chunks of rows and many blocks: the same bits for any number of threads. */
static void the_same_bits_for_any_threads(void **state)
{
    (void)state;
    enum { ROWS = 1200, FEATURES = 20, CLASSES = 7 };
    linclass_matrix X;
    double *x = random_samples(LINCLASS_FLOAT64, ROWS, FEATURES, 17, &X);
    int64_t *y = calloc(ROWS, sizeof *y);
    uint64_t noise = 4;
    for (int i = 0; i < ROWS; i++)
        y[i] = noise_below(&noise, CLASSES);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.l2 = 1e-3;
    linclass_model *model;
    assert_int_equal(linclass_fit(ctx, &X, y, &options, NULL, &model), LINCLASS_OK);
    double *scores[2];
    for (int run = 0; run < 2; run++) {
        linclass_context *other = context_of(run == 0 ? 1 : 3);
        linclass_leave_one_out found;
        linclass_leave_one_out_init(&found, sizeof found);
        scores[run] = found.scores = calloc((size_t)ROWS * CLASSES, sizeof(double));
        assert_int_equal(linclass_model_leave_one_out(other, model, &X, y, &found), LINCLASS_OK);
        assert_int_equal(found.parameters, CLASSES * (FEATURES + 1));
        linclass_context_destroy(other);
    }
    assert_memory_equal(scores[0], scores[1], ROWS * CLASSES * sizeof(double));
    free(scores[0]);
    free(scores[1]);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(y);
    free(x);
}

static void what_has_no_estimate(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, K);
    linclass_leave_one_out found;
    linclass_leave_one_out_init(&found, sizeof found);
    problem of = {LINCLASS_LOSS_SQUARED_HINGE, K, 1, 0, 0.1, 0};
    linclass_model *model = fit(ctx, &of, &data);
    assert_refused(ctx, linclass_model_leave_one_out(ctx, model, &data.view, data.y, &found),
                   LINCLASS_ERROR_UNSUPPORTED, "not of the squared hinge loss");
    linclass_model_destroy(model);
    of.loss = LINCLASS_LOSS_SOFTMAX;
    model = fit(ctx, &of, &data);
    assert_refused(ctx, linclass_model_leave_one_out(NULL, model, &data.view, data.y, &found),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "");
    assert_refused(ctx, linclass_model_leave_one_out(ctx, model, &data.view, NULL, &found),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL");
    data.weight[3] = -1;
    found.sample_weight = data.weight;
    assert_refused(ctx, linclass_model_leave_one_out(ctx, model, &data.view, data.y, &found),
                   LINCLASS_ERROR_INVALID_ARGUMENT, "result.sample_weight[3] is -1");
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* A feature that one row alone has: without it nothing says what its weight is. */
static void a_row_that_alone_determines_a_weight_is_named(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows data;
    fill(&data, 2);
    for (int i = 0; i < M; i++)
        data.X[i * N] = i == 17;
    const double theta[N * 2] = {0, 0.3, 0, 0.1, 0, -0.2};
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_LOGISTIC, LINCLASS_FLOAT64, N, 2,
                                           theta, 2, NULL, NULL, &model),
                     LINCLASS_OK);
    linclass_leave_one_out found;
    linclass_leave_one_out_init(&found, sizeof found);
    assert_refused(ctx, linclass_model_leave_one_out(ctx, model, &data.view, data.y, &found),
                   LINCLASS_ERROR_NUMERIC, "row 17 alone determines a coefficient");
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void allocations_that_fail(void **state)
{
    (void)state;
    const problem of = {LINCLASS_LOSS_SOFTMAX, K, 1, 0, 0.1, 0};
    rows data;
    fill(&data, K);
    linclass_context *ctx = context_of(1);
    linclass_model *model = fit(ctx, &of, &data);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        double scores[M * K];
        linclass_leave_one_out found;
        linclass_leave_one_out_init(&found, sizeof found);
        found.scores = scores;
        const linclass_status status =
            linclass_model_leave_one_out(r.ctx, model, &data.view, data.y, &found);
        if (memory_rounds_failed(&r, status))
            assert_int_equal(linclass_model_leave_one_out(r.ctx, model, &data.view, data.y, &found),
                             LINCLASS_OK);
    }
    assert_true(r.k > 3);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newtons_step_without_the_row),
        cmocka_unit_test(near_the_loss_of_fits_without_each_row),
        cmocka_unit_test(the_same_bits_for_any_threads),
        cmocka_unit_test(what_has_no_estimate),
        cmocka_unit_test(a_row_that_alone_determines_a_weight_is_named),
        cmocka_unit_test(allocations_that_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
