/* Standard errors of fits to real data against those of statsmodels (optima.json), to 1e-5. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "reference_case.h"
#include "support/context_of.h"
#include "support/fitting.h"

enum { MOST = 256 }; /* elements of theta */

static void compare(const reference_case *given, const linclass_model *model,
                    const linclass_standard_errors *found)
{
    const int64_t k = linclass_model_classes(model);
    for (int64_t e = 0; e < (given->n + 1) * (k - 1); e++) {
        const int64_t j = e / (k - 1);
        const int64_t c = e % (k - 1) + 1;
        const double error = j < given->n ? found->theta_error[j * k + c] : found->bias_error[c];
        const double want = given->standard_errors[e];
        if (!(fabs(error - want) <= 1e-5 * want))
            fail_msg("%s: the error of coefficient %d of class %d is %.10g, not %.10g", given->name,
                     (int)j, (int)c, error, want);
    }
}

static void check(linclass_context *ctx, const reference_case *given)
{
    const samples data = {.m = given->m, .n = given->n, .X = given->X, .y = given->y};
    const linclass_matrix X = samples_view(&data);
    linclass_fit_options options = samples_options();
    options.loss = given->loss;
    options.gradient_tolerance = 1e-7;
    linclass_model *model = fitting_fit(ctx, &data, &options, NULL);
    assert_true(given->n * linclass_model_classes(model) <= MOST);
    double theta_error[MOST];
    double bias_error[MOST];
    linclass_standard_errors found;
    assert_int_equal(linclass_standard_errors_init(&found, sizeof found), LINCLASS_OK);
    found.theta_error = theta_error;
    found.bias_error = bias_error;
    const linclass_status status = linclass_model_standard_errors(ctx, model, &X, data.y, &found);
    if (status != LINCLASS_OK)
        fail_msg("%s: %s", given->name, linclass_context_message(ctx));
    compare(given, model, &found);
    linclass_model_destroy(model);
}

static void test_they_are_those_of_statsmodels(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    int compared = 0;
    for (size_t i = 0; i < reference_count(); i++) {
        reference_case given = reference_begin(i);
        if (given.standard_errors != NULL) {
            check(ctx, &given);
            compared++;
        }
        reference_end(&given);
    }
    assert_true(compared >= 3);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_they_are_those_of_statsmodels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
