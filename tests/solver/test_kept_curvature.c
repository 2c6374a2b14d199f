/* A preconditioner made of what a fit before has kept is that which is measured anew, bit for bit, also under another
 * penalty; and nothing is recalled before anything is kept. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "solver/preconditioner.h"
#include "support/context_of.h"
#include "support/fitting.h"

enum { M = 400, N = 7, K = 3, PARAMETERS = N * K + K };
static const double FIRST_L2 = 0.5;
static const double OTHER_L2 = 0.01;

typedef struct problem {
    linclass_context *ctx;
    samples data;
    linclass_matrix X;
    objective *F;
    kept_curvature kept;
    double parameters[PARAMETERS];
} problem;

static void begin(problem *self)
{
    self->ctx = context_of(2);
    self->data = samples_new(M, N, K, 5);
    self->X = samples_view(&self->data);
    const objective_data described = {
        .X = &self->X,
        .targets = {.y = self->data.y},
        .total_weight = M,
        .columns = K,
        .loss = LINCLASS_LOSS_SOFTMAX,
        .with_bias = true,
    };
    assert_int_equal(objective_create_f64(self->ctx, &described, &self->F), LINCLASS_OK);
    self->kept = kept_curvature_begin(self->ctx, N + 1, K);
    for (int e = 0; e < PARAMETERS; e++)
        self->parameters[e] = sin(e);
}

static void end(problem *self)
{
    kept_curvature_end(&self->kept);
    self->F->methods->destroy(self->F);
    samples_free(&self->data);
    linclass_context_destroy(self->ctx);
}

static void begin_preconditioner(problem *self, double l2, kept_curvature *kept,
                                 preconditioner *made)
{
    self->F->methods->set_penalties(self->F, 0, l2);
    assert_int_equal(preconditioner_begin(made, self->F, kept), LINCLASS_OK);
}

/* v := M^-1 of a vector; the preconditioner is ended. */
static void apply(preconditioner *made, double *v)
{
    for (int e = 0; e < PARAMETERS; e++)
        v[e] = cos(2 * e);
    preconditioner_apply(made, v);
    preconditioner_end(made);
}

static void recalled_blocks_are_those_measured(void **state)
{
    (void)state;
    problem self;
    preconditioner made;
    double measured[PARAMETERS];
    double recalled[PARAMETERS];
    begin(&self);
    begin_preconditioner(&self, FIRST_L2, &self.kept, &made);
    assert_int_equal(preconditioner_refresh(&made, self.F, self.parameters), LINCLASS_OK);
    preconditioner_end(&made);
    begin_preconditioner(&self, OTHER_L2, NULL, &made);
    assert_int_equal(preconditioner_refresh(&made, self.F, self.parameters), LINCLASS_OK);
    apply(&made, measured);
    begin_preconditioner(&self, OTHER_L2, &self.kept, &made);
    assert_int_equal(preconditioner_recall(&made, self.F), LINCLASS_OK);
    apply(&made, recalled);
    assert_memory_equal(recalled, measured, sizeof measured);
    end(&self);
}

static void a_kept_bound_is_the_one_measured(void **state)
{
    (void)state;
    problem self;
    preconditioner made;
    double measured[PARAMETERS];
    double recalled[PARAMETERS];
    begin(&self);
    begin_preconditioner(&self, FIRST_L2, &self.kept, &made);
    preconditioner_end(&made);
    begin_preconditioner(&self, OTHER_L2, NULL, &made);
    apply(&made, measured);
    begin_preconditioner(&self, OTHER_L2, &self.kept, &made);
    assert_int_equal(preconditioner_recall(&made, self.F), LINCLASS_OK); /* no blocks are kept */
    apply(&made, recalled);
    assert_memory_equal(recalled, measured, sizeof measured);
    end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recalled_blocks_are_those_measured),
        cmocka_unit_test(a_kept_bound_is_the_one_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
