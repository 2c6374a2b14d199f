/* Fits with an l1 penalty of the rows of theta: the minimum is that of accelerated proximal gradient steps in extended
 * precision, the gap is proven and true, features have weights for all classes or none, and what is refused says
 * why. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "solver/problems.h"
#include "solver/softmax_reference.h"

enum { MOST_N = 40, K = 3, MOST = (MOST_N + 1) * K, STEPS = 3000 };

typedef struct reference {
    long double parameters[MOST]; /* theta, then the bias */
    long double objective;
} reference;

static long double norm(const long double *row)
{
    long double square = 0;
    for (int c = 0; c < K; c++)
        square += row[c] * row[c];
    return sqrtl(square);
}

/* F at the parameters, and the gradient of its smooth part. */
static long double evaluate(const problem *of, const linclass_fit_options *options,
                            const long double *parameters, long double *G)
{
    const int64_t weights = of->n * K;
    long double F = softmax_reference(of, parameters, parameters + weights, G);
    for (int64_t e = 0; e < weights; e++) {
        F += (long double)options->l2 / 2 * parameters[e] * parameters[e];
        G[e] += (long double)options->l2 * parameters[e];
    }
    for (int64_t row = 0; row < weights; row += K)
        F += (long double)options->l1 * norm(parameters + row);
    return F;
}

/* to := from - step G, its rows shrunk. */
static void step(const problem *of, long double l1, long double length, const long double *from,
                 const long double *G, long double *to)
{
    for (int64_t row = 0; row <= of->n * K; row += K) {
        for (int c = 0; c < K; c++)
            to[row + c] = from[row + c] - length * G[row + c];
        const long double size = norm(to + row);
        for (int c = 0; c < K && row < of->n * K; c++)
            to[row + c] *= size > length * l1 ? 1 - length * l1 / size : 0;
    }
}

/* Beck and Teboulle's method, begun again where the momentum leads up. */
static void find_minimum(const problem *of, const linclass_fit_options *options, reference *found)
{
    const long double length = 1 / ((long double)(of->n + 1) / 2 + (long double)options->l2);
    const int64_t P = (of->n + 1) * K;
    long double at[MOST] = {0};
    long double next[MOST];
    long double G[MOST];
    long double t = 1;
    memset(found, 0, sizeof *found);
    for (int s = 0; s < STEPS; s++) {
        (void)evaluate(of, options, at, G);
        step(of, (long double)options->l1, length, at, G, next);
        long double up = 0;
        for (int64_t e = 0; e < P; e++)
            up += (at[e] - next[e]) * (next[e] - found->parameters[e]);
        const long double after = (1 + sqrtl(1 + 4 * t * t)) / 2;
        const long double momentum = up > 0 ? 0 : (t - 1) / after;
        t = up > 0 ? 1 : after;
        for (int64_t e = 0; e < P; e++) {
            at[e] = next[e] + momentum * (next[e] - found->parameters[e]);
            found->parameters[e] = next[e];
        }
    }
    found->objective = evaluate(of, options, found->parameters, G);
}

static linclass_fit_options options_of(double l1, double l2)
{
    linclass_fit_options options;
    assert_int_equal(linclass_fit_options_init(&options, sizeof options), LINCLASS_OK);
    options.l1 = l1;
    options.l2 = l2;
    options.group_l1 = 1;
    options.dtype = LINCLASS_FLOAT64;
    return options;
}

/* Rows are 0 as a whole, those of the reference too; with a gap of 1e-9 of F at zero. */
static void check_rows(const problem *of, const linclass_model *model, const reference *minimum)
{
    const double *theta = linclass_model_theta(model);
    int zeros = 0;
    for (int64_t row = 0; row < of->n * K; row += K) {
        int zero = 0;
        for (int c = 0; c < K; c++)
            zero += theta[row + c] == 0;
        assert_true(zero == 0 || zero == K);
        if (zero == 0)
            assert_true(norm(minimum->parameters + row) > 0);
        zeros += zero == K;
    }
    assert_true(zeros > 0);
}

static void check(const problem *of, linclass_fit_options options)
{
    reference minimum;
    options.gap_tolerance = 1e-9;
    find_minimum(of, &options, &minimum);
    outcome found = fit_well(of, &options);
    assert_int_equal(found.status, LINCLASS_OK);
    assert_int_equal(found.report.solver, LINCLASS_SOLVER_ORTHANT_WISE);
    assert_int_equal(linclass_model_group_l1(found.model), 1);
    /* The reference is above the minimum by what its steps have left. */
    const double least = (double)minimum.objective;
    assert_true(fabs(found.report.objective - least) <= 1e-8);
    assert_true(found.report.dual_objective <= least + 1e-12);
    assert_true(found.report.gap <= 1e-9 * log(K));
    check_rows(of, found.model, &minimum);
    outcome_end(&found);
}

static void test_minimum(void **state)
{
    (void)state;
    problem of = problem_begin(80, 20, K, 3);
    check(&of, options_of(0.06, 0));
    check(&of, options_of(0.06, 0.02));
    problem_end(&of);
    problem wide = problem_begin(25, MOST_N, K, 4);
    check(&wide, options_of(0.06, 0));
    check(&wide, options_of(0.06, 0.05));
    problem_end(&wide);
}

/* Among more features than a working set has, in either precision: to the gap that fits have by default. */
static void test_working_sets(void **state)
{
    (void)state;
    problem of = problem_begin(60, 600, K, 5);
    double objective[2];
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        linclass_fit_options options = options_of(0.03, 0);
        options.dtype = dtype;
        outcome found = fit_well(&of, &options);
        assert_int_equal(found.status, LINCLASS_OK);
        assert_true(found.report.gap <= 1e-6 * log(K));
        objective[dtype == LINCLASS_FLOAT64] = found.report.objective;
        outcome_end(&found);
    }
    assert_true(fabs(objective[0] - objective[1]) <= 1e-6 * log(K));
    problem_end(&of);
}

static void test_threads(void **state)
{
    (void)state;
    problem of = problem_begin(80, 12, K, 6);
    const linclass_fit_options options = options_of(0.02, 0);
    outcome one = fit_problem(&of, &options, 1);
    for (int32_t threads = 2; threads <= 8; threads *= 2) {
        outcome more = fit_problem(&of, &options, threads);
        assert_same_bits(&one, &more);
        outcome_end(&more);
    }
    outcome_end(&one);
    problem_end(&of);
}

/* The certificate knows the penalty, also of a model that has been through a file. */
static void test_certificate(void **state)
{
    (void)state;
    static char bytes[1 << 14];
    problem of = problem_begin(80, 12, K, 7);
    for (int pass = 0; pass < 4; pass++) {
        linclass_fit_options options = options_of(0.04, pass % 2 == 0 ? 0 : 0.03);
        options.dtype = pass < 2 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
        outcome fit = fit_well(&of, &options);
        linclass_context *ctx;
        linclass_model *loaded;
        int64_t size;
        const linclass_matrix X = problem_view(&of);
        linclass_certificate found;
        assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
        assert_int_equal(linclass_model_serialize(ctx, fit.model, bytes, sizeof bytes, &size),
                         LINCLASS_OK);
        assert_int_equal(linclass_model_deserialize(ctx, bytes, size, &loaded), LINCLASS_OK);
        assert_int_equal(linclass_model_group_l1(loaded), 1);
        assert_int_equal(linclass_certificate_init(&found, sizeof found), LINCLASS_OK);
        assert_int_equal(linclass_model_verify(ctx, loaded, &X, of.y, &found), LINCLASS_OK);
        assert_true(fabs(found.objective - fit.report.objective) <=
                    found.objective_tolerance + 1e-15);
        assert_true(fabs(found.gradient_infinity_norm - fit.report.gradient_infinity_norm) <=
                    found.gradient_tolerance);
        assert_true(fabs(found.duality_gap - fit.report.gap) <= 1e-6 * log(K));
        assert_int_equal(found.at_minimum, 1);
        linclass_model_destroy(loaded);
        linclass_context_destroy(ctx);
        outcome_end(&fit);
    }
    problem_end(&of);
}

/* Where theta has one column the rows are its weights. */
static void test_one_column(void **state)
{
    (void)state;
    problem of = problem_begin(80, 12, 2, 8);
    linclass_fit_options options = options_of(0.04, 0);
    options.loss = LINCLASS_LOSS_LOGISTIC;
    outcome grouped = fit_well(&of, &options);
    options.group_l1 = 0;
    outcome single = fit_well(&of, &options);
    assert_same_bits(&grouped, &single);
    assert_int_equal(linclass_model_group_l1(grouped.model), 0);
    outcome_end(&grouped);
    outcome_end(&single);
    problem_end(&of);
}

/* A smooth loss whose second derivative jumps. */
static void test_squared_hinge(void **state)
{
    (void)state;
    problem of = problem_begin(80, 12, K, 9);
    linclass_fit_options options = options_of(0.1, 0);
    options.loss = LINCLASS_LOSS_SQUARED_HINGE;
    outcome found = fit_well(&of, &options);
    assert_int_equal(found.status, LINCLASS_OK);
    assert_true(found.report.gap <= 1e-6 * 2);
    outcome_end(&found);
    problem_end(&of);
}

static void test_memory(void **state)
{
    (void)state;
    problem of = problem_begin(30, 8, K, 10);
    const linclass_fit_options options = options_of(0.05, 0);
    assert_survives_lack_of_memory(&of, &options);
    problem_end(&of);
}

static void test_refusals(void **state)
{
    (void)state;
    problem of = problem_begin(80, 8, K, 11);
    linclass_fit_options options = options_of(0.1, 0);
    options.group_l1 = 2;
    assert_refused(&of, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "group_l1 is 2");
    options = options_of(0.1, 0);
    options.reserved_4 = 1;
    assert_refused(&of, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "reserved_4 is 1");
    options = options_of(0.1, 0);
    options.solver = LINCLASS_SOLVER_LBFGS;
    assert_refused(&of, &options, LINCLASS_ERROR_UNSUPPORTED, "with an l1 penalty of rows");
    options = options_of(0.1, 0);
    options.loss = LINCLASS_LOSS_HINGE;
    assert_refused(&of, &options, LINCLASS_ERROR_UNSUPPORTED, "with an l1 penalty of rows");
    options = options_of(0.1, 0);
    options.has_weight_bounds = 1;
    options.weight_max = 1;
    assert_refused(&of, &options, LINCLASS_ERROR_UNSUPPORTED,
                   "with an l1 penalty of rows within bounds on the weights");
    problem_end(&of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimum),    cmocka_unit_test(test_working_sets),
        cmocka_unit_test(test_threads),    cmocka_unit_test(test_certificate),
        cmocka_unit_test(test_one_column), cmocka_unit_test(test_squared_hinge),
        cmocka_unit_test(test_memory),     cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
