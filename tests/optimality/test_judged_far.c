/* What a quadratic model of F about a point does not see: a fit that ends there has not converged.
 *
 * One row that is far from all others bends F so much that its model is all of that row; classes that a
 * loose tolerance leaves apart but for directions in which F is hardly curved; sums that are rounding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linclass/linclass.h>

#include "judge.h"
#include "support/context_of.h"
#include "support/losses.h"

static double factor;

static void one_row_far(fit_data *data)
{
    for (int64_t j = 0; j < data->n; j++)
        data->X[data->m / 2 * data->n + j] *= factor;
}

static void last_column_far(fit_data *data)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n + data->n - 1] *= factor;
}

/* All but constant: a spread that is rounding beside the mean. */
static void all_but_constant(fit_data *data)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n] = 1 + 1e-15 * (double)(i % 3);
}

/* Fits of every solver to loose tolerances that end far from their minimum. */
static int far_fits(const data_shape *shape, const data_change *change,
                    const objective_terms *terms)
{
    static const double tolerances[] = {1e-2, 1e-4};
    linclass_context *ctx = context_of(1);
    fit_data data = data_new(shape, change);
    minimum best = minimum_find(&data, terms);
    const long double attainable = minimum_attainable(&best);
    int far = 0;
    for (int32_t solver = LINCLASS_SOLVER_LBFGS; solver <= LINCLASS_SOLVER_ORTHANT_WISE; solver++) {
        for (int t = 0; t < 2; t++) {
            const fit_choice choice = {.solver = solver, .tolerance = tolerances[t]};
            const judgement found = judge(ctx, &data, terms, &best, attainable, &choice, true);
            if (found.verdict < VERDICT_FAR)
                continue;
            far++;
            print_error(
                "%s %s by %g, loss %d, l2 %g, dtype %d, solver %d, tolerance %g: %s, s = %g\n",
                shape->name, change->name, factor, terms->loss, terms->l2, terms->dtype, solver,
                tolerances[t], verdict_names[found.verdict], found.s);
        }
    }
    minimum_free(&best);
    data_free(&data);
    linclass_context_destroy(ctx);
    return far;
}

static int far_among(const data_change *change)
{
    static const int32_t losses[] = {LINCLASS_LOSS_SOFTMAX, LINCLASS_LOSS_SQUARED_HINGE};
    int far = 0;
    for (int shape = 1; shape < 4; shape++) {
        for (int choice = 0; choice < 4; choice++) {
            const objective_terms terms = {
                .loss = losses[choice % 2],
                .dtype = choice / 2 == 0 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32,
                .bias = true,
                .l2 = 1e-4,
            };
            far += far_fits(&data_shapes[shape], change, &terms);
        }
    }
    return far;
}

static void one_row_drowns_all_others(void **state)
{
    static const data_change change = {"one row", one_row_far, 0, 0};
    int far = 0;
    (void)state;
    for (factor = 1e2; factor <= 1e6; factor *= 1e2)
        far += far_among(&change);
    assert_int_equal(far, 0);
}

static void one_column_drowns_all_others(void **state)
{
    static const data_change change = {"last column", last_column_far, 0, 0};
    int far = 0;
    (void)state;
    for (factor = 1e6; factor <= 1e12; factor *= 1e3)
        far += far_among(&change);
    assert_int_equal(far, 0);
}

/* Far beyond what single precision resolves: what is returned is at least no worse than no model. */
static void the_objective_does_not_rise(void **state)
{
    static const data_change change = {"one row", one_row_far, 0, 0};
    (void)state;
    factor = 1e10;
    assert_int_equal(far_among(&change), 0);
}

static void a_column_is_all_but_constant(void **state)
{
    static const data_change change = {"all but constant", all_but_constant, 0, 0};
    (void)state;
    assert_int_equal(far_among(&change), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_row_drowns_all_others),
        cmocka_unit_test(one_column_drowns_all_others),
        cmocka_unit_test(the_objective_does_not_rise),
        cmocka_unit_test(a_column_is_all_but_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
