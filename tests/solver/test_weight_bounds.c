/* Fits within bounds on the weights: the minimum within is that of projected gradient descent in extended precision,
 * the gap is proven and true, no weight is outside, and what is refused says why. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "solver/problems.h"
#include "solver/softmax_reference.h"

enum { M = 80, N = 6, K = 3, STEPS = 12000 };

typedef struct reference {
    long double theta[N * K];
    long double bias[K];
    long double objective;
} reference;

static long double clamp(long double value, double least, double most)
{
    return value < (long double)least ? (long double)least
                                      : (value > (long double)most ? (long double)most : value);
}

/* F without its l1 term, and its gradient, G: N K of theta, then K of the bias; with l1 in F. */
static long double evaluate(const problem *of, const linclass_fit_options *options,
                            const reference *at, long double *G)
{
    long double F = softmax_reference(of, at->theta, at->bias, G);
    for (int e = 0; e < N * K; e++) {
        const long double t = at->theta[e];
        F += (long double)options->l1 * fabsl(t) + (long double)options->l2 / 2 * t * t;
        G[e] += (long double)options->l2 * t;
    }
    return F;
}

/* Steps of 1 / L along the negative gradient, each brought back between the bounds; with l1, by its proximal map. */
static void find_minimum(const problem *of, const linclass_fit_options *options, reference *found)
{
    const long double step = 1 / ((long double)(N + 1) / 2 + (long double)options->l2);
    const long double shrink = step * (long double)options->l1;
    long double G[(N + 1) * K];
    memset(found, 0, sizeof *found);
    for (int s = 0; s < STEPS; s++) {
        found->objective = evaluate(of, options, found, G);
        for (int e = 0; e < N * K; e++) {
            const long double t = found->theta[e] - step * G[e];
            const long double shrunk = fabsl(t) > shrink ? t - copysignl(shrink, t) : 0;
            found->theta[e] = clamp(shrunk, options->weight_min, options->weight_max);
        }
        for (int j = 0; j < K; j++)
            found->bias[j] -= step * G[N * K + j];
    }
}

static linclass_fit_options options_within(double least, double most)
{
    linclass_fit_options options;
    assert_int_equal(linclass_fit_options_init(&options, sizeof options), LINCLASS_OK);
    options.l2 = 1e-2;
    options.has_weight_bounds = 1;
    options.weight_min = least;
    options.weight_max = most;
    options.dtype = LINCLASS_FLOAT64;
    return options;
}

/* The default gap is 1e-6 of F at zero; a gap of 1e-9 is asked for. */
static void check(const problem *of, linclass_fit_options options)
{
    reference minimum;
    options.gap_tolerance = 1e-9;
    find_minimum(of, &options, &minimum);
    outcome found = fit_well(of, &options);
    assert_int_equal(found.status, LINCLASS_OK);
    assert_int_equal(found.report.solver, LINCLASS_SOLVER_PROJECTED_NEWTON);
    const double least = (double)minimum.objective;
    assert_true(found.report.objective >= least - 1e-12);
    assert_true(found.report.objective <= least + 1e-9 * log(K) + 1e-12);
    assert_true(found.report.dual_objective <= least + 1e-12);
    assert_true(found.report.gap <= 1e-9 * log(K));
    const double *theta = linclass_model_theta(found.model);
    int at_bound = 0;
    for (int e = 0; e < N * K; e++) {
        assert_true(theta[e] >= options.weight_min && theta[e] <= options.weight_max);
        at_bound += theta[e] == options.weight_min || theta[e] == options.weight_max;
    }
    assert_true(at_bound > 0);
    outcome_end(&found);
}

static void test_minimum_within(void **state)
{
    (void)state;
    problem of = problem_begin(M, N, K, 3);
    check(&of, options_within(0, (double)INFINITY));
    check(&of, options_within(-(double)INFINITY, 0));
    check(&of, options_within(-0.1, 0.25));
    linclass_fit_options with_l1 = options_within(0, 0.5);
    with_l1.l1 = 5e-3;
    check(&of, with_l1);
    with_l1 = options_within(-0.5, 0);
    with_l1.l1 = 5e-3;
    check(&of, with_l1);
    problem_end(&of);
}

/* Bounds that no weight reaches change nothing but the way to the minimum. */
static void test_wide_bounds(void **state)
{
    (void)state;
    problem of = problem_begin(M, N, K, 4);
    linclass_fit_options within = options_within(-1e6, 1e6);
    linclass_fit_options without = within;
    without.has_weight_bounds = 0;
    within.gap_tolerance = without.gap_tolerance = 1e-10;
    outcome a = fit_well(&of, &within);
    outcome b = fit_well(&of, &without);
    assert_true(fabs(a.report.objective - b.report.objective) <= 1e-10 * log(K));
    outcome_end(&a);
    outcome_end(&b);
    problem_end(&of);
}

static void test_threads(void **state)
{
    (void)state;
    problem of = problem_begin(M, N, K, 5);
    const linclass_fit_options options = options_within(0, 0.3);
    outcome one = fit_problem(&of, &options, 1);
    for (int32_t threads = 2; threads <= 8; threads *= 2) {
        outcome more = fit_problem(&of, &options, threads);
        assert_same_bits(&one, &more);
        outcome_end(&more);
    }
    outcome_end(&one);
    problem_end(&of);
}

/* The certificate knows the bounds, also of a model that has been through a file. */
static void check_certificate(const problem *of, const linclass_model *model,
                              const linclass_fit_report *report)
{
    linclass_context *ctx;
    linclass_model *loaded;
    static char bytes[1 << 14];
    int64_t size;
    const linclass_matrix X = problem_view(of);
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, sizeof bytes, &size), LINCLASS_OK);
    assert_int_equal(linclass_model_deserialize(ctx, bytes, size, &loaded), LINCLASS_OK);
    linclass_certificate found;
    assert_int_equal(linclass_certificate_init(&found, sizeof found), LINCLASS_OK);
    assert_int_equal(linclass_model_verify(ctx, loaded, &X, of->y, &found), LINCLASS_OK);
    assert_true(fabs(found.objective - report->objective) <= found.objective_tolerance + 1e-15);
    assert_true(fabs(found.gradient_norm - report->gradient_norm) <= 1e-5);
    assert_true(fabs(found.duality_gap - report->gap) <= 1e-9);
    assert_int_equal(found.at_minimum, 1);
    linclass_model_destroy(loaded);
    linclass_context_destroy(ctx);
}

/* Single precision keeps the bounds that it can hold, within those given; its certificate agrees. */
static void test_single_precision(void **state)
{
    (void)state;
    problem of = problem_begin(M, N, K, 6);
    linclass_fit_options options = options_within(-0.1, 0.1);
    options.dtype = LINCLASS_FLOAT32;
    outcome found = fit_well(&of, &options);
    assert_int_equal(found.status, LINCLASS_OK);
    assert_true(found.report.gap <= 1e-6 * log(K));
    const float *theta = linclass_model_theta(found.model);
    for (int e = 0; e < N * K; e++)
        assert_true((double)theta[e] >= -0.1 && (double)theta[e] <= 0.1);
    check_certificate(&of, found.model, &found.report);
    outcome_end(&found);
    problem_end(&of);
}

static void test_refusals(void **state)
{
    (void)state;
    problem of = problem_begin(M, N, K, 7);
    linclass_fit_options options = options_within(1, 2);
    assert_refused(&of, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "weight_min is 1");
    options = options_within(-1, -0.5);
    assert_refused(&of, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "weight_max is -0.5");
    options = options_within((double)NAN, 1);
    assert_refused(&of, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "weight_min");
    options = options_within(0, 1);
    options.has_weight_bounds = 2;
    assert_refused(&of, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "has_weight_bounds is 2");
    options = options_within(0, 1);
    options.solver = LINCLASS_SOLVER_LBFGS;
    assert_refused(&of, &options, LINCLASS_ERROR_UNSUPPORTED, "within bounds on the weights");
    options = options_within(-1, 1);
    options.l1 = 1e-3;
    assert_refused(&of, &options, LINCLASS_ERROR_UNSUPPORTED,
                   "with an l1 penalty within bounds on the weights");
    options = options_within(0, 1);
    options.loss = LINCLASS_LOSS_HINGE;
    assert_refused(&of, &options, LINCLASS_ERROR_UNSUPPORTED, "within bounds on the weights");
    problem_end(&of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimum_within), cmocka_unit_test(test_wide_bounds),
        cmocka_unit_test(test_threads),        cmocka_unit_test(test_single_precision),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
