/* The lower bound of every convex loss with every penalty, weights and targets, dense and sparse: never above the
 * minimum, found in long double by another method; equal to it at the minimum; F beside it as defined.
 *
 * Targets that are probabilities p are rows with each label j, of weight w p_j. Of losses with kinks no minimum is
 * known: there the bound is held against the lowest F that subgradient steps reach, and the perceptron's against its
 * minimum, 0. */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "core/context.h"
#include "definition.h"
#include "optimality/composite.h"
#include "support/context_of.h"
#include "support/losses.h"
#include "support/noise.h"

/* Sums of some hundred terms in double, and products of floats. */
static const double ROUNDING = 1e-12;
static const double ROUNDING_SINGLE = 4e-6;

static char described[200];

typedef struct bound_case {
    definition d;
    linclass_matrix sparse; /* the same rows */
    int64_t *row_starts;
    int64_t *columns;
    double *lowest; /* parameters of about the minimum */
    double minimum; /* F there, or what the minimum is at most */
    bool known;     /* it is the minimum */
} bound_case;

static double *doubles(int64_t count)
{
    double *made = calloc((size_t)count + 1, sizeof *made);
    assert_non_null(made);
    return made;
}

static void make_sparse(bound_case *self)
{
    const int64_t m = self->d.of.m;
    const int64_t n = self->d.of.n;
    self->row_starts = calloc((size_t)m + 1, sizeof *self->row_starts);
    self->columns = calloc((size_t)(m * n) + 1, sizeof *self->columns);
    assert_non_null(self->row_starts);
    assert_non_null(self->columns);
    for (int64_t i = 0; i <= m; i++)
        self->row_starts[i] = i * n;
    for (int64_t e = 0; e < m * n; e++)
        self->columns[e] = e % n;
    self->sparse = self->d.view;
    assert_int_equal(linclass_matrix_init_csr(&self->sparse, sizeof self->sparse, LINCLASS_FLOAT64,
                                              m, n, self->row_starts, LINCLASS_INT64, self->columns,
                                              self->d.X),
                     LINCLASS_OK);
    self->sparse.scale = 1;
}

static double target_share(const definition *d, int64_t i, int64_t j)
{
    const double smoothing = d->data.targets.smoothing;
    if (d->P != NULL)
        return d->P[i * d->of.k + j];
    return (j == d->y[i] ? 1 - smoothing : 0) + smoothing / (double)d->of.k;
}

/* The definition as a composite: each row once with every label, or with its own. */
static composite as_composite(const definition *d, int64_t *y, long double *s)
{
    const definition_case *of = &d->of;
    const bool spread = of->targets != LABELS;
    const int64_t copies = spread ? of->k : 1;
    const int64_t N = of->n + of->with_bias;
    for (int64_t i = 0; i < of->m * copies; i++) {
        const int64_t row = i / copies;
        y[i] = spread ? i % copies : d->y[row];
        s[i] = (d->weights == NULL ? 1 : (long double)d->weights[row]) / d->data.total_weight *
               (spread ? target_share(d, row, i % copies) : 1);
    }
    composite made = composite_new(of->loss, of->m * copies, N, of->k, y, s);
    for (int64_t i = 0; i < of->m * copies; i++) {
        for (int64_t j = 0; j < N; j++)
            made.Z[i * N + j] = j < of->n ? d->X[i / copies * of->n + j] : 1;
    }
    for (int64_t j = 0; j < of->n; j++) {
        made.ridge[j] = of->l2;
        made.lasso[j] = of->l1;
    }
    return made;
}

static void find_minimum(bound_case *self, const composite *F, long double *P)
{
    const int64_t size = self->d.parameter_count;
    long double gap;
    composite_minimise(F, P, &gap);
    for (int64_t e = 0; e < size; e++)
        self->lowest[e] = fabsl(P[e]) > 1e-9L ? (double)P[e] : 0;
    self->known = gap <= 1e-12L;
}

/* Subgradient steps of 1 / sqrt(t). */
static void descend(bound_case *self, const composite *F, long double *P)
{
    const int64_t size = self->d.parameter_count;
    long double *const gradient = long_doubles(size);
    long double lowest = INFINITY;
    for (int step = 1; step <= 2000; step++) {
        const long double value = composite_value(F, P, gradient);
        if (value < lowest) {
            lowest = value;
            for (int64_t e = 0; e < size; e++)
                self->lowest[e] = (double)P[e];
        }
        composite_subgradient(F, P, gradient);
        for (int64_t e = 0; e < size; e++)
            P[e] -= gradient[e] / sqrtl((long double)step);
    }
    free(gradient);
}

static void case_make(bound_case *self, const definition_case *of)
{
    (void)snprintf(described, sizeof described,
                   "loss %d l1 %g l2 %g bias %d weighted %d targets %d m=%ld n=%ld k=%ld",
                   (int)of->loss, of->l1, of->l2, of->with_bias, of->weighted, (int)of->targets,
                   (long)of->m, (long)of->n, (long)of->k);
    *self = (bound_case){0};
    definition_make(&self->d, of, 91);
    make_sparse(self);
    self->lowest = doubles(self->d.parameter_count);
    int64_t *y = calloc((size_t)(of->m * of->k), sizeof *y);
    long double *const s = long_doubles(of->m * of->k);
    long double *const P = long_doubles(self->d.parameter_count);
    assert_non_null(y);
    composite F = as_composite(&self->d, y, s);
    if (of->loss == LINCLASS_LOSS_PERCEPTRON)
        self->known = true;
    else if (losses_find(of->loss)->smooth)
        find_minimum(self, &F, P);
    else
        descend(self, &F, P);
    self->minimum = (double)definition_value(&self->d, self->lowest);
    composite_free(&F);
    free(P);
    free(s);
    free(y);
}

static void case_free(bound_case *self)
{
    free(self->lowest);
    free(self->columns);
    free(self->row_starts);
    definition_free(&self->d);
}

static duality bound_at(objective *f, const double *parameters)
{
    duality found;
    const linclass_status status = f->methods->lower_bound(f, parameters, &found);
    if (status != LINCLASS_OK)
        fail_msg("%s: status %d: %s", described, (int)status, linclass_context_message(f->ctx));
    return found;
}

/* Whatever the point: a bound, and what belongs to it. */
static void check_bound(objective *f, const bound_case *of, const double *parameters)
{
    const double rounding = f->epsilon > DBL_EPSILON ? ROUNDING_SINGLE : ROUNDING;
    const duality found = bound_at(f, parameters);
    const double F = (double)definition_value(&of->d, parameters);
    if (!(fabs(found.objective - F) <= rounding * (1 + F)))
        fail_msg("%s: F is %.17g, not %.17g", described, found.objective, F);
    if (!(found.gap >= 0) || found.dual_objective != found.objective - found.gap)
        fail_msg("%s: F %.17g, bound %.17g, gap %.17g", described, found.objective,
                 found.dual_objective, found.gap);
    if (!(found.dual_objective <= of->minimum + rounding * (1 + F)))
        fail_msg("%s: bound %.17g above the minimum, %.17g, by %.3g", described,
                 found.dual_objective, of->minimum, found.dual_objective - of->minimum);
}

/* At the minimum the bound is it. With an l1 penalty alone the gap is of first order in how far the gradient exceeds
 * l1, as a part of l1: by its rounding, and, where F is 1e-12 above its minimum, by about 1e-6 of the curvature. */
static void check_tight(objective *f, const bound_case *of)
{
    const bool penalised = of->d.of.l1 > 0 || of->d.of.l2 > 0;
    if (!of->known || !penalised)
        return;
    const double rounding = f->epsilon > DBL_EPSILON ? ROUNDING_SINGLE : 1e-9;
    const duality found = bound_at(f, of->lowest);
    const double allowed = of->d.of.l2 > 0 ? rounding : fmax(rounding, 1e-7) / of->d.of.l1;
    if (!(found.gap <= allowed))
        fail_msg("%s: a gap of %.3g at the minimum, %.17g", described, found.gap, of->minimum);
}

static void check_objective(objective *f, const bound_case *of)
{
    const int64_t count = of->d.parameter_count;
    double *point = doubles(count);
    uint64_t noise = 8;
    f->methods->set_penalties(f, of->d.of.l1, of->d.of.l2);
    check_bound(f, of, point);
    for (int trial = 0; trial < 6; trial++) {
        const double size = trial < 3 ? pow(10, trial - 1) : pow(10, -2 * (trial - 2));
        for (int64_t e = 0; e < count; e++)
            point[e] =
                (double)(float)((trial < 3 ? 0 : of->lowest[e]) + size * noise_uniform(&noise));
        check_bound(f, of, point);
    }
    check_bound(f, of, of->d.parameters);
    check_bound(f, of, of->lowest);
    check_tight(f, of);
    free(point);
}

static void check_case(linclass_context *ctx, const definition_case *of)
{
    bound_case self;
    case_make(&self, of);
    for (int layout = 0; layout < 2; layout++) {
        objective_data data = self.d.data;
        objective *f;
        data.X = layout == 0 ? &self.d.view : &self.sparse;
        assert_int_equal(objective_create_f64(ctx, &data, &f), LINCLASS_OK);
        check_objective(f, &self);
        f->methods->destroy(f);
        assert_int_equal(objective_create_f32(ctx, &data, &f), LINCLASS_OK);
        check_objective(f, &self);
        f->methods->destroy(f);
    }
    case_free(&self);
}

static const double PENALTIES[][2] = {{0, 0},      {0, 0.3},  {0.02, 0}, {0.2, 0},
                                      {0.02, 0.3}, {0, 1e-3}, {1e-3, 0}, {1e-3, 1e-3}};
enum { PENALTY_COUNT = sizeof PENALTIES / sizeof *PENALTIES };

static void test_every_loss_and_penalty(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        for (int p = 0; p < PENALTY_COUNT && losses_find(loss)->convex; p++) {
            definition_case of = {
                .loss = loss, .l1 = PENALTIES[p][0], .l2 = PENALTIES[p][1], .m = 60, .n = 3};
            of.k = losses_find(loss)->one_score ? 1 : 3;
            definition_each_kind(ctx, of, check_case);
        }
    }
    linclass_context_destroy(ctx);
}

/* One row, more features than rows, no feature, and more rows than a block. */
static void test_other_shapes(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = {{1, 3}, {5, 9}, {6, 0}, {500, 2}};
    linclass_context *ctx = context_of(3);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes && losses_find(loss)->convex; s++) {
            definition_case of = {.loss = loss,
                                  .l1 = s == 0 ? 0.1 : 0,
                                  .l2 = 0.2,
                                  .with_bias = shapes[s][0] > 3,
                                  .weighted = true,
                                  .m = shapes[s][0],
                                  .n = shapes[s][1]};
            of.k = losses_find(loss)->one_score ? 1 : 3;
            check_case(ctx, &of);
        }
    }
    linclass_context_destroy(ctx);
}

static void test_not_convex_has_none(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    const definition_case of = {
        .loss = LINCLASS_LOSS_SIGMOID_SQUARED, .l2 = 0.1, .m = 9, .n = 2, .k = 1};
    definition d;
    objective *f;
    duality found;
    definition_make(&d, &of, 3);
    assert_int_equal(objective_create_f64(ctx, &d.data, &f), LINCLASS_OK);
    assert_int_equal(f->methods->lower_bound(f, d.parameters, &found), LINCLASS_ERROR_UNSUPPORTED);
    f->methods->destroy(f);
    definition_free(&d);
    linclass_context_destroy(ctx);
}

/* The scores of many rows are computed once more instead of being kept: rows repeated have the bound of the rows. */
static void test_more_scores_than_are_kept(void **state)
{
    (void)state;
    enum { COPIES = 700 };
    linclass_context *ctx = context_of(2);
    const definition_case of = {
        .loss = LINCLASS_LOSS_SOFTMAX, .l2 = 0.2, .with_bias = true, .m = 501, .n = 2, .k = 3};
    definition d;
    objective *f;
    duality found[2];
    definition_make(&d, &of, 7);
    double *const X = doubles(COPIES * of.m * of.n);
    int64_t *const y = calloc((size_t)(COPIES * of.m), sizeof *y);
    assert_non_null(y);
    for (int64_t i = 0; i < COPIES * of.m; i++) {
        memcpy(X + i * of.n, d.X + i % of.m * of.n, (size_t)of.n * sizeof *X);
        y[i] = d.y[i % of.m];
    }
    linclass_matrix repeated = d.view;
    repeated.data = X;
    repeated.rows = COPIES * of.m;
    for (int many = 0; many < 2; many++) {
        objective_data data = d.data;
        if (many) {
            data.X = &repeated;
            data.targets.y = y;
            data.total_weight = (double)repeated.rows;
        }
        assert_int_equal(objective_create_f64(ctx, &data, &f), LINCLASS_OK);
        f->methods->set_penalties(f, 0, of.l2);
        assert_int_equal(f->methods->lower_bound(f, d.parameters, &found[many]), LINCLASS_OK);
        f->methods->destroy(f);
    }
    if (!(fabs(found[1].gap - found[0].gap) <= ROUNDING * (1 + found[0].objective)))
        fail_msg("a gap of %.17g, of rows repeated %.17g", found[0].gap, found[1].gap);
    free(y);
    free(X);
    definition_free(&d);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_loss_and_penalty),
        cmocka_unit_test(test_other_shapes),
        cmocka_unit_test(test_not_convex_has_none),
        cmocka_unit_test(test_more_scores_than_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
