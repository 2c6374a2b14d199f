/* What a fit with an l1 penalty keeps: the working set and its copy for the last round, where nothing outside has
 * moved; and, near the minimum, the Hessian of a step before. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/context.h"
#include "core/space.h"
#include "solver/chosen_hessian.h"
#include "solver/solver.h"
#include "support/context_of.h"
#include "support/csr.h"
#include "support/samples.h"

enum { M = 400, N = 600, PERCENT = 10 };

static const objective_methods *counted;
static int64_t copies;
static int64_t hessians;
static int64_t sweeps; /* over all features */

static linclass_status count_copy(objective *self, const int64_t *features, int64_t count,
                                  objective **made)
{
    copies++;
    return counted->restricted(self, features, count, made);
}

static linclass_status count_hessian(objective *self, const double *parameters, const double *means,
                                     const int64_t *chosen, int64_t count, double *hessian)
{
    hessians++;
    return counted->hessian(self, parameters, means, chosen, count, hessian);
}

static linclass_status count_sweep(objective *self, const sample_batch *batch,
                                   const double *parameters, objective_value *value,
                                   double *gradient)
{
    sweeps++;
    return counted->evaluate(self, batch, parameters, value, gradient);
}

typedef struct sparse_fit {
    linclass_context *ctx;
    samples data;
    csr sparse;
    objective *F;
    objective_methods counting;
    linclass_fit_options options;
    monitor watch;
    double *parameters;
    double *gradient;
    solver_run run;
} sparse_fit;

static void begin(sparse_fit *self, double l1)
{
    self->ctx = context_of(1);
    self->data = samples_new(M, N, 2, 140);
    csr_fill(M, N, PERCENT, 0, 140, self->data.X);
    self->sparse = csr_new(M, N, self->data.X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 0});
    const objective_data described = {
        .X = &self->sparse.view,
        .targets = {.y = self->data.y},
        .total_weight = M,
        .columns = 1,
        .loss = LINCLASS_LOSS_LOGISTIC,
    };
    assert_int_equal(objective_create_f64(self->ctx, &described, &self->F), LINCLASS_OK);
    self->F->methods->set_penalties(self->F, l1, 0);
    counted = self->F->methods;
    self->counting = *counted;
    self->counting.restricted = count_copy;
    self->counting.hessian = count_hessian;
    self->counting.evaluate = count_sweep;
    self->F->methods = &self->counting;
    self->options = samples_options();
    assert_int_equal(monitor_begin(&self->watch, self->ctx, &self->options, NULL, 100),
                     LINCLASS_OK);
    self->parameters = calloc(2 * N, sizeof(double));
    assert_non_null(self->parameters);
    self->gradient = self->parameters + N;
    self->run = (solver_run){
        .ctx = self->ctx,
        .objective = self->F,
        .exact = self->F,
        .options = &self->options,
        .monitor = &self->watch,
        .tolerance = 1e-4,
        .gap_tolerance = 1e-6,
        .bound = NAN,
        .near_since = -1,
        .products_left = INT64_MAX,
        .parameters = self->parameters,
        .gradient = self->gradient,
    };
    copies = hessians = sweeps = 0;
}

static void end(sparse_fit *self)
{
    monitor_end(&self->watch);
    free(self->parameters);
    self->F->methods = counted;
    counted->destroy(self->F);
    csr_free(&self->sparse);
    samples_free(&self->data);
    linclass_context_destroy(self->ctx);
}

/* A sweep at zero, one after each round; a copy for each round but the last. */
static void test_the_last_round_keeps_the_set(void **state)
{
    (void)state;
    sparse_fit fit;
    begin(&fit, 0.01);
    assert_int_equal(solver_working_sets(&fit.run), LINCLASS_OK);
    assert_true(sweeps > 2);
    assert_int_equal(copies, sweeps - 2);
    duality found;
    assert_int_equal(counted->lower_bound(fit.F, fit.parameters, &found), LINCLASS_OK);
    assert_true(found.gap <= 1e-6 * fit.run.at_zero);
    end(&fit);
}

typedef struct chosen_space {
    chosen_hessian of;
    double *work;
    double *unit;
    double *means;
    double *hessian;
} chosen_space;

static void lay_out(void *owner, space_plan *plan)
{
    chosen_space *self = owner;
    chosen_hessian_lay_out(&self->of, plan);
    self->work = space_doubles(plan, N, 1);
    self->unit = space_doubles(plan, N, 1);
    self->means = space_doubles(plan, N, 1);
    self->hessian = space_doubles(plan, N, N);
}

/* The second of two calls: from a point near the minimum, or not, in the same parameters, or not. */
static void check_second(bool is_near, bool refresh, bool moves_another, bool kept)
{
    sparse_fit fit;
    begin(&fit, 0.01);
    assert_int_equal(solver_evaluate(&fit.run), LINCLASS_OK);
    chosen_space space = {.of = {.run = &fit.run}};
    void *memory;
    assert_int_equal(space_lay_out(fit.ctx, lay_out, &space, "a test", &memory), LINCLASS_OK);
    for (int64_t j = 0; j < N; j++) {
        space.unit[j] = 1;
        space.means[j] = 0;
    }
    chosen_point at = {fit.gradient, space.means, space.unit, space.work, is_near};
    bool same;
    assert_int_equal(chosen_hessian_set(&space.of, &at, false, &same, space.hessian), LINCLASS_OK);
    assert_false(same);
    assert_false(space.of.is_stale);
    assert_int_equal(hessians, 1);
    assert_true(space.of.count > 0 && space.of.count < N);
    int64_t other = 0; /* not chosen */
    for (int64_t a = 0; a < space.of.count && space.of.chosen[a] == other; a++)
        other++;
    fit.parameters[moves_another ? other : space.of.chosen[0]] = 0.1;
    assert_int_equal(chosen_hessian_set(&space.of, &at, refresh, &same, space.hessian),
                     LINCLASS_OK);
    assert_int_equal(same, kept);
    assert_int_equal(space.of.is_stale, kept);
    assert_int_equal(hessians, kept ? 1 : 2);
    context_release(fit.ctx, memory);
    end(&fit);
}

static void test_a_hessian_near_the_minimum_serves_again(void **state)
{
    (void)state;
    check_second(true, false, false, true);
}

static void test_a_hessian_is_made_far_from_the_minimum(void **state)
{
    (void)state;
    check_second(false, false, false, false);
}

static void test_a_hessian_is_made_anew_where_it_has_to_be(void **state)
{
    (void)state;
    check_second(true, true, false, false);
    check_second(true, false, true, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_last_round_keeps_the_set),
        cmocka_unit_test(test_a_hessian_near_the_minimum_serves_again),
        cmocka_unit_test(test_a_hessian_is_made_far_from_the_minimum),
        cmocka_unit_test(test_a_hessian_is_made_anew_where_it_has_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
