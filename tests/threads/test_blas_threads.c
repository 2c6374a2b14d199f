/* The program's own number of BLAS threads is what it was after every call, failed ones included.
 * OpenBLAS only: another CBLAS has no number to restore, and the test is skipped. */
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/trial.h"

extern int openblas_get_num_threads(void) __attribute__((weak));
extern void openblas_set_num_threads(int threads) __attribute__((weak));

static void need_openblas(void)
{
    if (openblas_get_num_threads == NULL || openblas_set_num_threads == NULL) {
        print_message("the CBLAS in use is not OpenBLAS\n");
        skip();
    }
}

static void check_restored(linclass_context *ctx, int64_t m, int64_t n, int64_t k)
{
    for (function_set function = 1; function != 0; function = function_after(function)) {
        problem p = problem_new(m, n, k, 0, 34);
        const int before = openblas_get_num_threads();
        check_ok(ctx, call(function, ctx, &p.a), function_name(function));
        assert_int_equal(openblas_get_num_threads(), before);
        ((real *)(uintptr_t)p.a.X)[(m - 1) * p.a.ldx] = (real)NAN;
        p.a.H[(m - 1) * p.a.ldh] = (real)NAN;
        assert_int_equal(call(function, ctx, &p.a), LINCLASS_ERROR_NON_FINITE);
        assert_int_equal(openblas_get_num_threads(), before);
        problem_free(&p);
    }
}

static void test_the_number_is_restored(void **state)
{
    (void)state;
    need_openblas();
    const int at_start = openblas_get_num_threads();
    for (int threads = 1; threads <= 2; threads++) {
        openblas_set_num_threads(threads);
        for (int32_t context_threads = 0; context_threads < 3; context_threads++) {
            linclass_context *ctx = context_of(context_threads);
            check_restored(ctx, 300, 100, 10);
            check_restored(ctx, 30, 600, 600);
            linclass_context_destroy(ctx);
        }
    }
    openblas_set_num_threads(at_start);
}

static void *compute(void *argument)
{
    (void)argument;
    linclass_context *ctx = context_of(2);
    for (int round = 0; round < 30; round++) {
        problem p = problem_new(300, 100, 10, 0, 35);
        (void)call(LOSS_GRADIENT, ctx, &p.a);
        problem_free(&p);
    }
    linclass_context_destroy(ctx);
    return NULL;
}

/* Calls that overlap in time end in any order. */
static void test_the_number_is_restored_after_concurrent_calls(void **state)
{
    (void)state;
    need_openblas();
    enum { CALLERS = 3 };
    const int at_start = openblas_get_num_threads();
    openblas_set_num_threads(2);
    const int before = openblas_get_num_threads();
    pthread_t callers[CALLERS];
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&callers[i], NULL, compute, NULL), 0);
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_join(callers[i], NULL), 0);
    assert_int_equal(openblas_get_num_threads(), before);
    openblas_set_num_threads(at_start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_number_is_restored),
        cmocka_unit_test(test_the_number_is_restored_after_concurrent_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
