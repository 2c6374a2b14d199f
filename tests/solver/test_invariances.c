/* What must not matter to a minimum, for losses and solvers together: whether a row is repeated or
 * weighs more, the order of the rows, and which number a class has. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "problems.h"
#include "support/noise.h"

enum { M = 200, N = 4 };

typedef struct minimisation {
    int32_t loss;
    int32_t solver;
    int64_t k;
    double l1;
} minimisation;

static const minimisation minimisations[] = {
    {LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_GRADIENT_DESCENT, 3, 0},
    {LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_LBFGS, 3, 0},
    {LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_NEWTON, 3, 0},
    {LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_NEWTON_CG, 3, 0},
    {LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_ORTHANT_WISE, 3, 0.02},
    {LINCLASS_LOSS_LOGISTIC, LINCLASS_SOLVER_GRADIENT_DESCENT, 2, 0},
    {LINCLASS_LOSS_LOGISTIC, LINCLASS_SOLVER_LBFGS, 2, 0},
    {LINCLASS_LOSS_LOGISTIC, LINCLASS_SOLVER_NEWTON, 2, 0},
    {LINCLASS_LOSS_LOGISTIC, LINCLASS_SOLVER_NEWTON_CG, 2, 0},
    {LINCLASS_LOSS_LOGISTIC, LINCLASS_SOLVER_ORTHANT_WISE, 2, 0.02},
    {LINCLASS_LOSS_SQUARED_HINGE, LINCLASS_SOLVER_LBFGS, 3, 0},
};

enum { COUNT = sizeof minimisations / sizeof minimisations[0] };

/* To gaps of the objective below 1e-12: half the square of the scaled gradient. */
static linclass_fit_options options_for(const minimisation *each)
{
    linclass_fit_options options = exact_options();
    options.loss = each->loss;
    options.solver = each->solver;
    options.l1 = each->l1;
    options.gradient_tolerance = 1e-8;
    return options;
}

static void assert_same_minimum(const outcome *a, const outcome *b)
{
    assert_close(a->report.objective, b->report.objective, 1e-12);
    assert_close(a->report.error, b->report.error, 1e-12);
}

static void weights_are_repetitions(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        problem once = problem_begin(M, N, minimisations[i].k, 1);
        int64_t times[M];
        double weights[M];
        uint64_t noise = 2;
        for (int64_t row = 0; row < M; row++) {
            times[row] = row < once.k ? 1 : noise_below(&noise, 4);
            weights[row] = (double)times[row];
        }
        problem repeated = problem_repeat(&once, times);
        linclass_fit_options options = options_for(&minimisations[i]);
        outcome expected = fit_well(&repeated, &options);
        options.sample_weight = weights;
        outcome weighted = fit_well(&once, &options);
        assert_same_minimum(&weighted, &expected);
        outcome_end(&weighted);
        outcome_end(&expected);
        problem_end(&repeated);
        problem_end(&once);
    }
}

static void the_order_of_the_rows_does_not_matter(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        problem rows = problem_begin(M, N, minimisations[i].k, 3);
        problem reversed = problem_begin(M, N, minimisations[i].k, 3);
        for (int64_t row = 0; row < M; row++) {
            memcpy(reversed.X + row * N, rows.X + (M - 1 - row) * N, N * sizeof(double));
            reversed.y[row] = rows.y[M - 1 - row];
        }
        const linclass_fit_options options = options_for(&minimisations[i]);
        outcome expected = fit_well(&rows, &options);
        outcome fitted = fit_well(&reversed, &options);
        assert_same_minimum(&fitted, &expected);
        outcome_end(&fitted);
        outcome_end(&expected);
        problem_end(&reversed);
        problem_end(&rows);
    }
}

/* Labels 10, 20, ... become 10 k, ..., 20, 10: columns of theta change places, or one score its sign. */
static void the_number_of_a_class_does_not_matter(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        const int64_t k = minimisations[i].k;
        problem rows = problem_begin(M, N, k, 4);
        const linclass_fit_options options = options_for(&minimisations[i]);
        outcome expected = fit_well(&rows, &options);
        for (int64_t row = 0; row < M; row++)
            rows.y[row] = 10 * (k + 1) - rows.y[row];
        outcome fitted = fit_well(&rows, &options);
        assert_same_minimum(&fitted, &expected);
        outcome_end(&fitted);
        outcome_end(&expected);
        problem_end(&rows);
    }
}

/* With the classes numbered backwards every step of sgd is the same but for the order of the columns. */
static void steps_do_not_depend_on_the_number_of_a_class(void **state)
{
    (void)state;
    enum { K = 4 };
    problem rows = problem_begin(M, N, K, 5);
    linclass_fit_options options = exact_options();
    options.solver = LINCLASS_SOLVER_SGD;
    options.max_iterations = 3;
    options.momentum = 0.5;
    outcome expected = fit_well(&rows, &options);
    for (int64_t row = 0; row < M; row++)
        rows.y[row] = 10 * (K + 1) - rows.y[row];
    outcome fitted = fit_well(&rows, &options);
    const double *theta = linclass_model_theta(fitted.model);
    const double *reference = linclass_model_theta(expected.model);
    for (int64_t j = 0; j < N; j++) {
        for (int64_t c = 0; c < K; c++)
            assert_close(theta[j * K + c], reference[j * K + K - 1 - c], 1e-12);
    }
    outcome_end(&fitted);
    outcome_end(&expected);
    problem_end(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_repetitions),
        cmocka_unit_test(the_order_of_the_rows_does_not_matter),
        cmocka_unit_test(the_number_of_a_class_does_not_matter),
        cmocka_unit_test(steps_do_not_depend_on_the_number_of_a_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
