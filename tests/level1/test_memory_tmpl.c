/* Every allocation of every function fails once: the status is MEMORY with a sentence, outputs are
 * untouched, nothing is left behind, and the same call on the same context then succeeds with the
 * same bits; a second call of a size allocates nothing. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/failing_allocator.h"
#include "support/memory_rounds.h"
#include "support/trial.h"

typedef struct shape {
    int64_t m;
    int64_t n;
    int64_t k;
    int64_t batch;
} shape;

static const shape shapes[] = {
    {1, 1, 1, 1}, {300, 20, 10, 64}, {300, 20, 5, 300}, {300, 600, 500, 300}, {300, 600, 500, 50}};

static problem problem_of(const shape *s)
{
    problem p = problem_new(s->m, s->n, s->k, 1, 36);
    p.a.batch = s->batch;
    return p;
}

/* One round: outputs are untouched when memory failed. */
static void run_round(memory_rounds *r, function_set function, const shape *s,
                      const problem *expected)
{
    problem p = problem_of(s);
    if (memory_rounds_failed(r, call(function, r->ctx, &p.a))) {
        assert_int_equal(problem_changed(&p), 0);
        check_ok(r->ctx, call(function, r->ctx, &p.a), function_name(function));
    }
    assert_true(problem_same(&p, expected));
    problem_free(&p);
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    for (function_set function = 1; function != 0; function = function_after(function)) {
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            problem expected = problem_of(&shapes[s]);
            check_ok(NULL, call(function, NULL, &expected.a), function_name(function));
            for (int32_t threads = 1; threads <= 3; threads += 2) {
                memory_rounds r = memory_rounds_begin(threads);
                while (memory_rounds_next(&r))
                    run_round(&r, function, &shapes[s], &expected);
            }
            problem_free(&expected);
        }
    }
}

static void test_the_second_call_allocates_nothing(void **state)
{
    (void)state;
    for (function_set function = 1; function != 0; function = function_after(function)) {
        if ((function & SGD_EPOCHS) != 0)
            continue;
        failing_allocator memory = failing_allocator_begin();
        linclass_context *ctx = failing_allocator_context(&memory, 2);
        problem first = problem_of(&shapes[1]);
        problem second = problem_of(&shapes[1]);
        check_ok(ctx, call(function, ctx, &first.a), function_name(function));
        const int64_t allocations = memory.allocations;
        check_ok(ctx, call(function, ctx, &second.a), function_name(function));
        if (memory.allocations != allocations)
            fail_msg("%s: the second call allocates", function_name(function));
        problem_free(&second);
        problem_free(&first);
        linclass_context_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_fails_once),
        cmocka_unit_test(test_the_second_call_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
