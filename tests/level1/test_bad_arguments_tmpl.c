/* Every bad argument of every function: its status, a sentence that names the argument and the
 * value, outputs untouched to the byte, and a context that works on. */
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/trial.h"

#define WITH_N     (LOGITS | GRADIENT | LOSS_GRADIENTS | SGD_EPOCHS)
#define WITH_THETA (LOGITS | LOSS_GRADIENTS | SGD_EPOCHS)
#define WITH_H     (LOGITS | SOFTMAX | SIGMOID | LOSSES | RESIDUALS)
#define WITH_Z     (SOFTMAX | SIGMOID)
#define WITH_Y     (LOSSES | RESIDUALS | LOSS_GRADIENTS | SGD_EPOCHS)
#define WITH_G     (GRADIENT | LOSS_GRADIENTS)

typedef struct bad_argument {
    function_set functions;
    void (*spoil)(arguments *a);
    linclass_status status;
    const char *names; /* what the sentence must contain */
    const char *value;
} bad_argument;

static void set_label(arguments *a, int row, int64_t label)
{
    ((int64_t *)a->y)[row] = label;
    ((int64_t *)a->y2)[row] = label;
}

/* A good call is m = 6, n = 5, k = 4. */
#define SPOIL(name, statement) \
    static void name(arguments *a) \
    { \
        statement; \
    }

SPOIL(m_negative, a->m = -1)
SPOIL(n_negative, a->n = -2)
SPOIL(k_negative, a->k = -3)
SPOIL(m_least, a->m = INT64_MIN)
SPOIL(n_least, a->n = INT64_MIN)
SPOIL(k_least, a->k = INT64_MIN)
SPOIL(ldx_short, a->ldx = 4)
SPOIL(ldtheta_short, a->ldtheta = 3)
SPOIL(ldh_short, a->ldh = 3)
SPOIL(ldz_short, a->ldz = 3)
SPOIL(ldr_short, a->ldr = 3)
SPOIL(ldg_short, a->ldg = 3)
SPOIL(ldx_negative, a->ldx = -5)
SPOIL(ldtheta_negative, a->ldtheta = -4)
SPOIL(ldh_negative, a->ldh = INT64_MIN)
SPOIL(ldz_negative, a->ldz = -4)
SPOIL(ldr_negative, a->ldr = -4)
SPOIL(ldg_negative, a->ldg = INT64_MIN)
SPOIL(ldh_zero, a->ldh = 0)
SPOIL(ldtheta_zero, a->ldtheta = 0)
SPOIL(ldg_zero, a->ldg = 0)
SPOIL(ldh_zero_without_classes, a->k = 0; a->m = 0; a->ldh = 0)
SPOIL(x_null, a->X = NULL)
SPOIL(y_null, a->y = a->y2 = NULL)
SPOIL(theta_null, a->theta = NULL)
SPOIL(h_null, a->H = NULL)
SPOIL(z_null, a->Z = NULL)
SPOIL(r_null, a->R = NULL)
SPOIL(g_null, a->G = NULL)
SPOIL(loss_null, a->loss = NULL)
SPOIL(batch_zero, a->batch = 0)
SPOIL(batch_negative, a->batch = -10)
SPOIL(rate_negative, a->learning_rate = -1)
SPOIL(rate_nan, a->learning_rate = (real)NAN)
SPOIL(rate_infinite, a->learning_rate = (real)INFINITY)
SPOIL(scale_nan, a->scale = (real)NAN)
SPOIL(scale_infinite, a->scale = (real)-INFINITY)
SPOIL(label_too_large, set_label(a, 3, 4))
SPOIL(label_negative, set_label(a, 0, -1))
SPOIL(label_largest, set_label(a, 5, INT64_MAX))
SPOIL(label_least, set_label(a, 2, INT64_MIN))
SPOIL(label_of_a_third_class, set_label(a, 4, 2))

static const bad_argument bad_arguments[] = {
    {ALL_FUNCTIONS, m_negative, LINCLASS_ERROR_DIMENSION, "m is", "-1"},
    {WITH_N, n_negative, LINCLASS_ERROR_DIMENSION, "n is", "-2"},
    {OF_CLASSES(ALL_FUNCTIONS), k_negative, LINCLASS_ERROR_DIMENSION, "k is", "-3"},
    {ALL_FUNCTIONS, m_least, LINCLASS_ERROR_DIMENSION, "m is", "-9223372036854775808"},
    {WITH_N, n_least, LINCLASS_ERROR_DIMENSION, "n is", "-9223372036854775808"},
    {OF_CLASSES(ALL_FUNCTIONS), k_least, LINCLASS_ERROR_DIMENSION, "k is", "-9223372036854775808"},
    {WITH_N, ldx_short, LINCLASS_ERROR_DIMENSION, "ldx is", "4"},
    {OF_CLASSES(WITH_THETA), ldtheta_short, LINCLASS_ERROR_DIMENSION, "ldtheta is", "3"},
    {OF_CLASSES(WITH_H), ldh_short, LINCLASS_ERROR_DIMENSION, "ldh is", "3"},
    {WITH_Z, ldz_short, LINCLASS_ERROR_DIMENSION, "ldz is", "3"},
    {GRADIENT, ldr_short, LINCLASS_ERROR_DIMENSION, "ldr is", "3"},
    {OF_CLASSES(WITH_G), ldg_short, LINCLASS_ERROR_DIMENSION, "ldg is", "3"},
    {WITH_N, ldx_negative, LINCLASS_ERROR_DIMENSION, "ldx is", "-5"},
    {WITH_THETA, ldtheta_negative, LINCLASS_ERROR_DIMENSION, "ldtheta is", "-4"},
    {WITH_H, ldh_negative, LINCLASS_ERROR_DIMENSION, "ldh is", "-9223372036854775808"},
    {WITH_Z, ldz_negative, LINCLASS_ERROR_DIMENSION, "ldz is", "-4"},
    {GRADIENT, ldr_negative, LINCLASS_ERROR_DIMENSION, "ldr is", "-4"},
    {WITH_G, ldg_negative, LINCLASS_ERROR_DIMENSION, "ldg is", "-9223372036854775808"},
    {WITH_H, ldh_zero, LINCLASS_ERROR_DIMENSION, "ldh is", "0"},
    {WITH_THETA, ldtheta_zero, LINCLASS_ERROR_DIMENSION, "ldtheta is", "0"},
    {WITH_G, ldg_zero, LINCLASS_ERROR_DIMENSION, "ldg is", "0"},
    {OF_CLASSES(WITH_H), ldh_zero_without_classes, LINCLASS_ERROR_DIMENSION, "ldh is", "0"},
    {WITH_N, x_null, LINCLASS_ERROR_INVALID_ARGUMENT, "X is NULL", ""},
    {WITH_Y, y_null, LINCLASS_ERROR_INVALID_ARGUMENT, "y is NULL", ""},
    {WITH_THETA, theta_null, LINCLASS_ERROR_INVALID_ARGUMENT, "theta is NULL", ""},
    {OF_CLASSES(WITH_H), h_null, LINCLASS_ERROR_INVALID_ARGUMENT, "H is NULL", ""},
    {OF_ONE_SCORE(WITH_H), h_null, LINCLASS_ERROR_INVALID_ARGUMENT, "h is NULL", ""},
    {WITH_Z, z_null, LINCLASS_ERROR_INVALID_ARGUMENT, "Z is NULL", ""},
    {GRADIENT, r_null, LINCLASS_ERROR_INVALID_ARGUMENT, "R is NULL", ""},
    {WITH_G, g_null, LINCLASS_ERROR_INVALID_ARGUMENT, "G is NULL", ""},
    {LOSSES | LOSS_GRADIENTS, loss_null, LINCLASS_ERROR_INVALID_ARGUMENT, "loss is NULL", ""},
    {SGD_EPOCHS, batch_zero, LINCLASS_ERROR_INVALID_ARGUMENT, "batch is", "0"},
    {SGD_EPOCHS, batch_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "batch is", "-10"},
    {SGD_EPOCHS, rate_negative, LINCLASS_ERROR_INVALID_ARGUMENT, "learning_rate is", "-1"},
    {SGD_EPOCHS, rate_nan, LINCLASS_ERROR_INVALID_ARGUMENT, "learning_rate is", "nan"},
    {SGD_EPOCHS, rate_infinite, LINCLASS_ERROR_INVALID_ARGUMENT, "learning_rate is", "inf"},
    {GRADIENT, scale_nan, LINCLASS_ERROR_NON_FINITE, "scale is", "nan"},
    {GRADIENT, scale_infinite, LINCLASS_ERROR_NON_FINITE, "scale is", "-inf"},
    {WITH_Y, label_too_large, LINCLASS_ERROR_LABEL, "y[3]", "4"},
    {WITH_Y, label_negative, LINCLASS_ERROR_LABEL, "y[0]", "-1"},
    {WITH_Y, label_largest, LINCLASS_ERROR_LABEL, "y[5]", "9223372036854775807"},
    {WITH_Y, label_least, LINCLASS_ERROR_LABEL, "y[2]", "-9223372036854775808"},
    {OF_ONE_SCORE(WITH_Y), label_of_a_third_class, LINCLASS_ERROR_LABEL, "y[4]", "2, outside 0..1"},
};

static void check_works_on(function_set function, linclass_context *ctx)
{
    problem good = problem_new(6, 5, 4, 1, 21);
    check_ok(ctx, call(function, ctx, &good.a), "the call after a failed one");
    assert_string_equal(linclass_context_message(ctx), "");
    problem_free(&good);
}

static void check_bad_argument(function_set function, linclass_context *ctx,
                               const bad_argument *bad)
{
    problem p = problem_new(6, 5, 4, 1, 21);
    bad->spoil(&p.a);
    const linclass_status status = call(function, ctx, &p.a);
    const char *const message = linclass_context_message(ctx);
    if (status != bad->status)
        fail_msg("%s, expected '%s %s': status %d (%s), not %d", function_name(function),
                 bad->names, bad->value, (int)status, message, (int)bad->status);
    if (ctx != NULL && (strstr(message, bad->names) == NULL || strstr(message, bad->value) == NULL))
        fail_msg("%s, expected '%s %s', says: %s", function_name(function), bad->names, bad->value,
                 message);
    if ((problem_changed(&p) & problem_outputs(function)) != 0)
        fail_msg("%s, '%s %s': changed an output", function_name(function), bad->names, bad->value);
    problem_check_guards(&p, function);
    problem_free(&p);
    check_works_on(function, ctx);
}

static void check_all(linclass_context *ctx)
{
    const int count = sizeof bad_arguments / sizeof *bad_arguments;
    for (int i = 0; i < count; i++) {
        for (function_set function = 1; function != 0; function = function_after(function)) {
            if (function_is_in(function, bad_arguments[i].functions))
                check_bad_argument(function, ctx, &bad_arguments[i]);
        }
    }
}

static void test_with_context(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    check_all(ctx);
    linclass_context_destroy(ctx);
}

static void test_without_context(void **state)
{
    (void)state;
    check_all(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_context),
        cmocka_unit_test(test_without_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
