/* Paths with an l1 penalty: what a fit takes over from the one before changes no minimum. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "selecting.h"
#include "support/context_of.h"

static const double GAP =
    1e-6; /* of F at zero parameters: what a fit leaves unless options say otherwise */

/* F of a fit alone at these penalties, in double, to a gap far smaller; *bound: the lower bound that it proves. */
static double exact_minimum(const samples *data, const linclass_fit_options *fit,
                            const linclass_candidate *of, double *bound)
{
    linclass_context *ctx = context_of(1);
    linclass_fit_options options = selecting_exactly();
    options.loss = fit->loss;
    options.group_l1 = fit->group_l1;
    options.l1 = of->l1;
    options.l2 = of->l2;
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, data, &options, &report);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    *bound = report.dual_objective;
    return report.objective;
}

static void check_fits(samples *data, const linclass_fit_options *fit, double l1_ratio)
{
    linclass_path_options options = selecting_options();
    options.fit = fit;
    options.count = 25;
    options.ratio = 1e-3;
    options.l1_ratio = l1_ratio;
    linclass_selection *path = selecting(linclass_fit_path, 1, data, &options);
    const double zero = log((double)data->k);
    for (int64_t i = 0; i < options.count; i++) {
        const linclass_candidate found = selecting_candidate(path, i);
        linclass_fit_report report = fitting_report();
        assert_int_equal(linclass_model_report(linclass_selection_model(path, i), &report),
                         LINCLASS_OK);
        double bound;
        const double F = exact_minimum(data, fit, &found, &bound);
        assert_int_equal(found.stopped_because, LINCLASS_OK);
        assert_true(report.gap <= GAP * zero);
        assert_true(report.objective >= bound - 1e-12);
        assert_true(report.dual_objective <= F + 1e-12);
        assert_true(report.objective - F <= GAP * zero);
    }
    linclass_selection_destroy(path);
}

static void check(samples *data, int32_t loss, double l1_ratio, int32_t dtype)
{
    linclass_fit_options fit = samples_options();
    fit.loss = loss;
    fit.dtype = dtype;
    check_fits(data, &fit, l1_ratio);
}

/* Without l2, rounding the weights to single precision costs the gap that is proven at them a share of F that is the
 * rounding over the penalty; it is proven before they are rounded. */
static void fits_of_a_path_end_by_their_gap(void **state)
{
    (void)state;
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        for (int r = 0; r < 2; r++) {
            samples many = samples_new(300, 12, 3, 4);
            check(&many, LINCLASS_LOSS_SOFTMAX, r == 0 ? 1 : 0.5, dtype);
            samples_free(&many);
            samples two = samples_new(300, 12, 2, 5);
            check(&two, LINCLASS_LOSS_LOGISTIC, r == 0 ? 1 : 0.5, dtype);
            samples_free(&two);
        }
    }
}

/* More features than rows: working sets, which the Hessian that is kept outlives. */
static void wide_samples_too(void **state)
{
    (void)state;
    samples data = samples_new(40, 500, 3, 6);
    check(&data, LINCLASS_LOSS_SOFTMAX, 1, LINCLASS_FLOAT64);
    check(&data, LINCLASS_LOSS_SOFTMAX, 1, LINCLASS_FLOAT32);
    samples_free(&data);
}

/* 20 rows of 20 features and 3 classes, which approximations of the softmax Hessian do not bring to an end. */
static void few_rows_of_many_features_too(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        samples data = samples_new(20, 20, 3, seed);
        check(&data, LINCLASS_LOSS_SOFTMAX, 1, LINCLASS_FLOAT64);
        samples_free(&data);
    }
}

/* An l1 penalty of the rows of theta. */
static void penalties_of_rows_too(void **state)
{
    (void)state;
    linclass_fit_options fit = samples_options();
    fit.group_l1 = 1;
    for (fit.dtype = LINCLASS_FLOAT32; fit.dtype <= LINCLASS_FLOAT64; fit.dtype++) {
        samples many = samples_new(300, 12, 3, 4);
        check_fits(&many, &fit, 1);
        check_fits(&many, &fit, 0.5);
        samples_free(&many);
        samples wide = samples_new(40, 500, 3, 6);
        check_fits(&wide, &fit, 1);
        samples_free(&wide);
        samples few = samples_new(20, 20, 3, 1);
        check_fits(&few, &fit, 1);
        samples_free(&few);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_of_a_path_end_by_their_gap),
        cmocka_unit_test(wide_samples_too),
        cmocka_unit_test(few_rows_of_many_features_too),
        cmocka_unit_test(penalties_of_rows_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
