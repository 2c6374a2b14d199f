/* Where the hinge losses are hard to solve to a gap: free intercepts that matter more than the weights, and an l1
 * penalty alone. The gaps are those that duality proves; minima are worked by hand where they can be. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"

static const int32_t LOSSES[] = {LINCLASS_LOSS_HINGE, LINCLASS_LOSS_CRAMMER_SINGER};
static const int32_t DTYPES[] = {LINCLASS_FLOAT32, LINCLASS_FLOAT64};

/* A fit in double, or else single precision, that ends with its gap proven; F. */
static double solve(const samples *data, int32_t loss, double l1, double l2, double gap_tolerance,
                    int32_t dtype)
{
    linclass_fit_options options = samples_options();
    options.loss = loss;
    options.l1 = l1;
    options.l2 = l2;
    options.gap_tolerance = gap_tolerance;
    options.dtype = dtype;
    linclass_context *ctx = context_of(1);
    linclass_fit_report report = fitting_report();
    linclass_model_destroy(fitting_fit(ctx, data, &options, &report));
    const double at_zero = loss == LINCLASS_LOSS_HINGE ? (double)(data->k - 1) : 1;
    assert_int_equal(report.solver, LINCLASS_SOLVER_SMOOTHING);
    if (!(report.gap >= 0 && report.gap <= gap_tolerance * at_zero))
        fail_msg("loss %d, l1 %g, l2 %g: gap %g", (int)loss, l1, l2, report.gap);
    linclass_context_destroy(ctx);
    return report.objective;
}

/* 60 samples of one class, 30 and 10 of two others, and features that do not matter. The margins between the classes
 * are 1 and 1 at the minimum of the hinge, which is 1.1: as much is the circulation between the classes that its dual
 * problem asks for, of at most the share of a class from it to each other; that of Crammer and Singer, at most its
 * share in all, is 0.8. An l1 penalty besides changes nothing, but the solvers are others. */
static void test_intercepts_alone(void **state)
{
    (void)state;
    static const double MINIMUM[] = {1.1, 0.8};
    static const int64_t FEATURES[] = {1, 100};
    static const double PENALTIES[] = {0, 1e-3};
    for (int which = 0; which < 16; which++) {
        const int64_t n = FEATURES[which / 4 % 2];
        samples data = samples_new(100, n, 3, 1);
        for (int64_t e = 0; e < 100 * n; e++)
            data.X[e] *= 1e-6;
        for (int i = 0; i < 100; i++)
            data.y[i] = i < 60 ? 0 : i < 90 ? 1 : 2;
        const double F =
            solve(&data, LOSSES[which % 2], PENALTIES[which / 8], 1, 1e-4, DTYPES[which / 2 % 2]);
        assert_near("F", F, (long double)MINIMUM[which % 2], 3e-4);
        samples_free(&data);
    }
}

/* Ten classes of unlike size: while every score is far from the margins the gradient in the weights is small
 * beside a strong l2 penalty, wherever the intercepts are. */
static void test_free_intercepts(void **state)
{
    (void)state;
    static const double PENALTIES[] = {100, 10, 1, 0.1};
    samples data = samples_new(300, 64, 10, 8);
    for (int which = 0; which < 16; which++)
        solve(&data, LOSSES[which % 2], 0, PENALTIES[which / 4], 1e-4, DTYPES[which / 2 % 2]);
    samples_free(&data);
}

/* Samples 1 and -1, theta = (-w, w): F = max(0, 1 - 2 w) + 2 l1 w, least at w = 1/2, or, with l1 > 1, at 0. */
static void test_l1_by_hand(void **state)
{
    (void)state;
    double X[] = {-1, 1};
    int64_t y[] = {0, 1};
    const samples data = {2, 1, 2, X, y};
    for (int which = 0; which < 4; which++) {
        const double few = solve(&data, LOSSES[which % 2], 0.25, 0, 1e-4, DTYPES[which / 2]);
        assert_near("F", few, 0.25L, 1e-4);
        const double none = solve(&data, LOSSES[which % 2], 2, 0, 1e-4, DTYPES[which / 2]);
        assert_near("F", none, 1, 1e-4);
    }
}

static void test_l1_alone(void **state)
{
    (void)state;
    static const double PENALTIES[] = {0.1, 0.01, 0.001};
    samples data = samples_new(60, 8, 3, 5);
    for (int which = 0; which < 12; which++)
        solve(&data, LOSSES[which % 2], PENALTIES[which / 4], 0, 1e-4, DTYPES[which / 2 % 2]);
    samples_free(&data);
}

/* Both penalties, and intercepts that only the loss holds. */
static void test_elastic_net(void **state)
{
    (void)state;
    static const double PENALTIES[] = {0.1, 1, 50};
    for (int64_t seed = 1; seed <= 4; seed++) {
        samples data = samples_new(60, 5, 3, (uint64_t)seed);
        for (int which = 0; which < 12; which++)
            solve(&data, LOSSES[which % 2], 1e-3, PENALTIES[which / 4], 1e-4,
                  DTYPES[which / 2 % 2]);
        samples_free(&data);
    }
}

/* Bytes, far from zero and without a class in them. */
static void test_l1_of_bytes(void **state)
{
    (void)state;
    samples data = samples_new(50, 6, 2, 3);
    uint64_t random = 12345;
    for (int e = 0; e < 300; e++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        data.X[e] = (double)(random >> 56);
    }
    for (int i = 0; i < 50; i++)
        data.y[i] = i % 2;
    for (int which = 0; which < 4; which++)
        solve(&data, LOSSES[which % 2], 1e-3, 0, 1e-4, DTYPES[which / 2]);
    samples_free(&data);
}

/* However soon a limit comes, the fit is OK if and only if its gap is what was asked for; the limit comes at a gap that
 * suffices at least once before the fit would have ended by itself. */
static void test_limits_do_not_hide_a_proof(void **state)
{
    (void)state;
    enum { MOST = 400 };
    static const double ASKED = 1e-2;
    samples data = samples_new(300, 64, 10, 8);
    const linclass_matrix X = samples_view(&data);
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = samples_options();
    options.loss = LINCLASS_LOSS_CRAMMER_SINGER;
    options.l2 = 0.01;
    options.gap_tolerance = ASKED;
    options.dtype = LINCLASS_FLOAT64;
    int limited = 0;
    int early = 0; /* fits that a limit has ended, with a gap that suffices */
    for (options.max_iterations = 1; options.max_iterations <= MOST; options.max_iterations++) {
        linclass_fit_report report = fitting_report();
        linclass_model *model = NULL;
        const linclass_status status = linclass_fit(ctx, &X, data.y, &options, &report, &model);
        linclass_model_destroy(model);
        const bool enough = report.gap <= ASKED;
        assert_int_equal(status, enough ? LINCLASS_OK : LINCLASS_ITERATION_LIMIT);
        limited += !enough;
        early += enough && report.iterations == options.max_iterations;
        if (enough && report.iterations < options.max_iterations)
            break;
    }
    assert_true(limited > 0);
    assert_true(early > 1); /* one is the end itself */
    linclass_context_destroy(ctx);
    samples_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intercepts_alone),
        cmocka_unit_test(test_free_intercepts),
        cmocka_unit_test(test_l1_by_hand),
        cmocka_unit_test(test_l1_alone),
        cmocka_unit_test(test_l1_of_bytes),
        cmocka_unit_test(test_elastic_net),
        cmocka_unit_test(test_limits_do_not_hide_a_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
