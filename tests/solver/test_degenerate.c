/* Data on which fits have been seen to fail: every smooth loss, penalty and solver ends on them with
 * LINCLASS_OK, in both precisions, at a finite model that is as good as the best of them all. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"

enum { M = 60, N = 6 };

typedef struct trial {
    const char *data;
    int32_t loss;
    int32_t dtype;
    double l1;
    double l2;
} trial;

/* What a fit came to; F is evaluated in double from the model's parameters. */
typedef struct outcome {
    int32_t solver;
    linclass_status status;
    double objective;
    int64_t iterations;
} outcome;

static void ordinary(samples *data)
{
    (void)data;
}

static void set_column(samples *data, int64_t column, double value)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n + column] = value;
}

static void constant_column(samples *data)
{
    set_column(data, 1, 3);
}

static void large_constant_column(samples *data)
{
    set_column(data, 1, 1000);
}

static void zero_column(samples *data)
{
    set_column(data, 1, 0);
}

static void copied_columns(samples *data)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n + 1] = data->X[i * data->n + 2] = data->X[i * data->n];
}

static void equal_rows(samples *data)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] = data->X[e % data->n];
}

static void zeros(samples *data)
{
    memset(data->X, 0, (size_t)(data->m * data->n) * sizeof(double));
}

/* From 10^-6 to 10^6, and no column like another. */
static void scales(samples *data)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] *= pow(10, -6 + 12 * (double)(e % data->n) / (double)(data->n - 1));
}

static void one_large_column(samples *data)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n] *= 1e6;
}

/* Means a hundred times the deviations. */
static void far_from_zero(samples *data)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] += 100;
}

/* The label is a feature: a plane separates the classes. */
static void separable(samples *data)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n + data->y[i]] += 10;
}

typedef struct degenerate {
    const char *name;
    void (*spoil)(samples *data);
    int64_t m;
    int64_t n;
    bool has_optimum; /* without a penalty, too */
} degenerate;

static const degenerate data_sets[] = {
    {"ordinary", ordinary, M, N, true},
    {"constant column", constant_column, M, N, true},
    {"large constant column", large_constant_column, M, N, true},
    {"zero column", zero_column, M, N, true},
    {"copied columns", copied_columns, M, N, true},
    {"equal rows", equal_rows, M, N, true},
    {"zeros", zeros, M, N, true},
    {"scales", scales, M, N, true},
    {"one large column", one_large_column, M, N, true},
    {"far from zero", far_from_zero, M, N, true},
    {"separable", separable, M, N, false},
    {"more features than samples", ordinary, 8, 40, false},
};

static double row_loss(int32_t loss, int64_t k, const double *h, int64_t y)
{
    double sum = 0;
    switch (loss) {
    case LINCLASS_LOSS_SOFTMAX:
        for (int64_t j = 0; j < k; j++)
            sum += exp(h[j] - h[y]);
        return log(sum);
    case LINCLASS_LOSS_LOGISTIC:
        return log1p(exp(h[1 - y] - h[y]));
    case LINCLASS_LOSS_SIGMOID_SQUARED:
        return pow(1 / (1 + exp(h[y] - h[1 - y])), 2) / 2;
    default:
        for (int64_t j = 0; j < k; j++)
            sum += j == y ? 0 : pow(fmax(0, 1 + h[j] - h[y]), 2);
        return sum;
    }
}

/* F of a model, in double, from the formulas. */
static double objective_of(const samples *data, const trial *of, const linclass_model *model)
{
    const int64_t k = linclass_model_classes(model);
    double sum = 0;
    for (int64_t i = 0; i < data->m; i++) {
        double h[3];
        for (int64_t c = 0; c < k; c++) {
            h[c] = fitting_bias(model, c);
            for (int64_t j = 0; j < data->n; j++)
                h[c] += data->X[i * data->n + j] * fitting_theta(model, j * k + c);
        }
        sum += row_loss(of->loss, k, h, data->y[i]) / (double)data->m;
    }
    for (int64_t e = 0; e < data->n * k; e++) {
        const double weight = fitting_theta(model, e);
        assert_true(isfinite(weight));
        sum += of->l1 * fabs(weight) + of->l2 / 2 * weight * weight;
    }
    return sum;
}

static outcome run(linclass_context *ctx, const samples *data, const trial *of, int32_t solver)
{
    linclass_fit_options options = samples_options();
    options.loss = of->loss;
    options.solver = solver;
    options.dtype = of->dtype;
    options.l1 = of->l1;
    options.l2 = of->l2;
    linclass_fit_report report = fitting_report();
    const linclass_matrix X = samples_view(data);
    linclass_model *model;
    outcome made = {.solver = solver};
    made.status = linclass_fit(ctx, &X, data->y, &options, &report, &model);
    if (made.status < 0)
        fail_msg("%s, loss %d, l1 %g, l2 %g, dtype %d, solver %d: %s", of->data, of->loss, of->l1,
                 of->l2, of->dtype, solver, linclass_context_message(ctx));
    made.objective = objective_of(data, of, model);
    made.iterations = report.iterations;
    linclass_model_destroy(model);
    return made;
}

/* How far above the best a solver may end, of what there was to gain. The tolerance, 1e-4 squared, is of
 * that; a hundred times it, since the norm the solvers stop by only approximates the Hessian, and a
 * single precision gradient is rounded; a thousand for the squared hinge, whose second derivative jumps,
 * so that a product with it promises right only as far as the next jump. Where the optimum is at infinity
 * each step is as long as the one before, and the loss falls by a constant factor. */
static double allowance(const degenerate *kind, const trial *of)
{
    if (!kind->has_optimum && of->l1 == 0 && of->l2 == 0)
        return 1e-4;
    return of->loss == LINCLASS_LOSS_SQUARED_HINGE ? 1e-5 : 1e-6;
}

/* The sigmoid's squared error is not convex: other minima are right. */
static void check(const degenerate *kind, const samples *data, const trial *of)
{
    linclass_context *ctx = context_of(1);
    outcome outcomes[4];
    int count = 0;
    const int32_t smooth[] = {LINCLASS_SOLVER_LBFGS, LINCLASS_SOLVER_NEWTON,
                              LINCLASS_SOLVER_NEWTON_CG};
    for (int s = 0; s < 3 && of->l1 == 0; s++)
        outcomes[count++] = run(ctx, data, of, smooth[s]);
    outcomes[count++] = run(ctx, data, of, LINCLASS_SOLVER_ORTHANT_WISE);
    double best = INFINITY;
    for (int s = 0; s < count; s++)
        best = fmin(best, outcomes[s].objective);
    double start = 0;
    for (int64_t i = 0; i < data->m; i++) {
        const double h[3] = {0};
        start += row_loss(of->loss, data->k, h, data->y[i]) / (double)data->m;
    }
    const bool convex = of->loss != LINCLASS_LOSS_SIGMOID_SQUARED;
    const double rounding = of->dtype == LINCLASS_FLOAT32 ? 1e-6 : 1e-15;
    const double allowed = rounding * best + allowance(kind, of) * (start - best);
    for (int s = 0; s < count; s++) {
        const outcome *each = &outcomes[s];
        const bool grows = each->status == LINCLASS_NO_MINIMUM && of->l1 == 0 && of->l2 == 0;
        if ((each->status != LINCLASS_OK && !grows) ||
            (convex && !(each->objective - best <= allowed)) ||
            !(each->objective <= start * (1 + 1e-6)))
            fail_msg(
                "%s, loss %d, l1 %g, l2 %g, dtype %d, solver %d: %s after %d iterations at %.12g, "
                "%.3g above the best",
                of->data, of->loss, of->l1, of->l2, of->dtype, each->solver,
                linclass_status_string(each->status), (int)each->iterations, each->objective,
                each->objective - best);
    }
    linclass_context_destroy(ctx);
}

static void check_loss(int32_t loss, int64_t k)
{
    const double penalties[][2] = {{0, 0}, {0, 1e-3}, {0.01, 0}, {0.01, 1e-3}};
    for (size_t d = 0; d < sizeof data_sets / sizeof *data_sets; d++) {
        samples data = samples_new(data_sets[d].m, data_sets[d].n, k, 92);
        for (int64_t i = 0; i < data.m; i++)
            data.y[i] = i % k;
        data_sets[d].spoil(&data);
        for (int p = 0; p < 4; p++) {
            for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
                const trial of = {data_sets[d].name, loss, dtype, penalties[p][0], penalties[p][1]};
                check(&data_sets[d], &data, &of);
            }
        }
        samples_free(&data);
    }
}

static void test_softmax(void **state)
{
    (void)state;
    check_loss(LINCLASS_LOSS_SOFTMAX, 3);
}

static void test_logistic(void **state)
{
    (void)state;
    check_loss(LINCLASS_LOSS_LOGISTIC, 2);
}

static void test_sigmoid_squared(void **state)
{
    (void)state;
    check_loss(LINCLASS_LOSS_SIGMOID_SQUARED, 2);
}

static void test_squared_hinge(void **state)
{
    (void)state;
    check_loss(LINCLASS_LOSS_SQUARED_HINGE, 3);
}

/* A tolerance of nothing ends at rounding, in some tens of iterations; L-BFGS in single precision takes 117,
 * since with steps of rounding it goes on while F falls by a unit in the last place. */
static void test_no_tolerance(void **state)
{
    (void)state;
    samples data = samples_new(M, N, 3, 95);
    linclass_context *ctx = context_of(1);
    for (int s = 2; s < FITTING_SOLVERS; s++) {
        for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
            linclass_fit_options options = samples_options();
            options.solver = fitting_solvers[s];
            options.dtype = dtype;
            options.gradient_tolerance = 0;
            options.l2 = 1e-2;
            linclass_fit_report report = fitting_report();
            linclass_model *model = fitting_fit(ctx, &data, &options, &report);
            assert_true(report.iterations < 150);
            linclass_model_destroy(model);
        }
    }
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_softmax),         cmocka_unit_test(test_logistic),
        cmocka_unit_test(test_sigmoid_squared), cmocka_unit_test(test_squared_hinge),
        cmocka_unit_test(test_no_tolerance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
