/* Outputs that overlap an input or another output are refused before anything is written; arrays
 * that only touch are not. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/trial.h"

typedef struct overlap {
    function_set functions;
    void (*arrange)(arguments *a);
    const char *one; /* the arrays the sentence must name */
    const char *other;
} overlap;

/* Of an input's memory, as an output. */
static real *within(const real *input, int64_t offset)
{
    return (real *)(uintptr_t)(input + offset);
}

/* An aligned double within the array. */
static double *double_within(const void *array)
{
    return (double *)(((uintptr_t)array + 7) / 8 * 8);
}

#define ARRANGE(name, statement) \
    static void name(arguments *a) \
    { \
        statement; \
    }

ARRANGE(h_on_x, a->H = within(a->X, 0))
ARRANGE(h_on_last_of_x, a->H = within(a->X, 5 * a->ldx + 4))
ARRANGE(h_before_x, a->H = within(a->X, -(5 * a->ldh + 3)))
ARRANGE(h_on_theta, a->H = a->theta + 2)
ARRANGE(h_on_bias, a->H = a->bias)
ARRANGE(z_shifted_in_h, a->Z = a->H + 1; a->ldz = a->ldh)
ARRANGE(z_on_h_other_ld, a->Z = a->H; a->ldz = a->ldh + 1)
ARRANGE(loss_in_h, a->loss = double_within(a->H))
ARRANGE(loss_in_y, a->loss = double_within(a->y); a->y2 = a->y)
ARRANGE(loss_in_x, a->loss = double_within(a->X))
ARRANGE(loss_in_theta, a->loss = double_within(a->theta))
ARRANGE(loss_in_g, a->loss = double_within(a->G))
ARRANGE(h_on_y, a->H = (real *)(uintptr_t)a->y; a->y2 = a->y)
ARRANGE(g_on_x, a->G = within(a->X, 1))
ARRANGE(g_on_r, a->G = within(a->R, 1))
ARRANGE(g_bias_on_g, a->g_bias = a->G + 3)
ARRANGE(g_bias_on_x, a->g_bias = within(a->X, 2))
ARRANGE(g_bias_on_r, a->g_bias = within(a->R, 2))
ARRANGE(g_on_theta, a->G = a->theta; a->ldg = a->ldtheta)
ARRANGE(g_bias_on_bias, a->g_bias = a->bias)
ARRANGE(theta_on_x, a->theta = within(a->X, 0))
ARRANGE(theta_on_y, a->theta = (real *)(uintptr_t)a->y; a->y2 = a->y)
ARRANGE(bias_on_theta, a->bias = a->theta + 1)
ARRANGE(bias_on_x, a->bias = within(a->X, 1))

static const overlap overlaps[] = {
    {LOGITS, h_on_x, "H", "X"},
    {LOGITS, h_on_last_of_x, "H", "X"},
    {LOGITS, h_before_x, "H", "X"},
    {LOGITS, h_on_theta, "H", "theta"},
    {LOGITS, h_on_bias, "H", "bias"},
    {SOFTMAX | SIGMOID, z_shifted_in_h, "Z", "H"},
    {SOFTMAX | SIGMOID, z_on_h_other_ld, "Z", "H"},
    {OF_CLASSES(LOSSES), loss_in_h, "loss", "H"},
    {LOSSES, loss_in_y, "loss", "y"},
    {OF_CLASSES(RESIDUALS), loss_in_h, "loss", "H"},
    {RESIDUALS, loss_in_y, "loss", "y"},
    {OF_CLASSES(RESIDUALS), h_on_y, "H", "y"},
    {OF_ONE_SCORE(LOSSES | RESIDUALS), loss_in_h, "loss", "h"},
    {OF_ONE_SCORE(RESIDUALS), h_on_y, "h", "y"},
    {GRADIENT, g_on_x, "G", "X"},
    {GRADIENT, g_on_r, "G", "R"},
    {GRADIENT, g_bias_on_g, "g_bias", "G"},
    {GRADIENT, g_bias_on_x, "g_bias", "X"},
    {GRADIENT, g_bias_on_r, "g_bias", "R"},
    {LOSS_GRADIENTS, g_on_x, "G", "X"},
    {LOSS_GRADIENTS, g_on_theta, "G", "theta"},
    {LOSS_GRADIENTS, g_bias_on_bias, "g_bias", "bias"},
    {LOSS_GRADIENTS, g_bias_on_g, "g_bias", "G"},
    {LOSS_GRADIENTS, loss_in_x, "loss", "X"},
    {LOSS_GRADIENTS, loss_in_y, "loss", "y"},
    {LOSS_GRADIENTS, loss_in_theta, "loss", "theta"},
    {LOSS_GRADIENTS, loss_in_g, "loss", "G"},
    {SGD_EPOCHS, theta_on_x, "theta", "X"},
    {SGD_EPOCHS, theta_on_y, "theta", "y"},
    {SGD_EPOCHS, bias_on_theta, "bias", "theta"},
    {SGD_EPOCHS, bias_on_x, "bias", "X"},
};

static void check_overlap(linclass_context *ctx, function_set function, const overlap *o)
{
    problem p = problem_new(6, 5, 4, 1, 22);
    o->arrange(&p.a);
    const linclass_status status = call(function, ctx, &p.a);
    const char *const message = linclass_context_message(ctx);
    if (status != LINCLASS_ERROR_INVALID_ARGUMENT || strstr(message, o->one) == NULL ||
        strstr(message, o->other) == NULL || strstr(message, "overlap") == NULL)
        fail_msg("%s, %s over %s: status %d, message '%s'", function_name(function), o->one,
                 o->other, (int)status, message);
    assert_int_equal(problem_changed(&p), 0);
    problem_free(&p);
}

static void test_overlaps_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (size_t i = 0; i < sizeof overlaps / sizeof *overlaps; i++) {
        for (function_set function = 1; function != 0; function = function_after(function)) {
            if (function_is_in(function, overlaps[i].functions))
                check_overlap(ctx, function, &overlaps[i]);
        }
    }
    linclass_context_destroy(ctx);
}

/* X, theta, bias and H one after the other in one piece of memory. */
static void test_touching_arrays_do_not_overlap(void **state)
{
    (void)state;
    enum { M = 3, N = 4, K = 2 };
    real memory[M * N + N * K + K + M * K];
    for (int e = 0; e < M * N + N * K + K; e++)
        memory[e] = 1;
    real *const H = memory + M * N + N * K + K;
    assert_int_equal(REAL(linclass_logits)(NULL, M, N, K, memory, N, memory + M * N, K,
                                           memory + M * N + N * K, H, K),
                     LINCLASS_OK);
    for (int e = 0; e < M * K; e++)
        assert_true(H[e] == N + 1);
}

/* Inputs may share memory: X as its own residual gives X^T X. */
static void test_inputs_may_overlap(void **state)
{
    (void)state;
    const real X[4] = {1, 2, 3, 4};
    real G[4];
    assert_int_equal(REAL(linclass_gradient)(NULL, 2, 2, 2, X, 2, X, 2, 1, G, 2, NULL),
                     LINCLASS_OK);
    const real want[4] = {10, 14, 14, 20};
    assert_memory_equal(G, want, sizeof G);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlaps_are_refused),
        cmocka_unit_test(test_touching_arrays_do_not_overlap),
        cmocka_unit_test(test_inputs_may_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
