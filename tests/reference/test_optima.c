/* Fits to real data against those of scikit-learn, statsmodels and LIBLINEAR (optima.json): by every
 * solver that can, in both precisions. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "reference_case.h"
#include "support/context_of.h"
#include "support/fitting.h"

enum { MOST_FOR_NEWTON = 200 }; /* parameters: its Hessian takes a sweep for each */

static linclass_fit_options options_of(const reference_case *given, int32_t solver, int32_t dtype)
{
    linclass_fit_options options = samples_options();
    options.loss = given->loss;
    options.solver = solver;
    options.dtype = dtype;
    options.fit_bias = given->bias != NULL;
    options.l1 = given->l1;
    options.l2 = given->l2;
    return options;
}

static bool can_fit(const reference_case *given, int32_t solver)
{
    if (solver == LINCLASS_SOLVER_NEWTON && given->n * given->columns > MOST_FOR_NEWTON)
        return false;
    return given->l1 == 0 || solver == LINCLASS_SOLVER_ORTHANT_WISE;
}

/* Fit, and recompute F of the model in double. */
static linclass_model *fit(linclass_context *ctx, const reference_case *given,
                           const linclass_fit_options *options, double *objective)
{
    const samples data = {.m = given->m, .n = given->n, .X = given->X, .y = given->y};
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, &data, options, &report);
    linclass_certificate certificate;
    assert_int_equal(linclass_certificate_init(&certificate, sizeof certificate), LINCLASS_OK);
    const linclass_matrix X = samples_view(&data);
    assert_int_equal(linclass_model_verify(ctx, model, &X, data.y, &certificate), LINCLASS_OK);
    assert_int_equal(certificate.differs, 0);
    *objective = certificate.objective;
    return model;
}

/* What is compared of row j of theta, or of the bias, in column c. With one score, it is the model's
 * difference of two classes; without a penalty only differences to class 0 are determined, and of
 * intercepts never more. */
static double found(const reference_case *given, const linclass_model *model, int64_t j, int64_t c)
{
    const int64_t k = linclass_model_classes(model);
    const int64_t class = given->columns == 1 ? 1 : c;
    const bool is_bias = j == given->n;
    const bool difference = given->columns == 1 || is_bias || (given->l1 == 0 && given->l2 == 0);
    const double zero = is_bias ? fitting_bias(model, 0) : fitting_theta(model, j * k);
    const double value = is_bias ? fitting_bias(model, class) : fitting_theta(model, j * k + class);
    return value - (difference ? zero : 0);
}

static double wanted(const reference_case *given, int64_t j, int64_t c)
{
    const bool is_bias = j == given->n;
    const double *row = is_bias ? given->bias : given->theta + j * given->columns;
    const bool difference = given->columns > 1 && (is_bias || (given->l1 == 0 && given->l2 == 0));
    return row[c] - (difference ? row[0] : 0);
}

static void compare(const reference_case *given, const linclass_model *model, int32_t solver)
{
    const int64_t rows = given->n + (given->bias != NULL);
    for (int64_t j = 0; j < rows; j++) {
        for (int64_t c = 0; c < given->columns; c++) {
            const double want = wanted(given, j, c);
            const double got = found(given, model, j, c);
            if (!(fabs(got - want) <= 1e-5 * fmax(1, fabs(want))))
                fail_msg("%s, solver %d: coefficient %d, %d is %.10g, not %.10g", given->name,
                         (int)solver, (int)j, (int)c, got, want);
            if (given->l1 > 0 && j < given->n && want == 0 && got != 0)
                fail_msg("%s, solver %d: coefficient %d, %d is %g, not exactly 0", given->name,
                         (int)solver, (int)j, (int)c, got);
        }
    }
}

/* In double: the objective to 1e-8 of it, coefficients to 1e-5. A tolerance of 1e-7 leaves about 1e-14 of
 * what there was to gain, and coefficients within about its square root. */
static void check_double(linclass_context *ctx, const reference_case *given, int32_t solver)
{
    linclass_fit_options options = options_of(given, solver, LINCLASS_FLOAT64);
    options.gradient_tolerance = 1e-7;
    double objective;
    linclass_model *model = fit(ctx, given, &options, &objective);
    if (!(fabs(objective - given->objective) <= 1e-8 * given->objective))
        fail_msg("%s, solver %d: objective %.12g, not %.12g", given->name, (int)solver, objective,
                 given->objective);
    compare(given, model, solver);
    linclass_model_destroy(model);
}

static void check_standard_errors(linclass_context *ctx, const reference_case *given,
                                  int32_t solver)
{
    enum { MOST = 64 };
    double theta_error[MOST];
    double bias_error[MOST];
    if (given->standard_errors == NULL)
        return;
    linclass_fit_options options = options_of(given, solver, LINCLASS_FLOAT64);
    options.gradient_tolerance = 1e-7;
    double objective;
    linclass_model *model = fit(ctx, given, &options, &objective);
    const int64_t k = linclass_model_classes(model);
    assert_true(given->n * k <= MOST);
    linclass_standard_errors errors;
    assert_int_equal(linclass_standard_errors_init(&errors, sizeof errors), LINCLASS_OK);
    errors.theta_error = theta_error;
    errors.bias_error = bias_error;
    const samples data = {.m = given->m, .n = given->n, .X = given->X, .y = given->y};
    const linclass_matrix X = samples_view(&data);
    assert_int_equal(linclass_model_standard_errors(ctx, model, &X, data.y, &errors), LINCLASS_OK);
    for (int64_t j = 0; j <= given->n; j++) {
        for (int64_t c = 1; c < k; c++) {
            const double want = given->standard_errors[j * (k - 1) + c - 1];
            const double got = j < given->n ? theta_error[j * k + c] : bias_error[c];
            if (!(fabs(got - want) <= 1e-5 * fabs(want)))
                fail_msg("%s, solver %d: standard error %d, %d is %.10g, not %.10g", given->name,
                         (int)solver, (int)j, (int)c, got, want);
        }
    }
    linclass_model_destroy(model);
}

/* With the defaults, in either precision: the objective to 1e-6 of it. */
static void check_defaults(linclass_context *ctx, const reference_case *given, int32_t solver,
                           int32_t dtype)
{
    const linclass_fit_options options = options_of(given, solver, dtype);
    double objective;
    linclass_model *model = fit(ctx, given, &options, &objective);
    if (!(objective <= given->objective * (1 + 1e-6)))
        fail_msg("%s, solver %d, dtype %d: objective %.12g, not %.12g: %.1e above", given->name,
                 (int)solver, (int)dtype, objective, given->objective,
                 objective / given->objective - 1);
    linclass_model_destroy(model);
}

static void for_all(void (*check)(linclass_context *, const reference_case *, int32_t))
{
    linclass_context *ctx = context_of(2);
    const size_t count = reference_count();
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        reference_case given = reference_begin(i);
        for (int32_t solver = LINCLASS_SOLVER_LBFGS; solver <= LINCLASS_SOLVER_ORTHANT_WISE;
             solver++) {
            if (can_fit(&given, solver))
                check(ctx, &given, solver);
        }
        reference_end(&given);
    }
    linclass_context_destroy(ctx);
}

static void test_double_precision(void **state)
{
    (void)state;
    for_all(check_double);
}

static void test_standard_errors(void **state)
{
    (void)state;
    for_all(check_standard_errors);
}

static void check_both_defaults(linclass_context *ctx, const reference_case *given, int32_t solver)
{
    check_defaults(ctx, given, solver, LINCLASS_FLOAT32);
    check_defaults(ctx, given, solver, LINCLASS_FLOAT64);
}

static void test_defaults(void **state)
{
    (void)state;
    for_all(check_both_defaults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_double_precision),
        cmocka_unit_test(test_standard_errors),
        cmocka_unit_test(test_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
