/* Newton's method makes the Hessian once for each point it stands at: from a start at zero, where it also
 * takes its measure, no more often than from elsewhere. It counts as many products as there are parameters, and no
 * solver makes more products than it may. */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "solver/solver.h"
#include "support/samples.h"

enum { M = 90, N = 3, K = 3, PARAMETERS = (N + 1) * K };

static const objective_methods *counted;
static int64_t hessians;

static linclass_status count_hessian(objective *self, const double *parameters, const double *means,
                                     const int64_t *chosen, int64_t count, double *hessian)
{
    hessians++;
    return counted->hessian(self, parameters, means, chosen, count, hessian);
}

/* Run Newton with so many products left. Returns its status; *iterations: how many it did. */
static linclass_status minimise(int64_t products_left, int64_t *iterations)
{
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    samples data = samples_new(M, N, K, 130);
    const linclass_matrix X = samples_view(&data);
    const objective_data described = {
        .X = &X,
        .targets = {.y = data.y},
        .total_weight = M,
        .columns = K,
        .loss = LINCLASS_LOSS_SOFTMAX,
        .with_bias = true,
    };
    objective *target;
    assert_int_equal(objective_create_f64(ctx, &described, &target), LINCLASS_OK);
    target->methods->set_penalties(target, 0, 0.01);
    counted = target->methods;
    objective_methods counting = *counted;
    counting.hessian = count_hessian;
    target->methods = &counting;

    const linclass_fit_options options = samples_options();
    monitor watch;
    assert_int_equal(monitor_begin(&watch, ctx, &options, NULL, 100), LINCLASS_OK);
    double parameters[PARAMETERS] = {0};
    double gradient[PARAMETERS];
    solver_run run = {
        .ctx = ctx,
        .objective = target,
        .options = &options,
        .monitor = &watch,
        .tolerance = options.gradient_tolerance,
        .products_left = products_left,
        .parameters = parameters,
        .gradient = gradient,
    };
    hessians = 0;
    const linclass_status status = solver_newton(&run);
    *iterations = run.iterations;
    monitor_end(&watch);
    target->methods = counted;
    counted->destroy(target);
    samples_free(&data);
    linclass_context_destroy(ctx);
    return status;
}

static void test_one_hessian_a_point(void **state)
{
    (void)state;
    int64_t iterations;
    assert_int_equal(minimise(INT64_MAX, &iterations), LINCLASS_OK);
    assert_true(iterations > 1);
    assert_int_equal(hessians, iterations + 1);
}

static void test_no_products_left(void **state)
{
    (void)state;
    int64_t iterations;
    assert_int_equal(minimise(2 * PARAMETERS + 1, &iterations), LINCLASS_NOT_CONVERGED);
    assert_int_equal(hessians, 2);
    assert_int_equal(iterations, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_hessian_a_point),
        cmocka_unit_test(test_no_products_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
