/* Fits that returned LINCLASS_OK away from the optimum, each by the name of what was wrong with it: solved,
 * refused, or said not to have converged, never OK elsewhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge.h"
#include "real_data.h"

#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/losses.h"

enum {
    SOLVED = 1 << VERDICT_KEPT,
    OPEN = 1 << VERDICT_NOT_CLAIMED,
    REFUSED = 1 << VERDICT_REFUSED
};

static const int32_t LOSSES[] = {
    LINCLASS_LOSS_SOFTMAX,
    LINCLASS_LOSS_LOGISTIC,
    LINCLASS_LOSS_SQUARED_HINGE,
};
static const int32_t SOLVERS[] = {
    LINCLASS_SOLVER_AUTO,      LINCLASS_SOLVER_LBFGS,        LINCLASS_SOLVER_NEWTON,
    LINCLASS_SOLVER_NEWTON_CG, LINCLASS_SOLVER_ORTHANT_WISE,
};
enum { LOSS_COUNT = 3, SOLVER_COUNT = 5 };

/* One fit; allowed: SOLVED, OPEN and REFUSED. */
static void check_fit(linclass_context *ctx, const fit_data *data, const objective_terms *terms,
                      const minimum *best, long double attainable, const fit_choice *choice,
                      int allowed)
{
    const bool may_refuse = (allowed & REFUSED) != 0;
    const judgement found = judge(ctx, data, terms, best, attainable, choice, may_refuse);
    if ((allowed & 1 << found.verdict) == 0)
        fail_msg("solver %d, loss %d, dtype %d, l1 %g, l2 %g, bias %d: %s: s %.2g of %.2g allowed, "
                 "status %d after %lld iterations: %s",
                 (int)choice->solver, (int)terms->loss, (int)terms->dtype, terms->l1, terms->l2,
                 (int)terms->bias, verdict_names[found.verdict], found.s, found.promise,
                 (int)found.status, found.iterations, found.message);
}

/* Fits with the default tolerance by those solvers. */
static void check(const fit_data *data, const objective_terms *terms, const int32_t *solvers,
                  int count, bool far_start, int allowed)
{
    linclass_context *ctx = context_of(1);
    minimum best = minimum_find(data, terms);
    if (best.finite)
        assert_true(minimum_is_certain(&best));
    const long double attainable = best.finite ? minimum_attainable(&best) : best.F;
    for (int s = 0; s < count; s++) {
        const fit_choice choice = {.solver = solvers[s], .tolerance = 1e-4, .far_start = far_start};
        check_fit(ctx, data, terms, &best, attainable, &choice, allowed);
    }
    minimum_free(&best);
    linclass_context_destroy(ctx);
}

/* The same for every convex loss, in those precisions, with a bias. */
static void check_losses(const fit_data *data, double l2, int32_t first, int32_t last, int allowed)
{
    for (int32_t dtype = first; dtype <= last; dtype++) {
        for (int l = 0; l < LOSS_COUNT; l++) {
            const objective_terms terms = {
                .loss = LOSSES[l], .dtype = dtype, .bias = true, .l2 = l2};
            if (data->k == 2 || !losses_find(LOSSES[l])->one_score)
                check(data, &terms, SOLVERS, SOLVER_COUNT, false, allowed);
        }
    }
}

static fit_data changed(int shape, const char *name)
{
    for (int c = 0; c < data_change_count; c++) {
        if (strcmp(data_changes[c].name, name) == 0)
            return data_new(&data_shapes[shape], &data_changes[c]);
    }
    fail_msg("no such change: %s", name);
    abort();
}

static void test_centred_feature(void **state)
{
    (void)state;
    double X[] = {0.1 - 0.325, 0.2 - 0.325, 0.3 - 0.325, 0.7 - 0.325};
    int64_t y[] = {0, 1, 0, 1};
    const fit_data data = {.m = 4, .n = 1, .k = 2, .X = X, .y = y};
    const objective_terms terms = {
        .loss = LINCLASS_LOSS_LOGISTIC, .dtype = LINCLASS_FLOAT64, .bias = true};
    minimum best = minimum_find(&data, &terms);
    assert_true(fabsl(best.F - 0.518735L) < 1e-6L);
    minimum_free(&best);
    check_losses(&data, 0, LINCLASS_FLOAT32, LINCLASS_FLOAT64, SOLVED);
}

static void check_standardised(const char *name, int64_t n, int64_t k)
{
    fit_data data = real_table(name, n, k);
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        for (int l = 0; l < LOSS_COUNT - 1; l++) {
            const objective_terms terms = {.loss = LOSSES[l], .dtype = dtype, .bias = true};
            if (k == 2 || !losses_find(LOSSES[l])->one_score)
                check(&data, &terms, SOLVERS, 1, false, SOLVED);
        }
    }
    data_free(&data);
}

static void test_standardised_iris(void **state)
{
    (void)state;
    check_standardised("iris", 4, 3);
}

static void test_standardised_wine(void **state)
{
    (void)state;
    check_standardised("wine", 13, 3);
}

static void test_standardised_breast_cancer(void **state)
{
    (void)state;
    check_standardised("breast-cancer", 30, 2);
}

static void test_standardised_voters(void **state)
{
    (void)state;
    check_standardised("anes96", 5, 7);
}

static void test_years_in_single_precision(void **state)
{
    (void)state;
    fit_data data = changed(1, "years");
    check_losses(&data, 0, LINCLASS_FLOAT32, LINCLASS_FLOAT32, SOLVED);
    data_free(&data);
}

static void check_huge(const char *change, int32_t dtype)
{
    static const int32_t descent[] = {LINCLASS_SOLVER_GRADIENT_DESCENT};
    fit_data data = changed(4, change);
    check_losses(&data, 0, dtype, dtype, SOLVED | OPEN | REFUSED);
    for (int l = 0; l < LOSS_COUNT; l++) {
        const objective_terms terms = {.loss = LOSSES[l], .dtype = dtype, .bias = true};
        check(&data, &terms, descent, 1, false, SOLVED | OPEN | REFUSED);
    }
    data_free(&data);
}

static void test_huge_data(void **state)
{
    (void)state;
    check_huge("x1e150", LINCLASS_FLOAT64);
    check_huge("x1e30", LINCLASS_FLOAT64);
    check_huge("x1e30", LINCLASS_FLOAT32);
}

static void test_one_huge_row(void **state)
{
    (void)state;
    check_huge("one-row-1e150", LINCLASS_FLOAT64);
    check_huge("one-row-1e30", LINCLASS_FLOAT32);
}

static void test_a_million_in_single_precision(void **state)
{
    (void)state;
    for (int shape = 0; shape < 2; shape++) {
        fit_data data = changed(shape, "grid-1e6");
        check_losses(&data, 0, LINCLASS_FLOAT32, LINCLASS_FLOAT32, SOLVED | OPEN);
        data_free(&data);
    }
}

static void test_tiny_data(void **state)
{
    (void)state;
    fit_data data = changed(1, "x1e-300");
    check_losses(&data, 0, LINCLASS_FLOAT64, LINCLASS_FLOAT64, SOLVED | OPEN | REFUSED);
    data_free(&data);
}

static void test_small_columns_without_penalty(void **state)
{
    (void)state;
    static const char *const names[] = {"x1e-6", "one-column-1e-6", "flag-and-1e-6"};
    for (int c = 0; c < 3; c++) {
        fit_data data = changed(5, names[c]);
        check_losses(&data, 0, LINCLASS_FLOAT32, LINCLASS_FLOAT64, SOLVED);
        data_free(&data);
    }
}

static void test_digits_with_a_weak_penalty(void **state)
{
    (void)state;
    static const int32_t solvers[] = {LINCLASS_SOLVER_NEWTON_CG, LINCLASS_SOLVER_ORTHANT_WISE};
    fit_data data = real_digits(400, 10);
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        const objective_terms terms = {
            .loss = LINCLASS_LOSS_SOFTMAX, .dtype = dtype, .bias = true, .l2 = 1e-8};
        check(&data, &terms, solvers, 2, false, SOLVED);
    }
    data_free(&data);
}

static void test_digits_with_an_l1_penalty(void **state)
{
    (void)state;
    static const int32_t solvers[] = {LINCLASS_SOLVER_ORTHANT_WISE};
    fit_data data = real_digits(400, 4);
    for (int choice = 0; choice < 4; choice++) {
        const objective_terms terms = {
            .loss = choice < 2 ? LINCLASS_LOSS_SOFTMAX : LINCLASS_LOSS_SQUARED_HINGE,
            .dtype = choice % 2 == 0 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64,
            .bias = true,
            .l1 = 1e-3};
        check(&data, &terms, solvers, 1, false, SOLVED);
    }
    data_free(&data);
}

static void test_far_start(void **state)
{
    (void)state;
    for (int shape = 1; shape < 4; shape++) {
        fit_data data = changed(shape, "plain");
        for (int l = 0; l < LOSS_COUNT; l++) {
            const objective_terms terms = {
                .loss = LOSSES[l], .dtype = LINCLASS_FLOAT64, .bias = true, .l2 = 1e-4};
            if (data.k == 2 || !losses_find(LOSSES[l])->one_score)
                check(&data, &terms, SOLVERS, SOLVER_COUNT, true, SOLVED);
        }
        data_free(&data);
    }
}

static void check_diverges(int32_t solver, double rate)
{
    fit_data data = changed(1, "plain");
    linclass_context *ctx = context_of(1);
    linclass_matrix X;
    linclass_fit_options options;
    linclass_model *model;
    assert_int_equal(
        linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, data.m, data.n, data.X, data.n),
        LINCLASS_OK);
    assert_int_equal(linclass_fit_options_init(&options, sizeof options), LINCLASS_OK);
    options.l2 = 0;
    options.solver = solver;
    options.learning_rate = rate;
    for (options.dtype = LINCLASS_FLOAT32; options.dtype <= LINCLASS_FLOAT64; options.dtype++) {
        assert_refused(ctx, linclass_fit(ctx, &X, data.y, &options, NULL, &model),
                       LINCLASS_ERROR_NUMERIC, "diverged");
    }
    linclass_context_destroy(ctx);
    data_free(&data);
}

static void test_sgd_that_diverges(void **state)
{
    (void)state;
    check_diverges(LINCLASS_SOLVER_SGD, 1e30);
}

static void test_gradient_descent_that_diverges(void **state)
{
    (void)state;
    check_diverges(LINCLASS_SOLVER_GRADIENT_DESCENT, 1e6);
}

/* Far out, where single precision sees no way on, products round by more than the minimum: no bound is of there. */
static void test_bounds_of_far_points(void **state)
{
    (void)state;
    static const int32_t solvers[] = {LINCLASS_SOLVER_AUTO, LINCLASS_SOLVER_NEWTON,
                                      LINCLASS_SOLVER_ORTHANT_WISE};
    const objective_terms lasso = {.loss = LINCLASS_LOSS_SQUARED_HINGE,
                                   .dtype = LINCLASS_FLOAT32,
                                   .bias = true,
                                   .l1 = 1e-2,
                                   .l2 = 1e-3};
    fit_data data = changed(3, "grid-1e6");
    check(&data, &lasso, solvers + 2, 1, true, SOLVED | OPEN);
    data_free(&data);
    objective_terms ridge = lasso;
    ridge.l1 = 0;
    data = changed(7, "grid-1e6");
    ridge.l2 = 1e-8;
    check(&data, &ridge, solvers, 3, true, SOLVED | OPEN);
    ridge.l2 = 1;
    check(&data, &ridge, solvers, 3, true, SOLVED | OPEN);
    data_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_centred_feature),
        cmocka_unit_test(test_standardised_iris),
        cmocka_unit_test(test_standardised_wine),
        cmocka_unit_test(test_standardised_breast_cancer),
        cmocka_unit_test(test_standardised_voters),
        cmocka_unit_test(test_years_in_single_precision),
        cmocka_unit_test(test_huge_data),
        cmocka_unit_test(test_one_huge_row),
        cmocka_unit_test(test_a_million_in_single_precision),
        cmocka_unit_test(test_tiny_data),
        cmocka_unit_test(test_small_columns_without_penalty),
        cmocka_unit_test(test_digits_with_a_weak_penalty),
        cmocka_unit_test(test_digits_with_an_l1_penalty),
        cmocka_unit_test(test_far_start),
        cmocka_unit_test(test_bounds_of_far_points),
        cmocka_unit_test(test_sgd_that_diverges),
        cmocka_unit_test(test_gradient_descent_that_diverges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
