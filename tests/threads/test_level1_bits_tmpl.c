/* Every level-1 function gives the same bits, and says the same about bad input, for 1, 2, 3, 8 and
 * 16 threads and without a context. */
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/trial.h"

static const int32_t thread_counts[] = {0, 1, 2, 3, 8, 16};
enum { COUNTS = sizeof thread_counts / sizeof *thread_counts };

static void check_bits(function_set function, int64_t m, int64_t n, int64_t k, int64_t batch)
{
    problem alone = problem_new(m, n, k, 0, 30);
    alone.a.batch = batch;
    check_ok(NULL, call(function, NULL, &alone.a), function_name(function));
    for (int i = 1; i < COUNTS; i++) {
        linclass_context *ctx = context_of(thread_counts[i]);
        problem shared = problem_new(m, n, k, 0, 30);
        shared.a.batch = batch;
        check_ok(ctx, call(function, ctx, &shared.a), function_name(function));
        if (!problem_same(&alone, &shared))
            fail_msg("%s m=%ld n=%ld k=%ld: %d threads give other bits than one",
                     function_name(function), (long)m, (long)n, (long)k, (int)thread_counts[i]);
        problem_free(&shared);
        linclass_context_destroy(ctx);
    }
    problem_free(&alone);
}

/* The linear maps and softmax's functions: the losses differ only in the kernel, which sees a row. */
static const function_set OF_SOFTMAX =
    LOGITS | SOFTMAX | CROSS_ENTROPY | RESIDUAL | GRADIENT | LOSS_GRADIENT | SGD_EPOCH;

static void check_all(function_set functions, int64_t m, int64_t n, int64_t k, int64_t batch)
{
    for (function_set function = 1; function != 0; function = function_after(function)) {
        if (function_is_in(function, functions))
            check_bits(function, m, n, k, batch);
    }
}

static void test_mnist_like(void **state)
{
    (void)state;
    check_all(OF_SOFTMAX, 3000, 784, 10, 100);
}

static void test_a_thousand_classes(void **state)
{
    (void)state;
    check_all(OF_SOFTMAX, 520, 300, 1000, 128);
}

static void test_more_classes_than_features(void **state)
{
    (void)state;
    check_all(OF_SOFTMAX, 70, 32, 20011, 33);
}

static void test_few_rows(void **state)
{
    (void)state;
    check_all(ALL_FUNCTIONS, 1, 784, 10, 1);
    check_all(ALL_FUNCTIONS, 2, 784, 10, 1);
    check_all(ALL_FUNCTIONS, 67, 1000, 3, 5);
}

static void test_many_short_rows(void **state)
{
    (void)state;
    check_all(ALL_FUNCTIONS, 40001, 3, 2, 1000);
}

static void test_blocks_and_tiles_of_every_loss(void **state)
{
    (void)state;
    check_all(ALL_FUNCTIONS & ~OF_SOFTMAX, 1000, 50, 10, 64);
    check_all(ALL_FUNCTIONS & ~OF_SOFTMAX, 520, 300, 900, 128);
    check_all(OF_ONE_SCORE(ALL_FUNCTIONS), 30, 300001, 1, 16);
}

/* Of several rows that are wrong the first is named, whoever finds which. */
static void test_the_same_sentence(void **state)
{
    (void)state;
    for (function_set function = 1; function != 0; function = function_after(function)) {
        char sentence[512] = "";
        for (int i = 1; i < COUNTS; i++) {
            linclass_context *ctx = context_of(thread_counts[i]);
            problem p = problem_new(3000, 20, 10, 0, 31);
            for (int64_t row = 1234; row < 3000; row += 7) {
                ((real *)(uintptr_t)p.a.X)[row * p.a.ldx + row % 20] = (real)NAN;
                p.a.H[row * p.a.ldh] = (real)NAN;
                p.a.H[row * p.a.ldh + row % 10] = (real)NAN;
            }
            assert_int_equal(call(function, ctx, &p.a), LINCLASS_ERROR_NON_FINITE);
            const char *const message = linclass_context_message(ctx);
            if (i == 1)
                (void)strncpy(sentence, message, sizeof sentence - 1);
            assert_string_equal(message, sentence);
            assert_non_null(strstr(message, "1234"));
            problem_free(&p);
            linclass_context_destroy(ctx);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mnist_like),
        cmocka_unit_test(test_a_thousand_classes),
        cmocka_unit_test(test_more_classes_than_features),
        cmocka_unit_test(test_few_rows),
        cmocka_unit_test(test_many_short_rows),
        cmocka_unit_test(test_blocks_and_tiles_of_every_loss),
        cmocka_unit_test(test_the_same_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
