/* Every option out of range is refused with its name and value, no model made, and the context good
 * for the next fit; structs of other sizes too. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"

typedef struct bad_option {
    void (*spoil)(linclass_fit_options *options);
    linclass_status status;
    const char *name;
    const char *value;
} bad_option;

#define SPOIL(function, statement) \
    static void function(linclass_fit_options *o) \
    { \
        statement; \
    }

SPOIL(loss_unknown, o->loss = 77)
SPOIL(loss_zero, o->loss = 0)
SPOIL(solver_unknown, o->solver = 99)
SPOIL(solver_negative, o->solver = -1)
SPOIL(dtype_bytes, o->dtype = LINCLASS_UINT8)
SPOIL(dtype_unknown, o->dtype = 9)
SPOIL(bias_two, o->fit_bias = 2)
SPOIL(shuffle_two, o->shuffle = -2)
SPOIL(l1_negative, o->l1 = -0.5)
SPOIL(l1_nan, o->l1 = NAN)
SPOIL(l2_negative, o->l2 = -0.5)
SPOIL(l2_infinite, o->l2 = INFINITY)
SPOIL(iterations_negative, o->max_iterations = -3)
SPOIL(seconds_negative, o->max_seconds = -2)
SPOIL(seconds_nan, o->max_seconds = NAN)
SPOIL(tolerance_negative, o->gradient_tolerance = -0.25)
SPOIL(tolerance_nan, o->gradient_tolerance = NAN)
SPOIL(gap_negative, o->gap_tolerance = -0.5)
SPOIL(batch_zero, o->batch_size = 0)
SPOIL(batch_negative, o->batch_size = -7)
SPOIL(rate_negative, o->learning_rate = -0.125)
SPOIL(rate_infinite, o->learning_rate = INFINITY)

static const bad_option bad_options[] = {
    {loss_unknown, LINCLASS_ERROR_INVALID_ARGUMENT, "loss", "77"},
    {loss_zero, LINCLASS_ERROR_INVALID_ARGUMENT, "loss", "0"},
    {solver_unknown, LINCLASS_ERROR_INVALID_ARGUMENT, "solver", "99"},
    {solver_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "solver", "-1"},
    {dtype_bytes, LINCLASS_ERROR_INVALID_ARGUMENT, "dtype", "1"},
    {dtype_unknown, LINCLASS_ERROR_INVALID_ARGUMENT, "dtype", "9"},
    {bias_two, LINCLASS_ERROR_INVALID_ARGUMENT, "fit_bias", "2"},
    {shuffle_two, LINCLASS_ERROR_INVALID_ARGUMENT, "shuffle", "-2"},
    {l1_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "l1", "-0.5"},
    {l1_nan, LINCLASS_ERROR_INVALID_ARGUMENT, "l1", "nan"},
    {l2_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "l2", "-0.5"},
    {l2_infinite, LINCLASS_ERROR_INVALID_ARGUMENT, "l2", "inf"},
    {iterations_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "max_iterations", "-3"},
    {seconds_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "max_seconds", "-2"},
    {seconds_nan, LINCLASS_ERROR_INVALID_ARGUMENT, "max_seconds", "nan"},
    {tolerance_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "gradient_tolerance", "-0.25"},
    {tolerance_nan, LINCLASS_ERROR_INVALID_ARGUMENT, "gradient_tolerance", "nan"},
    {gap_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "gap_tolerance", "-0.5"},
    {batch_zero, LINCLASS_ERROR_INVALID_ARGUMENT, "batch_size", "0"},
    {batch_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "batch_size", "-7"},
    {rate_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "learning_rate", "-0.125"},
    {rate_infinite, LINCLASS_ERROR_INVALID_ARGUMENT, "learning_rate", "inf"},
};

typedef struct fixture {
    linclass_context *ctx;
    samples data;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f.ctx = context_of(1);
    f.data = samples_new(40, 3, 3, 20);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    samples_free(&f->data);
    linclass_context_destroy(f->ctx);
    return 0;
}

static void check_refused(fixture *f, const linclass_fit_options *options, linclass_status wanted,
                          const char *name, const char *value)
{
    const linclass_matrix X = samples_view(&f->data);
    linclass_fit_report report = fitting_report();
    const linclass_fit_report before = report;
    linclass_model *model = (linclass_model *)f;
    const linclass_status status = linclass_fit(f->ctx, &X, f->data.y, options, &report, &model);
    const char *const message = linclass_context_message(f->ctx);
    if (status != wanted || strstr(message, name) == NULL || strstr(message, value) == NULL)
        fail_msg("%s %s: status %d, message '%s'", name, value, (int)status, message);
    assert_null(model);
    assert_memory_equal(&report, &before, sizeof report);
    model = fitting_fit(f->ctx, &f->data, NULL, NULL);
    assert_string_equal(linclass_context_message(f->ctx), "");
    linclass_model_destroy(model);
}

static void test_options_out_of_range(void **state)
{
    for (size_t i = 0; i < sizeof bad_options / sizeof *bad_options; i++) {
        linclass_fit_options options = samples_options();
        bad_options[i].spoil(&options);
        check_refused(*state, &options, bad_options[i].status, bad_options[i].name,
                      bad_options[i].value);
    }
}

static void test_struct_sizes(void **state)
{
    struct newer {
        linclass_fit_options options;
        int64_t unknown;
    } newer;
    assert_int_equal(linclass_fit_options_init(&newer.options, sizeof newer), LINCLASS_OK);
    fixture *f = *state;
    linclass_model_destroy(fitting_fit(f->ctx, &f->data, &newer.options, NULL));
    newer.unknown = 1;
    check_refused(f, &newer.options, LINCLASS_ERROR_STRUCT_SIZE, "options", "");
    linclass_fit_options short_options = samples_options();
    short_options.size = 8;
    check_refused(f, &short_options, LINCLASS_ERROR_STRUCT_SIZE, "options", "8");
}

static void test_a_report_without_size(void **state)
{
    fixture *f = *state;
    const linclass_matrix X = samples_view(&f->data);
    linclass_fit_report report = {.size = 0};
    linclass_model *model;
    assert_int_equal(linclass_fit(f->ctx, &X, f->data.y, NULL, &report, &model),
                     LINCLASS_ERROR_STRUCT_SIZE);
    assert_null(model);
}

/* Beside the curvature it is rounding: dividing by it, as a solver does, made a direction of rounding. */
static void test_an_l2_lost_in_rounding(void **state)
{
    fixture *f = *state;
    const linclass_matrix X = samples_view(&f->data);
    for (int32_t solver = LINCLASS_SOLVER_LBFGS; solver <= LINCLASS_SOLVER_ORTHANT_WISE; solver++) {
        double without = 0;
        for (double l2 = 0; l2 == 0 || l2 > 1e-300; l2 = l2 == 0 ? 1e-40 : l2 * 1e-40) {
            linclass_fit_options options = samples_options();
            linclass_fit_report report = {.size = sizeof report};
            linclass_model *model;
            options.solver = solver;
            options.dtype = LINCLASS_FLOAT32;
            options.l2 = l2;
            assert_int_equal(linclass_fit(f->ctx, &X, f->data.y, &options, &report, &model),
                             LINCLASS_OK);
            assert_string_equal(linclass_context_message(f->ctx), "");
            without = l2 == 0 ? report.objective : without;
            assert_true(fabs(report.objective - without) <= 1e-6); /* single precision */
            assert_true(linclass_model_l2(model) == l2);
            linclass_model_destroy(model);
        }
    }
}

/* Nothing but the penalty draws it to 0, from wherever a fit starts. */
static void test_the_weights_of_a_feature_of_zeros(void **state)
{
    fixture *f = *state;
    static const double x[6] = {0};
    static const int64_t y[6] = {0, 1, 0, 1, 1, 1};
    static const double theta[2] = {-1000, 1000};
    linclass_matrix X;
    linclass_model *initial;
    linclass_model *model;
    assert_int_equal(linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 6, 1, x, 1), LINCLASS_OK);
    assert_int_equal(linclass_model_create(f->ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 1, 2,
                                           theta, 2, NULL, NULL, &initial),
                     LINCLASS_OK);
    for (int32_t solver = LINCLASS_SOLVER_LBFGS; solver <= LINCLASS_SOLVER_ORTHANT_WISE; solver++) {
        linclass_fit_options options;
        linclass_fit_report report = {.size = sizeof report};
        linclass_fit_options_init(&options, sizeof options);
        options.solver = solver;
        options.l2 = 0.01;
        options.initial = initial;
        assert_true(linclass_fit(f->ctx, &X, y, &options, &report, &model) >= 0);
        assert_true(report.stopped_because != LINCLASS_OK || report.objective < 0.7);
        linclass_model_destroy(model);
    }
    linclass_model_destroy(initial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_weights_of_a_feature_of_zeros),
        cmocka_unit_test(test_an_l2_lost_in_rounding),
        cmocka_unit_test(test_options_out_of_range),
        cmocka_unit_test(test_struct_sizes),
        cmocka_unit_test(test_a_report_without_size),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
