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

#include "support/context_of.h"
#include "support/trial.h"

extern int openblas_get_num_threads(void) __attribute__((weak));
extern void openblas_set_num_threads(int threads) __attribute__((weak));

enum { BLAS_THREADS = 2 };

static bool blas_threads_are_the_program_s(void)
{
    return openblas_get_num_threads == NULL || openblas_get_num_threads() == BLAS_THREADS;
}

enum { SECONDS = 60 }; /* after which a child that hangs is killed, and the test fails */

enum { FEW = 10, MANY = 100 }; /* classes: products of the library's own, and of BLAS */

static problem new_problem(int64_t k)
{
    return problem_new(300, 100, k, 0, 33);
}

static bool computes(linclass_context *ctx, const problem *expected)
{
    problem p = new_problem(expected->a.k);
    const bool same = call(LOSS_GRADIENT, ctx, &p.a) == LINCLASS_OK && problem_same(&p, expected);
    problem_free(&p);
    return same;
}

/* Fork; in the child, compute on ctx, or on a new context when it is NULL; wait for the child. NULL, or
 * what went wrong. A child that is well kills itself: instruments would look for leaks at its exit, and
 * find what belongs to the parent's other threads. */
static const char *fork_and_compute(linclass_context *ctx, const problem *expected)
{
    const pid_t child = fork();
    if (child < 0)
        return "no child";
    if (child == 0) {
        (void)alarm(SECONDS);
        linclass_context *own = ctx == NULL ? context_of(2) : ctx;
        const bool well = computes(own, expected) && computes(own, expected);
        linclass_context_destroy(own);
        if (well && blas_threads_are_the_program_s())
            (void)raise(SIGKILL);
        _exit(!well ? 1 : 2);
    }
    int status;
    if (waitpid(child, &status, 0) != child)
        return "the child cannot be waited for";
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGKILL   ? NULL
               : WTERMSIG(status) == SIGALRM ? "the child hung"
                                             : "the child was ended by a signal";
    return WEXITSTATUS(status) == 2 ? "the child's number of BLAS threads is not the program's"
                                    : "the child's result is not the parent's";
}

static void assert_well(const char *wrong)
{
    if (wrong != NULL)
        fail_msg("%s", wrong);
}

static problem expected_result(int64_t k)
{
    problem expected = new_problem(k);
    assert_int_equal(call(LOSS_GRADIENT, NULL, &expected.a), LINCLASS_OK);
    return expected;
}

static void test_fork_before_the_first_call(void **state)
{
    (void)state;
    problem expected = expected_result(MANY);
    linclass_context *ctx = context_of(3);
    assert_well(fork_and_compute(ctx, &expected));
    assert_true(computes(ctx, &expected));
    linclass_context_destroy(ctx);
    problem_free(&expected);
}

static void test_fork_between_calls(void **state)
{
    (void)state;
    problem expected = expected_result(MANY);
    linclass_context *ctx = context_of(3);
    for (int round = 0; round < 5; round++) {
        assert_true(computes(ctx, &expected));
        assert_well(fork_and_compute(ctx, &expected));
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
static void fork_while_another_thread_computes(int64_t k)
{
    problem expected = expected_result(k);
    pthread_t thread;
    atomic_store(&stop, false);
    assert_int_equal(pthread_create(&thread, NULL, compute_until_stopped, &expected), 0);
    const char *failure = NULL;
    for (int round = 0; round < 10 && failure == NULL; round++)
        failure = fork_and_compute(NULL, &expected);
    atomic_store(&stop, true);
    void *wrong;
    assert_int_equal(pthread_join(thread, &wrong), 0);
    assert_well(failure);
    assert_null(wrong);
    problem_free(&expected);
}

static void test_fork_while_another_thread_computes_few_classes(void **state)
{
    (void)state;
    fork_while_another_thread_computes(FEW);
}

static void test_fork_while_another_thread_computes_many_classes(void **state)
{
    (void)state;
    fork_while_another_thread_computes(MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fork_before_the_first_call),
        cmocka_unit_test(test_fork_between_calls),
        cmocka_unit_test(test_fork_while_another_thread_computes_few_classes),
        cmocka_unit_test(test_fork_while_another_thread_computes_many_classes),
    };
    if (openblas_set_num_threads != NULL)
        openblas_set_num_threads(BLAS_THREADS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
