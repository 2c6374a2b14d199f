/* The functions of a loss by its number: which numbers they take, and what they share with softmax.h. */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/check.h"
#include "support/context_of.h"
#include "support/losses.h"
#include "support/problem.h"

enum { M = 30, N = 7, K = 4 };

/* All four with a loss and k: how many do not return `status`; the sentence of the last. */
static int others_than(linclass_status status, const char *sentence, linclass_context *ctx,
                       int32_t loss, int64_t k)
{
    problem p = problem_new(M, N, K, 0, 60);
    const arguments *a = &p.a;
    const linclass_status got[] = {
        REAL(linclass_loss_mean)(ctx, loss, M, k, a->H, K, a->y2, a->loss),
        REAL(linclass_loss_residual)(ctx, loss, M, k, a->H, K, a->y2, a->loss),
        REAL(linclass_loss_gradient)(ctx, loss, M, N, k, a->X, N, a->y2, a->theta, K, a->bias,
                                     a->loss, a->G, K, a->g_bias),
        REAL(linclass_sgd_epoch)(ctx, loss, M, N, k, a->X, N, a->y2, 5, a->learning_rate, a->theta,
                                 K, a->bias),
    };
    int others = 0;
    for (size_t i = 0; i < sizeof got / sizeof *got; i++)
        others += got[i] != status;
    assert_non_null(strstr(linclass_context_message(ctx), sentence));
    if (status < 0)
        assert_int_equal(problem_changed(&p), 0);
    problem_free(&p);
    return others;
}

static void test_an_unknown_loss_is_refused(void **state)
{
    (void)state;
    int32_t beyond = 1;
    while (linclass_loss_name(beyond) != NULL)
        beyond++;
    const int32_t unknown[] = {0, -1, INT32_MIN, beyond, INT32_MAX};
    linclass_context *ctx = context_of(1);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        assert_int_equal(
            others_than(LINCLASS_ERROR_INVALID_ARGUMENT, "loss_number is ", ctx, unknown[i], 1), 0);
        assert_null(linclass_loss_name(unknown[i]));
    }
    linclass_context_destroy(ctx);
}

/* The library has the losses that the tests define, and no others, under the same numbers and names. */
static void test_the_table_of_the_library_is_that_of_the_tests(void **state)
{
    (void)state;
    int32_t loss = 1;
    for (; losses_defined(loss); loss++) {
        const loss_definition *of = losses_find(loss);
        assert_int_equal(of->number, loss);
        assert_string_equal(linclass_loss_name(loss), of->name);
        assert_int_equal(linclass_loss_columns(loss, 7), of->one_score ? 1 : 7);
    }
    assert_null(linclass_loss_name(loss));
    assert_null(linclass_loss_name(0));
    assert_int_equal(linclass_loss_columns(loss, 7), 0);
    assert_int_equal(linclass_loss_columns(-1, 7), 0);
}

static void test_a_loss_of_one_score_has_one(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        if (!losses_find(loss)->one_score)
            continue;
        assert_int_equal(others_than(LINCLASS_ERROR_DIMENSION, "k is 2, the ", ctx, loss, 2), 0);
        assert_int_equal(others_than(LINCLASS_ERROR_DIMENSION, "k is 0, the ", ctx, loss, 0), 0);
        assert_int_equal(others_than(LINCLASS_OK, "", ctx, loss, 1), 0);
    }
    linclass_context_destroy(ctx);
}

static void test_softmax_by_number_has_the_bits_of_its_own_functions(void **state)
{
    (void)state;
    enum { SOFTMAX_FUNCTIONS = 4 };
    static const function_set own[SOFTMAX_FUNCTIONS] = {CROSS_ENTROPY, RESIDUAL, LOSS_GRADIENT,
                                                        SGD_EPOCH};
    for (int i = 0; i < SOFTMAX_FUNCTIONS; i++) {
        problem p = problem_new(M, N, K, 0, 61);
        problem q = problem_new(M, N, K, 0, 61);
        const arguments *a = &q.a;
        const int32_t loss = LINCLASS_LOSS_SOFTMAX;
        check_ok(NULL, call(own[i], NULL, &p.a), function_name(own[i]));
        const linclass_status status =
            i == 0   ? REAL(linclass_loss_mean)(NULL, loss, M, K, a->H, K, a->y, a->loss)
            : i == 1 ? REAL(linclass_loss_residual)(NULL, loss, M, K, a->H, K, a->y, a->loss)
            : i == 2 ? REAL(linclass_loss_gradient)(NULL, loss, M, N, K, a->X, N, a->y, a->theta, K,
                                                    a->bias, a->loss, a->G, K, a->g_bias)
                     : REAL(linclass_sgd_epoch)(NULL, loss, M, N, K, a->X, N, a->y, a->batch,
                                                a->learning_rate, a->theta, K, a->bias);
        assert_int_equal(status, LINCLASS_OK);
        assert_true(problem_same(&p, &q));
        problem_free(&q);
        problem_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_unknown_loss_is_refused),
        cmocka_unit_test(test_the_table_of_the_library_is_that_of_the_tests),
        cmocka_unit_test(test_a_loss_of_one_score_has_one),
        cmocka_unit_test(test_softmax_by_number_has_the_bits_of_its_own_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
