/* Several threads, each with a context of its own, compute at the same time: every result has the
 * bits of a call alone. */
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/trial.h"

enum { CALLERS = 4, ROUNDS = 20, FUNCTIONS = 7 };

static const int64_t shape[3] = {500, 100, 10};

typedef struct caller {
    pthread_t thread;
    int32_t threads; /* of its context; 0: no context */
    const problem *expected;
    int failures;
} caller;

/* cmocka's assertions belong to the thread that runs the test: count here, assert there. */
static void *compute(void *argument)
{
    caller *self = argument;
    linclass_context *ctx = context_of(self->threads);
    for (int round = 0; round < ROUNDS; round++) {
        for (int f = 0; f < FUNCTIONS; f++) {
            problem p = problem_new(shape[0], shape[1], shape[2], 0, 32);
            const linclass_status status = call(1 << f, ctx, &p.a);
            self->failures += status != LINCLASS_OK || !problem_same(&p, &self->expected[f]);
            problem_free(&p);
        }
    }
    linclass_context_destroy(ctx);
    return NULL;
}

static void test_contexts_do_not_disturb_each_other(void **state)
{
    (void)state;
    problem expected[FUNCTIONS];
    for (int f = 0; f < FUNCTIONS; f++) {
        expected[f] = problem_new(shape[0], shape[1], shape[2], 0, 32);
        assert_int_equal(call(1 << f, NULL, &expected[f].a), LINCLASS_OK);
    }
    caller callers[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (caller){.threads = i, .expected = expected};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, compute, &callers[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
        assert_int_equal(callers[i].failures, 0);
    }
    for (int f = 0; f < FUNCTIONS; f++)
        problem_free(&expected[f]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_contexts_do_not_disturb_each_other)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
