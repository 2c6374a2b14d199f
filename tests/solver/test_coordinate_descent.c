/* Coordinate descent against the conditions of its minimum, and the choice of features against sorting. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/vector/usable.h"
#include "solver/coordinate_descent.h"
#include "solver/feature_choice.h"
#include "support/noise.h"

enum { MOST = 40 };

/* In [-1, 1), by its number. */
static double uniform(uint64_t seed, uint64_t number)
{
    uint64_t state = seed * 1000003 + number;
    return noise_uniform(&state);
}

/* A problem with H = B^T B / rows, of any rank. */
typedef struct problem {
    int64_t length;
    double hessian[MOST * MOST];
    double ridge[MOST];
    double point[MOST];
    double step[MOST];
    double slope[MOST];
    double start[MOST];
} problem;

static problem made(int64_t length, int64_t rows, double ridge, uint64_t seed)
{
    problem made = {.length = length};
    for (int64_t a = 0; a < length; a++) {
        for (int64_t b = 0; b < length; b++) {
            for (int64_t i = 0; i < rows; i++)
                made.hessian[a * length + b] += uniform(seed, (uint64_t)(i * length + a)) *
                                                uniform(seed, (uint64_t)(i * length + b)) /
                                                (double)rows;
        }
        made.ridge[a] = ridge;
        made.point[a] = a % 3 == 0 ? 0 : uniform(seed + 1, (uint64_t)a);
        made.start[a] = made.slope[a] = uniform(seed + 2, (uint64_t)a);
    }
    return made;
}

static void solve(problem *p, int64_t weights, double l1)
{
    const penalised_quadratic of = {p->length, weights,  l1,      p->hessian,
                                    p->ridge,  p->point, p->step, p->slope};
    coordinate_space space = {0};
    space_plan plan = {0};
    coordinate_space_lay_out(&space, &plan, vector_sets_usable(), p->length);
    void *memory = calloc(1, plan.bytes + 1);
    assert_non_null(memory);
    plan = (space_plan){.base = memory};
    coordinate_space_lay_out(&space, &plan, vector_sets_usable(), p->length);
    coordinate_descent(&of, &space, 1e-12);
    free(memory);
}

/* |g| <= l1 where a weight is 0, g = -l1 sign elsewhere, 0 where there is no penalty: g the slope at the end, summed
 * anew in long double. */
static void check_conditions(const problem *p, int64_t weights, double l1, long double tolerance)
{
    for (int64_t a = 0; a < p->length; a++) {
        long double g = p->start[a] + (long double)p->ridge[a] * p->step[a];
        for (int64_t b = 0; b < p->length; b++)
            g += (long double)p->hessian[a * p->length + b] * p->step[b];
        const double at = p->point[a] + p->step[a];
        if (a < weights && at == 0)
            assert_true(fabsl(g) <= l1 + tolerance);
        else
            assert_true(fabsl(g + (a < weights ? copysign(l1, at) : 0)) < tolerance);
    }
}

static void check(int64_t length, int64_t weights, int64_t rows, double ridge, double l1)
{
    problem p = made(length, rows, ridge, (uint64_t)(length + rows));
    solve(&p, weights, l1);
    check_conditions(&p, weights, l1, 1e-9L);
}

static void test_the_conditions_hold(void **state)
{
    (void)state;
    check(1, 1, 3, 0, 0.1);
    check(7, 6, 30, 0, 0.2);
    check(30, 27, 200, 0, 0.05);
    check(MOST, MOST, 200, 0, 0.3);
    check(MOST, MOST - 3, 15, 0.1, 0.4); /* of low rank */
}

/* Features that are nearly copies. */
static void test_nearly_dependent_coordinates(void **state)
{
    (void)state;
    enum { LENGTH = 12 };
    problem p = made(LENGTH, 100, 0, 9);
    for (int64_t a = 0; a < LENGTH; a++) {
        for (int64_t b = 0; b < LENGTH; b++)
            p.hessian[a * LENGTH + b] = 1 + 1e-2 * p.hessian[a * LENGTH + b];
        p.slope[a] = p.start[a] = 0.5 + 1e-2 * p.start[a];
    }
    solve(&p, LENGTH, 1e-3);
    check_conditions(&p, LENGTH, 1e-3, 1e-9L);
}

/* Many of them, with weights of either sign to begin with: the minimum within an orthant lies far outside it, and
 * points on the way there that are projected back are above the start. */
static void test_minima_far_outside_an_orthant(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 9; seed++) {
        problem p = made(MOST, 200, 0, seed);
        for (int64_t a = 0; a < MOST; a++) {
            for (int64_t b = 0; b < MOST; b++)
                p.hessian[a * MOST + b] = 1 + 1e-3 * p.hessian[a * MOST + b];
            p.point[a] = uniform(seed + 1, (uint64_t)a);
            p.slope[a] = p.start[a] = 0.5 + 1e-3 * p.start[a];
        }
        solve(&p, MOST, 1e-4);
        check_conditions(&p, MOST, 1e-4, 1e-9L);
    }
}

/* A coordinate without curvature stays where it is. */
static void test_a_flat_coordinate_stays(void **state)
{
    (void)state;
    problem p = {.length = 2, .hessian = {1, 0, 0, 0}, .point = {0, 3}, .slope = {-2, 5}};
    solve(&p, 2, 1);
    assert_true(p.step[0] == 1 && p.step[1] == 0);
}

static void check_choice(int64_t length, int64_t count, uint64_t levels)
{
    double rank[MOST] = {0};
    double work[MOST];
    int64_t taken[MOST];
    bool is_taken[MOST] = {false};
    for (int64_t i = 0; i < length; i++)
        rank[i] = floor(uniform(levels, (uint64_t)i) * (double)levels);
    if (length > 3)
        rank[3] = INFINITY;
    const int64_t got = largest_ranks(length, rank, count, work, taken);
    assert_int_equal(got, count < length ? count : length);
    for (int64_t t = 0; t < got; t++) {
        assert_true(t == 0 || taken[t] > taken[t - 1]);
        is_taken[taken[t]] = true;
    }
    for (int64_t i = 0; i < length; i++) {
        for (int64_t j = 0; j < length && !is_taken[i]; j++)
            assert_true(!is_taken[j] || rank[j] > rank[i] || (rank[j] == rank[i] && j < i));
    }
}

static void test_the_largest_are_chosen(void **state)
{
    (void)state;
    for (int64_t length = 0; length <= MOST; length++) {
        for (int64_t count = 0; count <= length + 1; count++) {
            check_choice(length, count, 3);
            check_choice(length, count, 1000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_conditions_hold),
        cmocka_unit_test(test_nearly_dependent_coordinates),
        cmocka_unit_test(test_minima_far_outside_an_orthant),
        cmocka_unit_test(test_a_flat_coordinate_stays),
        cmocka_unit_test(test_the_largest_are_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
