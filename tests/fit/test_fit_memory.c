/* A fit whose k-th allocation fails, for every k: the status is MEMORY with a sentence, nothing is
 * left behind, and the same fit on the same context then gives the same bits. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/memory_rounds.h"

typedef struct training {
    linclass_matrix X;
    const int64_t *y;
    linclass_fit_options options;
} training;

static linclass_status run(linclass_context *ctx, const training *t, linclass_model **model)
{
    return linclass_fit(ctx, &t->X, t->y, &t->options, NULL, model);
}

static void check_every_allocation(const training *t)
{
    linclass_context *ctx = context_of(1);
    linclass_model *expected;
    assert_true(run(ctx, t, &expected) >= 0);
    for (int32_t threads = 1; threads <= 2; threads++) {
        memory_rounds r = memory_rounds_begin(threads);
        while (memory_rounds_next(&r)) {
            linclass_model *model = (linclass_model *)(uintptr_t)t;
            if (memory_rounds_failed(&r, run(r.ctx, t, &model))) {
                assert_null(model);
                assert_true(run(r.ctx, t, &model) >= 0);
            }
            assert_true(fitting_same(model, expected));
            linclass_model_destroy(model);
        }
        assert_true(r.k > 3);
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
