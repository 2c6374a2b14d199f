/* Products with the Hessian that is held, of sparse rows with one score: against the Hessian itself where nothing is
 * left out; else against that of the rows alone whose curvatures are largest, made of the same rows by weights of 0. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "core/context.h"
#include "objective/objective.h"
#include "support/csr.h"
#include "support/noise.h"

enum { M = 300, N = 40, P = N + 1 };

typedef struct held_case {
    csr_form form;
    int64_t percent; /* of the elements that are not 0 */
    bool with_bias;
    bool weighted;
    double share;
} held_case;

static const held_case CASES[] = {
    {{.dtype = LINCLASS_FLOAT64, .column_dtype = LINCLASS_INT32, .scale = 1}, 30, true, false, 0},
    {{.dtype = LINCLASS_FLOAT32, .column_dtype = LINCLASS_INT64, .scale = 1}, 30, true, true, 0},
    {{.dtype = LINCLASS_FLOAT64, .column_dtype = LINCLASS_INT32, .scale = 1}, 30, true, true, 0.3},
    {{.dtype = LINCLASS_UINT8, .column_dtype = LINCLASS_INT64, .scale = 0.5}, 5, false, true, 0.4},
    {{.dtype = LINCLASS_UINT8, .column_dtype = LINCLASS_INT32, .scale = 0.5}, 2, true, false, 0.3},
    {{.column_dtype = LINCLASS_INT32, .scale = 1}, 10, true, true, 0.3},
    {{.column_dtype = LINCLASS_INT64, .scale = 1}, 10, false, false, 0},
};
enum { CASE_COUNT = sizeof CASES / sizeof *CASES };

typedef struct problem {
    double dense[M * N];
    csr rows;
    int64_t y[M];
    double weights[M];
    double parameters[P];
    double direction[P];
} problem;

static void fill(problem *self, const held_case *of, uint64_t seed)
{
    csr_fill(M, N, of->percent, of->form.scale, seed, self->dense);
    for (int64_t i = 0; of->form.dtype == 0 && i < (int64_t)M * N; i++)
        self->dense[i] = self->dense[i] != 0;
    self->rows = csr_new(M, N, self->dense, of->form);
    for (int64_t i = 0; i < M; i++) {
        self->y[i] = noise_below(&seed, 2);
        self->weights[i] = of->weighted ? (double)(1 + i % 3) : 1;
    }
    for (int64_t j = 0; j < P; j++) {
        self->parameters[j] = (double)(float)noise_uniform(&seed);
        self->direction[j] = (double)(float)noise_uniform(&seed);
    }
}

static objective *make(linclass_context *ctx, const problem *self, const held_case *of,
                       const double *weights, bool single)
{
    const objective_data described = {
        .X = &self->rows.view,
        .targets = {.y = self->y, .weights = weights},
        .total_weight = M,
        .columns = 1,
        .loss = LINCLASS_LOSS_LOGISTIC,
        .with_bias = of->with_bias,
    };
    objective *made;
    assert_int_equal(single ? objective_create_f32(ctx, &described, &made)
                            : objective_create_f64(ctx, &described, &made),
                     LINCLASS_OK);
    made->methods->set_penalties(made, 0, 0.01);
    assert_true(made->can_hold);
    return made;
}

static void check_near(const double *got, const double *want, int64_t length, double allowed,
                       size_t number)
{
    double size = 0;
    for (int64_t j = 0; j < length; j++)
        size = fmax(size, fabs(want[j]));
    for (int64_t j = 0; j < length; j++)
        if (!(fabs(got[j] - want[j]) <= allowed * size))
            fail_msg("case %d: element %d is %.17g, not %.17g", (int)number, (int)j, got[j],
                     want[j]);
}

static double curvature(const problem *self, const held_case *of, int64_t row)
{
    double h = of->with_bias ? self->parameters[N] : 0;
    for (int64_t j = 0; j < N; j++)
        h += self->dense[row * N + j] * self->parameters[j];
    return self->weights[row] * exp(-fabs(h)) / pow(1 + exp(-fabs(h)), 2);
}

/* The product with rows of at least a curvature, and how much of all the curvatures they have. */
static double product_above(linclass_context *ctx, const problem *self, const held_case *of,
                            double least, double *product)
{
    double weights[M];
    double kept = 0;
    double total = 0;
    for (int64_t i = 0; i < M; i++) {
        const double own = curvature(self, of, i);
        weights[i] = own >= least ? self->weights[i] : 0;
        kept += own >= least ? own : 0;
        total += own;
    }
    objective *F = make(ctx, self, of, weights, false);
    assert_int_equal(F->methods->hessian_product(F, self->parameters, self->direction, product),
                     LINCLASS_OK);
    F->methods->destroy(F);
    return kept / total;
}

static bool is_near(const double *got, const double *want, int64_t length)
{
    double size = 0;
    double apart = 0;
    for (int64_t j = 0; j < length; j++) {
        size = fmax(size, fabs(want[j]));
        apart = fmax(apart, fabs(got[j] - want[j]));
    }
    return apart <= 1e-12 * size;
}

/* Whether the product is that of the rows above some curvature, which have all but the share. */
static bool is_of_largest(linclass_context *ctx, const problem *self, const held_case *of,
                          int64_t length, const double *product)
{
    for (int64_t i = 0; i < M; i++) {
        double want[P];
        const double least = curvature(self, of, i) * (1 - 1e-9);
        if (product_above(ctx, self, of, least, want) >= 1 - of->share &&
            is_near(product, want, length))
            return true;
    }
    return false;
}

static void check_case(linclass_context *ctx, size_t number)
{
    const held_case *of = &CASES[number];
    const int64_t length = of->with_bias ? P : N;
    problem self;
    fill(&self, of, 40 + number);
    for (int single = 0; single < 2; single++) {
        objective *F = make(ctx, &self, of, of->weighted ? self.weights : NULL, single);
        double held[P];
        double want[P];
        double gradient[P];
        objective_value value;
        /* Elsewhere first; then where F was not evaluated, and where it was. */
        assert_int_equal(F->methods->hold(F, self.direction, of->share), LINCLASS_OK);
        for (int evaluated = 0; evaluated < 2; evaluated++) {
            if (evaluated) {
                assert_int_equal(F->methods->evaluate(F, NULL, self.direction, &value, gradient),
                                 LINCLASS_OK);
                assert_int_equal(F->methods->evaluate(F, NULL, self.parameters, &value, gradient),
                                 LINCLASS_OK);
            }
            assert_int_equal(F->methods->hold(F, self.parameters, of->share), LINCLASS_OK);
            assert_int_equal(F->methods->held_product(F, self.direction, held), LINCLASS_OK);
            if (of->share > 0 && !single)
                assert_true(is_of_largest(ctx, &self, of, length, held));
        }
        /* Another share at the same point; products are sums of up to 300 x 40 terms of size 1. */
        assert_int_equal(F->methods->hold(F, self.parameters, 0), LINCLASS_OK);
        assert_int_equal(F->methods->held_product(F, self.direction, held), LINCLASS_OK);
        assert_int_equal(F->methods->hessian_product(F, self.parameters, self.direction, want),
                         LINCLASS_OK);
        check_near(held, want, length, single ? 1e-5 : 1e-13, number);
        F->methods->destroy(F);
    }
    csr_free(&self.rows);
}

static void test_products(void **state)
{
    (void)state;
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    for (size_t number = 0; number < CASE_COUNT; number++)
        check_case(ctx, number);
    linclass_context_destroy(ctx);
}

static void test_infinite_direction(void **state)
{
    (void)state;
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    problem self;
    fill(&self, &CASES[0], 3);
    self.direction[1] = INFINITY;
    objective *F = make(ctx, &self, &CASES[0], NULL, false);
    double product[P];
    assert_int_equal(F->methods->hold(F, self.parameters, 0), LINCLASS_OK);
    assert_int_equal(F->methods->held_product(F, self.direction, product), LINCLASS_ERROR_NUMERIC);
    F->methods->destroy(F);
    csr_free(&self.rows);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_infinite_direction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
