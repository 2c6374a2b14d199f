/* The hinge losses solved to a gap: against minima worked by hand, and minima found in long double by ascent of the
 * dual problem, one or two variables after the other; dense and sparse rows, weights, threads, limits. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/csr.h"
#include "support/fit_promises.h"
#include "support/fitting.h"

enum { M = 14, N = 3, K = 3, PASSES = 20000 };

static const int32_t LOSSES[] = {LINCLASS_LOSS_HINGE, LINCLASS_LOSS_CRAMMER_SINGER};

static linclass_fit_options options_of(int32_t loss, double l2, double gap_tolerance)
{
    linclass_fit_options options = samples_options();
    options.loss = loss;
    options.solver = LINCLASS_SOLVER_SMOOTHING;
    options.l2 = l2;
    options.gap_tolerance = gap_tolerance;
    return options;
}

/* A fit whose bounds hold the minimum between them. */
static void check_minimum(const samples *data, linclass_fit_options options, double minimum)
{
    linclass_context *ctx = context_of(1);
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, data, &options, &report);
    assert_int_equal(report.solver, LINCLASS_SOLVER_SMOOTHING);
    assert_true(report.gap >= 0 && report.gap <= options.gap_tolerance * (double)(data->k - 1));
    if (!(report.objective >= minimum - 1e-9 && report.dual_objective <= minimum + 1e-9))
        fail_msg("loss %d: minimum %.12g, found %.12g, bound %.12g", (int)options.loss, minimum,
                 report.objective, report.dual_objective);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* Samples 1 and -1, theta = (-w, w): F = max(0, 1 - 2 w) + l2 w^2, least at w = min(1/2, 1/l2). */
static void test_two_samples_by_hand(void **state)
{
    (void)state;
    double X[] = {-1, 1};
    int64_t y[] = {0, 1};
    const samples data = {2, 1, 2, X, y};
    for (int loss = 0; loss < 2; loss++) {
        for (int with_bias = 0; with_bias < 2; with_bias++) {
            linclass_fit_options options = options_of(LOSSES[loss], 0.5, 1e-6);
            options.fit_bias = with_bias;
            check_minimum(&data, options, 0.125);
            options.l2 = 4;
            check_minimum(&data, options, 0.75);
        }
    }
}

/* The dual problem without intercepts, in long double: theta = -G / l2, G = sum a_ij x_i (e_j - e_y)^T / m. */
typedef struct ascent {
    const samples *data;
    int largest; /* sum_j a_ij <= 1 */
    long double l2;
    long double a[M][K];
    long double theta[N][K];
} ascent;

static long double violation(const ascent *self, int i, int j)
{
    const int64_t y = self->data->y[i];
    long double t = 1;
    for (int f = 0; f < N; f++)
        t += (long double)self->data->X[i * N + f] * (self->theta[f][j] - self->theta[f][y]);
    return t;
}

/* a_ij += by, and what theta becomes. */
static void move(ascent *self, int i, int j, long double by)
{
    const int64_t y = self->data->y[i];
    self->a[i][j] += by;
    for (int f = 0; f < N; f++) {
        const long double change = by * (long double)self->data->X[i * N + f] / (M * self->l2);
        self->theta[f][j] -= change;
        self->theta[f][y] += change;
    }
}

/* The best change of a_ij alone, or, with l >= 0, of a_ij at the cost of a_il. */
static void improve(ascent *self, int i, int j, int l)
{
    long double square = 0;
    long double sum = 0;
    for (int f = 0; f < N; f++)
        square += (long double)self->data->X[i * N + f] * (long double)self->data->X[i * N + f];
    for (int c = 0; c < K; c++)
        sum += self->a[i][c];
    const long double slope = violation(self, i, j) - (l >= 0 ? violation(self, i, l) : 0);
    long double by = slope * M * self->l2 / (2 * square);
    const long double room = self->largest && l < 0 ? 1 - sum : 1 - self->a[i][j];
    by = fminl(fmaxl(by, -self->a[i][j]), l < 0 ? room : fminl(room, self->a[i][l]));
    move(self, i, j, by);
    if (l >= 0)
        move(self, i, l, -by);
}

static double minimum_of(const samples *data, int32_t loss, double l2)
{
    ascent self = {.data = data, .largest = loss == LINCLASS_LOSS_CRAMMER_SINGER, .l2 = l2};
    for (int pass = 0; pass < PASSES; pass++) {
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < K; j++) {
                for (int l = self.largest ? K - 1 : -1; l >= -1; l--) {
                    if (j != data->y[i] && l != j && l != data->y[i])
                        improve(&self, i, j, l);
                }
            }
        }
    }
    long double dual = 0;
    for (int i = 0; i < M; i++)
        for (int j = 0; j < K; j++)
            dual += self.a[i][j] / M;
    for (int f = 0; f < N; f++)
        for (int j = 0; j < K; j++)
            dual -= self.l2 / 2 * self.theta[f][j] * self.theta[f][j];
    return (double)dual;
}

static void test_against_dual_ascent(void **state)
{
    (void)state;
    static const double PENALTIES[] = {1, 0.1, 0.01};
    samples data = samples_new(M, N, K, 31);
    for (int which = 0; which < 6; which++) {
        const double l2 = PENALTIES[which / 2];
        linclass_fit_options options = options_of(LOSSES[which % 2], l2, 1e-6);
        options.fit_bias = 0;
        options.dtype = LINCLASS_FLOAT64;
        check_minimum(&data, options, minimum_of(&data, options.loss, l2));
        options.gap_tolerance = 1e-5;
        options.dtype = LINCLASS_FLOAT32;
        check_minimum(&data, options, minimum_of(&data, options.loss, l2));
    }
    samples_free(&data);
}

/* Enough parameters for the steps of L-BFGS and Newton. */
static samples larger(void)
{
    return samples_new(160, 60, 4, 77);
}

static void test_threads(void **state)
{
    (void)state;
    samples data = larger();
    const linclass_matrix X = samples_view(&data);
    for (int which = 0; which < 4; which++) {
        linclass_fit_options options = options_of(LOSSES[which % 2], 0.01, 1e-4);
        options.dtype = which < 2 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
        assert_threads_change_no_bits(&X, data.y, &options);
    }
    samples_free(&data);
}

/* F of two fits of the same problem is within the gaps of both. */
static void check_agree(const linclass_fit_report *one, const linclass_fit_report *other)
{
    assert_true(one->dual_objective <= other->objective * (1 + 1e-12));
    assert_true(other->dual_objective <= one->objective * (1 + 1e-12));
}

static void test_sparse_rows(void **state)
{
    (void)state;
    samples data = larger();
    linclass_context *ctx = context_of(2);
    for (int loss = 0; loss < 2; loss++) {
        const linclass_fit_options options = options_of(LOSSES[loss], 0.01, 1e-5);
        linclass_fit_report dense = fitting_report();
        linclass_fit_report sparse = fitting_report();
        linclass_model_destroy(fitting_fit(ctx, &data, &options, &dense));
        const csr_form form = {LINCLASS_FLOAT64, LINCLASS_INT64, 1, 0};
        csr rows = csr_new(data.m, data.n, data.X, form);
        linclass_model *model;
        assert_int_equal(linclass_fit(ctx, &rows.view, data.y, &options, &sparse, &model),
                         LINCLASS_OK);
        check_agree(&dense, &sparse);
        linclass_model_destroy(model);
        csr_free(&rows);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static void test_weights(void **state)
{
    (void)state;
    samples data = larger();
    double weights[160];
    for (int i = 0; i < 160; i++)
        weights[i] = 1 + (i < 80);
    /* The first half once more, in the place of the second. */
    samples repeated = {240, data.n, data.k, malloc(sizeof(double) * 240 * 60),
                        malloc(sizeof(int64_t) * 240)};
    assert_non_null(repeated.X);
    assert_non_null(repeated.y);
    memcpy(repeated.X, data.X, sizeof(double) * 160 * 60);
    memcpy(repeated.X + 160 * 60, data.X, sizeof(double) * 80 * 60);
    memcpy(repeated.y, data.y, sizeof(int64_t) * 160);
    memcpy(repeated.y + 160, data.y, sizeof(int64_t) * 80);
    linclass_context *ctx = context_of(1);
    for (int loss = 0; loss < 2; loss++) {
        linclass_fit_options options = options_of(LOSSES[loss], 0.02, 1e-5);
        linclass_fit_report one = fitting_report();
        linclass_fit_report other = fitting_report();
        linclass_model_destroy(fitting_fit(ctx, &repeated, &options, &one));
        options.sample_weight = weights;
        linclass_model_destroy(fitting_fit(ctx, &data, &options, &other));
        check_agree(&one, &other);
    }
    linclass_context_destroy(ctx);
    samples_free(&repeated);
    samples_free(&data);
}

static void test_l1(void **state)
{
    (void)state;
    samples data = samples_new(60, 8, 3, 5);
    linclass_context *ctx = context_of(1);
    for (int loss = 0; loss < 2; loss++) {
        linclass_fit_options options = options_of(LOSSES[loss], 0, 1e-3);
        options.l1 = 0.05;
        linclass_fit_report report = fitting_report();
        linclass_model *model = fitting_fit(ctx, &data, &options, &report);
        assert_int_equal(report.solver, LINCLASS_SOLVER_SMOOTHING);
        assert_true(report.gap <= 1e-3 * 2);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

static int32_t stop_at_three(const linclass_progress *progress, void *user)
{
    int *calls = user;
    *calls += 1;
    /* What is reported is F itself, never below what is proven of it. */
    if (!isnan(progress->dual_objective))
        assert_true(progress->objective >= progress->dual_objective);
    return progress->iteration == 3;
}

static void test_limits(void **state)
{
    (void)state;
    samples data = larger();
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = options_of(LINCLASS_LOSS_HINGE, 0.01, 1e-6);
    linclass_model *model;
    linclass_fit_report report = fitting_report();
    int calls = 0;
    options.progress = stop_at_three;
    options.progress_user = &calls;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model),
                     LINCLASS_STOPPED_BY_CALLBACK);
    assert_int_equal(calls, 3);
    assert_int_equal(report.iterations, 3);
    linclass_model_destroy(model);
    options.progress = NULL;
    options.max_iterations = 5;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model),
                     LINCLASS_ITERATION_LIMIT);
    assert_int_equal(report.iterations, 5);
    assert_true(report.gap > 0);
    linclass_model_destroy(model);
    options.max_iterations = 0;
    options.max_seconds = 1e-9;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, &report, &model), LINCLASS_TIME_LIMIT);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

/* The perceptron's F is least at zero parameters, where it is 0: nothing to solve. */
static void test_perceptron_is_refused(void **state)
{
    (void)state;
    samples data = samples_new(20, 2, 2, 1);
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = options_of(LINCLASS_LOSS_PERCEPTRON, 0.1, 0);
    linclass_model *model;
    options.solver = LINCLASS_SOLVER_SMOOTHING;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, NULL, &model),
                     LINCLASS_ERROR_UNSUPPORTED);
    options.loss = LINCLASS_LOSS_HINGE;
    options.l2 = 0;
    assert_int_equal(linclass_fit(ctx, &X, data.y, &options, NULL, &model),
                     LINCLASS_ERROR_UNSUPPORTED);
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_samples_by_hand),
        cmocka_unit_test(test_against_dual_ascent),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_sparse_rows),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_l1),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_perceptron_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
