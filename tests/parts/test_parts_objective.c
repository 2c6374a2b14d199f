/* Every method of the objective over parts against that of the objective over all rows, at any point. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/context.h"
#include "fit/fit_parts.h"
#include "made_parts.h"
#include "solver/moments.h"
#include "support/context_of.h"
#include "support/losses.h"
#include "support/noise.h"

enum { M = 400, N = 6, MOST_PARAMETERS = (N + 1) * 4 };

typedef struct fixture {
    linclass_context *ctx;
    samples data;
    made_parts parts;
    linclass_parts source;
    linclass_matrix X;
    linclass_fit_options options;
    fit_parts of_parts;
    fit_problem got;
    fit_problem want;
    double parameters[MOST_PARAMETERS];
    double direction[MOST_PARAMETERS];
    double tolerance;
} fixture;

static void begin(fixture *self, const loss_definition *loss, int32_t dtype, bool with_bias)
{
    *self = (fixture){.ctx = context_of(2)};
    self->data = samples_new(M, N, loss->one_score ? 2 : 4, 41);
    self->parts = made_parts_new(&self->data, NULL, 9);
    self->source = made_parts_iterator(&self->parts);
    self->X = samples_view(&self->data);
    self->options = samples_options();
    self->options.loss = loss->number;
    self->options.dtype = dtype;
    self->options.fit_bias = with_bias;
    self->options.class_weight_balanced = 1;
    self->options.l1 = 1e-3;
    self->options.l2 = 1e-2;
    assert_int_equal(fit_parts_begin(&self->of_parts, &self->got, self->ctx, &self->source, NULL,
                                     &self->options),
                     LINCLASS_OK);
    assert_int_equal(
        fit_problem_begin(&self->want, self->ctx, &self->X, self->data.y, &self->options),
        LINCLASS_OK);
    uint64_t noise = 3;
    for (int e = 0; e < MOST_PARAMETERS; e++) {
        self->parameters[e] = noise_uniform(&noise) - 0.5;
        self->direction[e] = noise_uniform(&noise) - 0.5;
    }
    /* Sums of 400 terms of size 1, in the precision of the arithmetic. */
    self->tolerance = dtype == LINCLASS_FLOAT32 ? 1e-4 : 1e-12;
}

static void end(fixture *self)
{
    fit_problem_end(&self->got);
    fit_problem_end(&self->want);
    made_parts_free(&self->parts);
    samples_free(&self->data);
    linclass_context_destroy(self->ctx);
}

static void compare(const fixture *self, const char *what, int64_t count, const double *got,
                    const double *want)
{
    double largest = 1;
    for (int64_t e = 0; e < count; e++)
        largest = fmax(largest, fabs(want[e]));
    for (int64_t e = 0; e < count; e++)
        assert_near(what, got[e], (long double)want[e], self->tolerance * largest);
}

static void check_members(const fixture *self)
{
    const objective *got = self->got.objective;
    const objective *want = self->want.objective;
    assert_int_equal(got->samples, want->samples);
    assert_int_equal(got->columns, want->columns);
    assert_int_equal(got->weights, want->weights);
    assert_int_equal(got->parameters, want->parameters);
    assert_int_equal(got->smooth, want->smooth);
    assert_int_equal(got->twice_differentiable, want->twice_differentiable);
    assert_int_equal(got->curvature_jumps, want->curvature_jumps);
    assert_true(got->epsilon == want->epsilon);
    assert_true(got->curvature_bound == want->curvature_bound);
    assert_true(got->step_curvature == want->step_curvature);
    assert_true(got->elements == want->elements);
    assert_near("largest weight", got->largest_weight, (long double)want->largest_weight, 1e-12);
}

static void check_values(const fixture *self)
{
    objective *got = self->got.objective;
    objective *want = self->want.objective;
    const int64_t P = want->parameters;
    double one[MOST_PARAMETERS];
    double other[MOST_PARAMETERS];
    objective_value a;
    objective_value b;
    for (int pass = 0; pass < 2; pass++) {
        assert_int_equal(
            got->methods->evaluate(got, NULL, self->parameters, &a, pass == 0 ? NULL : one),
            LINCLASS_OK);
        assert_int_equal(
            want->methods->evaluate(want, NULL, self->parameters, &b, pass == 0 ? NULL : other),
            LINCLASS_OK);
        compare(self, "F", 3, (double[]){a.objective, a.loss, a.error},
                (double[]){b.objective, b.loss, b.error});
    }
    compare(self, "gradient", P, one, other);
    if (!want->twice_differentiable)
        return;
    assert_int_equal(got->methods->hessian_product(got, self->parameters, self->direction, one),
                     LINCLASS_OK);
    assert_int_equal(want->methods->hessian_product(want, self->parameters, self->direction, other),
                     LINCLASS_OK);
    compare(self, "product", P, one, other);
    double *hessians = calloc((size_t)(2 * P * P), sizeof *hessians);
    assert_non_null(hessians);
    assert_int_equal(
        got->methods->hessian(got, self->parameters, self->direction, NULL, 0, hessians),
        LINCLASS_OK);
    assert_int_equal(
        want->methods->hessian(want, self->parameters, self->direction, NULL, 0, hessians + P * P),
        LINCLASS_OK);
    compare(self, "hessian", P * P, hessians, hessians + P * P);
    free(hessians);
}

/* All rows are taken: the samples of both are the same. */
static void check_second_moments(const fixture *self)
{
    moments got;
    moments want;
    assert_int_equal(moments_begin(&got, self->got.objective), LINCLASS_OK);
    assert_int_equal(moments_begin(&want, self->want.objective), LINCLASS_OK);
    compare(self, "mean", want.N, got.mean, want.mean);
    compare(self, "variance", want.N, got.variance, want.variance);
    compare(self, "mean square", want.N, got.square, want.square);
    objective *const F[] = {self->got.objective, self->want.objective};
    const int64_t columns = F[1]->twice_differentiable ? F[1]->columns : 0;
    double *curvatures[2];
    for (int f = 0; f < 2; f++) {
        int64_t rows = M;
        curvatures[f] = calloc((size_t)(M * columns + 1), sizeof(double));
        assert_non_null(curvatures[f]);
        if (columns > 0)
            assert_int_equal(
                F[f]->methods->curvatures(F[f], M, self->parameters, columns, curvatures[f], &rows),
                LINCLASS_OK);
        assert_int_equal(rows, M);
    }
    compare(self, "curvature", M * columns, curvatures[0], curvatures[1]);
    for (int64_t column = -1; column < columns; column++) {
        double grams[2][(N + 1) * (N + 1)] = {{0}};
        double weights[2];
        for (int f = 0; f < 2; f++)
            assert_int_equal(F[f]->methods->gram(F[f], M,
                                                 column < 0 ? NULL : curvatures[f] + column * M,
                                                 want.mean, want.unit, grams[f], &weights[f]),
                             LINCLASS_OK);
        compare(self, "weight", 1, &weights[0], &weights[1]);
        compare(self, "Gram matrix", want.N * want.N, grams[0], grams[1]);
    }
    free(curvatures[0]);
    free(curvatures[1]);
    moments_end(&got);
    moments_end(&want);
}

static void check_lower_bound(const fixture *self, const loss_definition *loss)
{
    objective *const F[] = {self->got.objective, self->want.objective};
    const double penalties[][2] = {{0, 1e-2}, {1e-2, 0}, {1e-3, 1e-2}};
    for (size_t p = 0; p < sizeof penalties / sizeof *penalties; p++) {
        duality found[2];
        for (int f = 0; f < 2; f++) {
            F[f]->methods->set_penalties(F[f], penalties[p][0], penalties[p][1]);
            assert_int_equal(F[f]->methods->lower_bound(F[f], self->parameters, &found[f]),
                             loss->convex ? LINCLASS_OK : LINCLASS_ERROR_UNSUPPORTED);
        }
        if (loss->convex)
            compare(self, "lower bound", 3,
                    (double[]){found[0].objective, found[0].dual_objective, found[0].gap},
                    (double[]){found[1].objective, found[1].dual_objective, found[1].gap});
    }
}

static void check_statistics(fixture *self)
{
    assert_int_equal(fit_problem_prepare_judge(&self->got), LINCLASS_OK);
    assert_int_equal(fit_problem_prepare_judge(&self->want), LINCLASS_OK);
    const column_statistics *got = &self->got.columns;
    const column_statistics *want = &self->want.columns;
    for (int j = 0; j < N; j++) {
        assert_near("mean", got->mean[j], (long double)want->mean[j], 1e-13);
        assert_near("variance", got->variance[j], (long double)want->variance[j], 1e-12);
        assert_true(got->largest[j] == want->largest[j]);
        assert_true(got->typical[j] > want->typical[j] / 3 &&
                    got->typical[j] < want->typical[j] * 3);
    }
}

static void test_every_method(void **state)
{
    (void)state;
    for (int32_t number = 1; losses_defined(number); number++) {
        for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
            for (int with_bias = 0; with_bias < 2; with_bias++) {
                const loss_definition *loss = losses_find(number);
                fixture self;
                begin(&self, loss, dtype, with_bias);
                check_members(&self);
                check_values(&self);
                check_second_moments(&self);
                check_statistics(&self);
                check_lower_bound(&self, loss);
                end(&self);
            }
        }
    }
}

/* A constant has a variance of exactly 0, also where parts of different weight meet. */
static void test_constants(void **state)
{
    (void)state;
    fixture self;
    begin(&self, losses_find(LINCLASS_LOSS_SOFTMAX), LINCLASS_FLOAT64, true);
    for (int i = 0; i < M; i++)
        self.data.X[i * N + 3] = 1.1;
    moments got;
    assert_int_equal(moments_begin(&got, self.got.objective), LINCLASS_OK);
    assert_true(got.constant[3]);
    moments_end(&got);
    assert_int_equal(fit_problem_prepare_judge(&self.got), LINCLASS_OK);
    assert_true(self.got.columns.variance[3] == 0);
    assert_true(self.got.columns.mean[3] == 1.1);
    end(&self);
}

/* A request that no fit makes: the Hessian of a loss that has none was asked of a kernel that is not there. */
static void test_no_hessian_of_a_hinge(void **state)
{
    (void)state;
    fixture self;
    begin(&self, losses_find(LINCLASS_LOSS_HINGE), LINCLASS_FLOAT32, true);
    const int64_t kinds[] = {PART_PRODUCT, PART_HESSIAN};
    for (int i = 0; i < 2; i++) {
        part_request request = {
            .identity = {.kind = kinds[i]},
            .fit = self.of_parts.working.fit,
            .parameters = self.parameters,
            .direction = self.direction,
            .means = self.direction,
        };
        wire_word *words;
        int64_t count;
        linclass_reply *reply;
        linclass_part part = self.parts.parts[0];
        part.X = &self.parts.views[0];
        assert_int_equal(part_request_write(self.ctx, &request, &words, &count), LINCLASS_OK);
        assert_int_equal(linclass_part_answer(self.ctx, &part, words, count * 8, &reply),
                         LINCLASS_ERROR_FORMAT);
        context_release(self.ctx, words);
    }
    end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_method),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_no_hessian_of_a_hinge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
