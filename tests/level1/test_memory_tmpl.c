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

/* One round; false when the call needed fewer than k allocations. */
static bool fails_at(function_set function, const shape *s, int32_t threads, int64_t k,
                     const problem *expected)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, threads);
    assert_non_null(ctx);
    const int64_t before = memory.live;
    problem p = problem_of(s);
    failing_allocator_fail_at(&memory, k);
    const linclass_status status = call(function, ctx, &p.a);
    const bool failed = memory.failures > 0;
    if (failed) {
        assert_int_equal(status, LINCLASS_ERROR_MEMORY);
        assert_non_null(strstr(linclass_context_message(ctx), "memory"));
        assert_int_equal(problem_changed(&p), 0);
        assert_true(memory.live <= before + 1); /* the context's work space */
        check_ok(ctx, call(function, ctx, &p.a), function_name(function));
    } else {
        check_ok(ctx, status, function_name(function));
    }
    assert_true(problem_same(&p, expected));
    problem_free(&p);
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
    return failed;
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    for (function_set function = 1; function != 0; function = function_after(function)) {
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            problem expected = problem_of(&shapes[s]);
            check_ok(NULL, call(function, NULL, &expected.a), function_name(function));
            for (int32_t threads = 1; threads <= 3; threads += 2) {
                int64_t k = 1;
                while (fails_at(function, &shapes[s], threads, k, &expected))
                    k++;
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
