#include "support/fitting.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

const int32_t fitting_solvers[FITTING_SOLVERS] = {
    LINCLASS_SOLVER_SGD,    LINCLASS_SOLVER_GRADIENT_DESCENT, LINCLASS_SOLVER_LBFGS,
    LINCLASS_SOLVER_NEWTON, LINCLASS_SOLVER_NEWTON_CG,        LINCLASS_SOLVER_ORTHANT_WISE,
};

linclass_fit_report fitting_report(void)
{
    linclass_fit_report report;
    assert_int_equal(linclass_fit_report_init(&report, sizeof report), LINCLASS_OK);
    return report;
}

linclass_model *fitting_fit(linclass_context *ctx, const samples *data,
                            const linclass_fit_options *options, linclass_fit_report *report)
{
    const linclass_matrix X = samples_view(data);
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, &X, data->y, options, report, &model);
    if (status != LINCLASS_OK)
        fail_msg("linclass_fit: %s: %s", linclass_status_string(status),
                 linclass_context_message(ctx));
    assert_non_null(model);
    return model;
}

static double element(const linclass_model *model, const void *array, int64_t e)
{
    return linclass_model_dtype(model) == LINCLASS_FLOAT32 ? (double)((const float *)array)[e]
                                                           : ((const double *)array)[e];
}

double fitting_theta(const linclass_model *model, int64_t e)
{
    return element(model, linclass_model_theta(model), e);
}

double fitting_bias(const linclass_model *model, int64_t c)
{
    const void *bias = linclass_model_bias(model);
    return bias == NULL ? 0 : element(model, bias, c);
}

int fitting_same(const linclass_model *one, const linclass_model *other)
{
    const int64_t n = linclass_model_features(one);
    const int64_t k = linclass_model_classes(one);
    const size_t real =
        linclass_model_dtype(one) == LINCLASS_FLOAT32 ? sizeof(float) : sizeof(double);
    const void *bias = linclass_model_bias(one);
    return linclass_model_dtype(other) == linclass_model_dtype(one) &&
           linclass_model_features(other) == n && linclass_model_classes(other) == k &&
           memcmp(linclass_model_labels(one), linclass_model_labels(other),
                  (size_t)k * sizeof(int64_t)) == 0 &&
           memcmp(linclass_model_theta(one), linclass_model_theta(other), (size_t)(n * k) * real) ==
               0 &&
           (bias == NULL) == (linclass_model_bias(other) == NULL) &&
           (bias == NULL || memcmp(bias, linclass_model_bias(other), (size_t)k * real) == 0);
}

void assert_near(const char *what, double got, long double want, double tolerance)
{
    if (!(fabsl(got - want) <= tolerance))
        fail_msg("%s is %.17g, not %.17Lg: off by %.3Lg, allowed %.3g", what, got, want,
                 fabsl(got - want), tolerance);
}
