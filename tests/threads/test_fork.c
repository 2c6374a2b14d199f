/* A process that forks goes on computing on both sides, with the same bits, and each side keeps its
 * number of BLAS threads (where the CBLAS is OpenBLAS). */
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/trial.h"

extern int openblas_get_num_threads(void) __attribute__((weak));
extern void openblas_set_num_threads(int threads) __attribute__((weak));

enum { BLAS_THREADS = 2 };

static bool blas_threads_are_the_program_s(void)
{
    return openblas_get_num_threads == NULL || openblas_get_num_threads() == BLAS_THREADS;
}

enum { SECONDS = 60 }; /* after which a child that hangs is killed, and the test fails */

static problem new_problem(void)
{
    return problem_new(1000, 300, 10, 0, 33);
}

static bool computes(linclass_context *ctx, const problem *expected)
{
    problem p = new_problem();
    const bool same = call(LOSS_GRADIENT, ctx, &p.a) == LINCLASS_OK && problem_same(&p, expected);
    problem_free(&p);
    return same;
}

/* Fork; in the child, compute on ctx, or on a new context when it is NULL; wait for the child. */
static void fork_and_compute(linclass_context *ctx, const problem *expected)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(SECONDS);
        linclass_context *own = ctx == NULL ? context_of(2) : ctx;
        const bool well = computes(own, expected) && computes(own, expected);
        linclass_context_destroy(own);
        _exit(!well ? 1 : !blas_threads_are_the_program_s() ? 2 : 0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        fail_msg("the child ended by signal %d (%d: it hung)", WTERMSIG(status), SIGALRM);
    if (WEXITSTATUS(status) == 2)
        fail_msg("the child's number of BLAS threads is not the program's");
    assert_int_equal(WEXITSTATUS(status), 0);
}

static problem expected_result(void)
{
    problem expected = new_problem();
    assert_int_equal(call(LOSS_GRADIENT, NULL, &expected.a), LINCLASS_OK);
    return expected;
}

static void test_fork_before_the_first_call(void **state)
{
    (void)state;
    problem expected = expected_result();
    linclass_context *ctx = context_of(3);
    fork_and_compute(ctx, &expected);
    assert_true(computes(ctx, &expected));
    linclass_context_destroy(ctx);
    problem_free(&expected);
}

static void test_fork_between_calls(void **state)
{
    (void)state;
    problem expected = expected_result();
    linclass_context *ctx = context_of(3);
    for (int round = 0; round < 5; round++) {
        assert_true(computes(ctx, &expected));
        fork_and_compute(ctx, &expected);
    }
    assert_true(computes(ctx, &expected));
    linclass_context_destroy(ctx);
    problem_free(&expected);
}

static _Atomic bool stop;

static void *compute_until_stopped(void *argument)
{
    linclass_context *ctx = context_of(2);
    long wrong = 0;
    while (!atomic_load(&stop))
        wrong += !computes(ctx, argument);
    linclass_context_destroy(ctx);
    return wrong == 0 ? NULL : argument;
}

/* Another thread may be anywhere in the library when the process forks; the child has contexts of
 * its own. */
static void test_fork_while_another_thread_computes(void **state)
{
    (void)state;
    problem expected = expected_result();
    pthread_t thread;
    atomic_store(&stop, false);
    assert_int_equal(pthread_create(&thread, NULL, compute_until_stopped, &expected), 0);
    for (int round = 0; round < 40; round++)
        fork_and_compute(NULL, &expected);
    atomic_store(&stop, true);
    void *wrong;
    assert_int_equal(pthread_join(thread, &wrong), 0);
    assert_null(wrong);
    problem_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fork_before_the_first_call),
        cmocka_unit_test(test_fork_between_calls),
        cmocka_unit_test(test_fork_while_another_thread_computes),
    };
    if (openblas_set_num_threads != NULL)
        openblas_set_num_threads(BLAS_THREADS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
