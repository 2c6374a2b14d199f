/* Samples, labels and validation rows that cannot be trained on: status, sentence, no model. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"

enum { M = 40, N = 3, K = 3 };

static void expect(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                   const linclass_fit_options *options, linclass_status wanted, const char *words)
{
    linclass_model *model = (linclass_model *)(uintptr_t)X;
    const linclass_status status = linclass_fit(ctx, X, y, options, NULL, &model);
    const char *const message = linclass_context_message(ctx);
    if (status != wanted || strstr(message, words) == NULL)
        fail_msg("expected '%s': status %d, message '%s'", words, (int)status, message);
    assert_null(model);
}

static void test_arguments(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, K, 21);
    linclass_matrix X = samples_view(&data);
    linclass_model *model;
    assert_int_equal(linclass_fit(NULL, &X, data.y, NULL, NULL, &model),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_fit(ctx, &X, data.y, NULL, NULL, NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    expect(ctx, NULL, data.y, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "X is NULL");
    expect(ctx, &X, NULL, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL");
    X.rows = 0;
    expect(ctx, &X, data.y, NULL, LINCLASS_ERROR_DIMENSION, "X has no rows");
    X.rows = -1;
    expect(ctx, &X, data.y, NULL, LINCLASS_ERROR_DIMENSION, "-1");
    X = samples_view(&data);
    X.data = NULL;
    expect(ctx, &X, data.y, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "X");
    X = samples_view(&data);
    X.dtype = 17;
    expect(ctx, &X, data.y, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "17");
    X = samples_view(&data);
    X.scale = NAN;
    expect(ctx, &X, data.y, NULL, LINCLASS_ERROR_INVALID_ARGUMENT, "nan");
    X = samples_view(&data);
    X.rows = INT64_MAX / 2;
    X.row_stride = INT64_MAX / 2;
    expect(ctx, &X, data.y, NULL, LINCLASS_ERROR_DIMENSION, "X");
    samples_free(&data);
    linclass_context_destroy(ctx);
}

static void test_elements_that_are_not_finite(void **state)
{
    (void)state;
    static const double values[] = {NAN, INFINITY, -INFINITY};
    static const int32_t solvers[] = {LINCLASS_SOLVER_SGD, LINCLASS_SOLVER_GRADIENT_DESCENT};
    linclass_context *ctx = context_of(2);
    for (int s = 0; s < 2; s++) {
        for (int v = 0; v < 3; v++) {
            samples data = samples_new(M, N, K, 22);
            data.X[17 * N + 2] = values[v];
            const linclass_matrix X = samples_view(&data);
            linclass_fit_options options = samples_options();
            options.solver = solvers[s];
            expect(ctx, &X, data.y, &options, LINCLASS_ERROR_NON_FINITE, "X[17, 2]");
            samples_free(&data);
        }
    }
    linclass_context_destroy(ctx);
}

static void test_validation_rows(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    samples data = samples_new(M, N, K, 23);
    samples held_out = samples_new(10, N, K, 24);
    const linclass_matrix X = samples_view(&data);
    linclass_matrix validation = samples_view(&held_out);
    linclass_fit_options options = samples_options();
    options.validation_X = &validation;
    expect(ctx, &X, data.y, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "validation_y");
    options.validation_y = held_out.y;
    held_out.y[4] = -8;
    expect(ctx, &X, data.y, &options, LINCLASS_ERROR_LABEL, "validation_y[4]");
    held_out.y[4] = 0;
    held_out.X[7 * N + 1] = NAN;
    expect(ctx, &X, data.y, &options, LINCLASS_ERROR_NON_FINITE, "validation_X[7, 1]");
    validation.cols = N - 1;
    expect(ctx, &X, data.y, &options, LINCLASS_ERROR_DIMENSION, "columns");
    options.validation_X = NULL;
    expect(ctx, &X, data.y, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "validation_X");
    samples_free(&held_out);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_elements_that_are_not_finite),
        cmocka_unit_test(test_validation_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
