/* A fit whose k-th allocation fails, for every k: the status is MEMORY with a sentence, nothing is
 * left behind, and the same fit on the same context then gives the same bits. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/failing_allocator.h"
#include "support/fitting.h"

typedef struct training {
    linclass_matrix X;
    const int64_t *y;
    linclass_fit_options options;
} training;

static linclass_status run(linclass_context *ctx, const training *t, linclass_model **model)
{
    return linclass_fit(ctx, &t->X, t->y, &t->options, NULL, model);
}

/* One round; false when the fit needed fewer than k allocations. */
static bool fails_at(const training *t, int32_t threads, int64_t k, const linclass_model *expected)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, threads);
    assert_non_null(ctx);
    const int64_t before = memory.live;
    failing_allocator_fail_at(&memory, k);
    linclass_model *model = (linclass_model *)(uintptr_t)t;
    const linclass_status status = run(ctx, t, &model);
    const bool failed = memory.failures > 0;
    if (failed) {
        assert_int_equal(status, LINCLASS_ERROR_MEMORY);
        assert_null(model);
        assert_non_null(strstr(linclass_context_message(ctx), "memory"));
        assert_true(memory.live <= before + 1); /* the context's work space */
        assert_true(run(ctx, t, &model) >= 0);
    } else {
        assert_true(status >= 0);
    }
    assert_true(fitting_same(model, expected));
    linclass_context_destroy(ctx);
    linclass_model_destroy(model);
    assert_int_equal(memory.live, 0);
    return failed;
}

static void check_every_allocation(const training *t)
{
    linclass_context *ctx = context_of(1);
    linclass_model *expected;
    assert_true(run(ctx, t, &expected) >= 0);
    for (int32_t threads = 1; threads <= 2; threads++) {
        int64_t k = 1;
        while (fails_at(t, threads, k, expected))
            k++;
        assert_true(k > 3);
    }
    linclass_model_destroy(expected);
    linclass_context_destroy(ctx);
}

static void check_solver(int32_t solver, int64_t m, int64_t n, int64_t k)
{
    samples data = samples_new(m, n, k, 70);
    samples held_out = samples_new(30 + k, n, k, 71);
    const linclass_matrix validation = samples_view(&held_out);
    training t = {.X = samples_view(&data), .y = data.y, .options = samples_options()};
    t.options.solver = solver;
    t.options.max_iterations = 1;
    t.options.validation_X = &validation;
    t.options.validation_y = held_out.y;
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        t.options.dtype = dtype;
        t.options.batch_size = 20;
        check_every_allocation(&t);
        t.options.batch_size = m;
        if (solver == LINCLASS_SOLVER_SGD)
            check_every_allocation(&t);
    }
    samples_free(&held_out);
    samples_free(&data);
}

static void test_small_models(void **state)
{
    (void)state;
    for (int s = 0; s < FITTING_SOLVERS; s++)
        check_solver(fitting_solvers[s], 400, 6, 3);
}

/* Not Newton's method: its Hessian is for few parameters. */
static void test_large_models(void **state)
{
    (void)state;
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        if (fitting_solvers[s] != LINCLASS_SOLVER_NEWTON)
            check_solver(fitting_solvers[s], 120, 900, 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_models),
        cmocka_unit_test(test_large_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
