/* L-BFGS's memory: the direction is that of the two-loop recursion as the textbooks have it, one pair after the other,
 * in extended precision (Nocedal and Wright, algorithm 7.4); the same for vectors in slices and in one piece, with
 * pairs in single and in double precision, and after old pairs have been dropped. The functions on stored vectors give
 * the same bits whatever the instruction set. And the diagonal preconditioner does in one pass what is done in
 * steps. */
#include <stdarg.h>
#include <stddef.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/context.h"
#include "core/slices.h"
#include "core/vector/usable.h"
#include "solver/lbfgs_history.h"
#include "solver/preconditioner_diagonal.h"
#include "solver/stored_tables.h"

enum { MOST_STEPS = 14 };

static double *numbers(int64_t length, uint64_t seed)
{
    double *made = malloc((size_t)length * sizeof *made);
    assert_non_null(made);
    uint64_t state = seed * 2654435761u + 1;
    for (int64_t i = 0; i < length; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        made[i] = (double)(int64_t)(state >> 11) / (double)(1LL << 52) - 1;
    }
    return made;
}

/* A quadratic with curvatures 1 / 4 to 1: the change of its gradient along a step. */
static void set_change(int64_t length, const double *curvature, const double *s, double *y)
{
    for (int64_t i = 0; i < length; i++)
        y[i] = (0.625 + 0.375 * curvature[i]) * s[i];
}

typedef struct fixture {
    linclass_context *ctx;
    objective F;
    preconditioner start;
    double *unit;
} fixture;

static void set_up(fixture *self, int64_t length, double epsilon)
{
    memset(self, 0, sizeof *self);
    const linclass_context_options *defaults = NULL;
    assert_int_equal(linclass_context_create(defaults, &self->ctx), LINCLASS_OK);
    self->F = (objective){.ctx = self->ctx,
                          .parameters = length,
                          .weights = length,
                          .columns = 1,
                          .epsilon = epsilon,
                          .lower = -INFINITY,
                          .upper = INFINITY};
    self->unit = numbers(length, 5);
    for (int64_t i = 0; i < length; i++)
        self->unit[i] = 1 + 0.25 * self->unit[i];
    self->start = (preconditioner){.ctx = self->ctx,
                                   .N = length,
                                   .columns = 1,
                                   .unit = self->unit,
                                   .shortening = 0.5,
                                   .moments = {.objective = &self->F, .N = length, .columns = 1}};
}

static void tear_down(fixture *self)
{
    free(self->unit);
    linclass_context_destroy(self->ctx);
}

static long double dot(int64_t length, const double *a, const double *b)
{
    long double sum = 0;
    for (int64_t i = 0; i < length; i++)
        sum += (long double)a[i] * b[i];
    return sum;
}

/* v := -H v for the pairs first..count-1. */
static void textbook(const fixture *f, int first, int count, double *const *s, double *const *y,
                     double *v)
{
    const int64_t length = f->F.parameters;
    long double alpha[MOST_STEPS];
    for (int i = count - 1; i >= first; i--) {
        alpha[i] = dot(length, s[i], v) / dot(length, s[i], y[i]);
        for (int64_t e = 0; e < length; e++)
            v[e] = (double)(v[e] - alpha[i] * y[i][e]);
    }
    long double gamma = f->start.shortening;
    if (count > first) {
        long double scaled = 0;
        for (int64_t e = 0; e < length; e++)
            scaled += (long double)f->unit[e] * f->unit[e] * y[count - 1][e] * y[count - 1][e];
        gamma = dot(length, s[count - 1], y[count - 1]) / scaled;
    }
    for (int64_t e = 0; e < length; e++)
        v[e] = (double)(gamma * f->unit[e] * f->unit[e] * v[e]);
    for (int i = first; i < count; i++) {
        const long double beta = dot(length, y[i], v) / dot(length, s[i], y[i]);
        for (int64_t e = 0; e < length; e++)
            v[e] = (double)(v[e] + (alpha[i] - beta) * s[i][e]);
    }
    for (int64_t e = 0; e < length; e++)
        v[e] = -v[e];
}

static void lay_out(void *owner, space_plan *plan)
{
    fixture *f = *(fixture **)owner;
    lbfgs_history_lay_out((lbfgs_history *)((void **)owner)[1], plan, &f->F);
}

/* Directions after 0, 1, ... steps are the textbook's to `digits`. */
static void check(int64_t length, int steps, double epsilon, double digits)
{
    fixture f;
    set_up(&f, length, epsilon);
    lbfgs_history history;
    void *owner[] = {&f, &history};
    void *memory;
    assert_int_equal(space_lay_out(f.ctx, lay_out, owner, "test", &memory), LINCLASS_OK);
    double *curvature = numbers(length, 6);
    double *zero = calloc((size_t)length, sizeof *zero);
    double *s[MOST_STEPS];
    double *y[MOST_STEPS];
    for (int step = 0; step <= steps; step++) {
        double *expected = numbers(length, 100 + (uint64_t)step);
        double *v = numbers(length, 100 + (uint64_t)step);
        const int first = step > LBFGS_PAIRS ? step - LBFGS_PAIRS : 0;
        textbook(&f, first, step, s, y, expected);
        lbfgs_history_apply(&history, &f.start, v);
        const double size = sqrt((double)dot(length, expected, expected) / (double)length);
        for (int64_t i = 0; i < length; i++)
            assert_true(fabs(v[i] - expected[i]) <= digits * size);
        free(expected);
        free(v);
        if (step == steps)
            break;
        s[step] = numbers(length, 200 + (uint64_t)step);
        y[step] = malloc((size_t)length * sizeof(double));
        set_change(length, curvature, s[step], y[step]);
        lbfgs_history_add(&history, zero, s[step], zero, y[step]);
    }
    for (int step = 0; step < steps; step++) {
        free(s[step]);
        free(y[step]);
    }
    free(curvature);
    free(zero);
    context_release(f.ctx, memory);
    tear_down(&f);
}

static void test_short_vectors(void **state)
{
    (void)state;
    check(137, MOST_STEPS, DBL_EPSILON, 1e-12);
    check(2500, MOST_STEPS, DBL_EPSILON, 1e-12);
}

/* What is rounded is the pairs: a few units in the last place of a float, and what the recursion makes of them. */
static void test_pairs_in_single_precision(void **state)
{
    (void)state;
    check(2500, MOST_STEPS, FLT_EPSILON, 1e-5);
}

static void test_vectors_in_slices(void **state)
{
    (void)state;
    check(SLICES_LONG + 77, 3, DBL_EPSILON, 1e-12);
}

static void test_step_without_curvature_is_left_out(void **state)
{
    (void)state;
    fixture f;
    set_up(&f, 64, DBL_EPSILON);
    lbfgs_history history;
    void *owner[] = {&f, &history};
    void *memory;
    assert_int_equal(space_lay_out(f.ctx, lay_out, owner, "test", &memory), LINCLASS_OK);
    double zero[64] = {0};
    double up[64];
    double down[64];
    for (int i = 0; i < 64; i++) {
        up[i] = 1;
        down[i] = -1;
    }
    lbfgs_history_add(&history, zero, up, zero, down);
    assert_int_equal(history.pairs, 0);
    lbfgs_history_add(&history, zero, up, zero, up);
    assert_int_equal(history.pairs, 1);
    lbfgs_history_clear(&history);
    assert_int_equal(history.pairs, 0);
    context_release(f.ctx, memory);
    tear_down(&f);
}

#define TABLE_F32(set, suffix, runs) &stored_##set##_f32,
#define TABLE_F64(set, suffix, runs) &stored_##set##_f64,

/* All that a set's functions make of some vectors of `length`. */
static void all_results(const stored_functions *functions, int64_t length, const double *from,
                        const double *to, double *results)
{
    void *s = calloc((size_t)length, functions->size);
    void *y = calloc((size_t)length, functions->size);
    stored_step step = {from, to, to, from, 0, 0, 0};
    functions->keep(length, &step, s, y);
    const void *vectors[] = {s, y, s};
    const double coefficients[] = {0.3, -1.7, 0.01};
    results[0] = step.product;
    results[1] = step.s_square;
    results[2] = step.y_square;
    functions->dots(length, 3, vectors, from, y, results + 3, results + 6);
    memcpy(results + 9, to, (size_t)length * sizeof *to);
    functions->combine(length, 3, vectors, coefficients, 0.7, results + 9);
    free(s);
    free(y);
}

static void check_sets(const stored_functions *const *tables, int count)
{
    const int64_t lengths[] = {1, 7, 8, 9, 1023, 1024, 1025, 5003};
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
        const int64_t length = lengths[l];
        double *from = numbers(length, 1);
        double *to = numbers(length, 2);
        double *expected = malloc((size_t)(length + 9) * sizeof *expected);
        double *results = malloc((size_t)(length + 9) * sizeof *results);
        all_results(tables[0], length, from, to, expected);
        for (int set = 1; set < count; set++) {
            all_results(tables[set], length, from, to, results);
            assert_memory_equal(results, expected, (size_t)(length + 9) * sizeof *results);
        }
        free(from);
        free(to);
        free(expected);
        free(results);
    }
}

static void test_sets_agree(void **state)
{
    (void)state;
    const stored_functions *const f32[] = {VECTOR_SETS(TABLE_F32, )};
    const stored_functions *const f64[] = {VECTOR_SETS(TABLE_F64, )};
    check_sets(f32, vector_sets_usable());
    check_sets(f64, vector_sets_usable());
}

/* M^-1 of N rows of k, the last of them the intercept's, in steps, and g . M^-1 g. */
static void check_diagonal(int64_t N, int64_t k, double l1, double l2)
{
    fixture f;
    set_up(&f, N * k, DBL_EPSILON);
    f.F.columns = k;
    f.F.weights = (N - 1) * k;
    f.F.l1 = l1;
    f.F.l2 = l2;
    double *mean = numbers(N, 8);
    double *shift = calloc((size_t)N, sizeof *shift);
    double *lost = calloc((size_t)N, sizeof *lost);
    mean[N - 1] = 0;
    f.start.N = N;
    f.start.columns = k;
    f.start.shift = shift;
    f.start.lost = lost;
    f.start.moments.N = N;
    f.start.moments.columns = k;
    f.start.moments.mean = mean;
    double *expected = numbers(N * k, 9);
    double *v = numbers(N * k, 9);
    const double *g = v;
    const double square = preconditioner_diagonal_square(&f.start, g);
    moments_centre_gradient(&f.start.moments, expected);
    preconditioner_apply_centred(&f.start, expected);
    moments_uncentre_step(&f.start.moments, expected);
    const long double wanted = dot(N * k, g, expected);
    assert_true(fabsl(square - wanted) <= 1e-12L * fabsl(wanted));
    preconditioner_apply(&f.start, v);
    const double size = sqrt((double)dot(N * k, expected, expected));
    for (int64_t i = 0; i < N * k; i++)
        assert_true(fabs(v[i] - expected[i]) <= 1e-14 * size);
    free(mean);
    free(shift);
    free(lost);
    free(expected);
    free(v);
    tear_down(&f);
}

static void test_diagonal_in_one_pass(void **state)
{
    (void)state;
    check_diagonal(40, 1, 0, 0.1);
    check_diagonal(40, 7, 0, 0.1);
    check_diagonal(40, 7, 0, 0);
    check_diagonal(40, 7, 0.2, 0.1);
    check_diagonal(SLICES_LONG / 5 + 3, 5, 0, 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_vectors),
        cmocka_unit_test(test_pairs_in_single_precision),
        cmocka_unit_test(test_vectors_in_slices),
        cmocka_unit_test(test_step_without_curvature_is_left_out),
        cmocka_unit_test(test_sets_agree),
        cmocka_unit_test(test_diagonal_in_one_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
