/* The dual problem of one row: the shares found are in the domain, and meet the conditions of the maximum, which the
 * concave problem has one of, in long double. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/noise.h"
#include "sweep/row_ascent.h"

enum { MOST = 12 };

typedef struct row {
    int64_t count;
    double margins[MOST];
    double before[MOST];
    double shares[MOST];
    double work[MOST];
    double curvature;
} row;

static row row_of(loss_dual kind, int64_t count, double curvature, uint64_t *state)
{
    row made = {.count = count, .curvature = curvature};
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        made.margins[i] = 4 * noise_uniform(state) - 2;
        made.before[i] = fmax(1.5 * noise_uniform(state) - 0.5, 0);
        sum += made.before[i];
    }
    for (int64_t i = 0; kind == LOSS_DUAL_LARGEST_MARGIN && i < count; i++)
        made.before[i] = sum > 0 ? made.before[i] / sum : i == 0;
    for (int64_t i = 0; i < count; i++)
        made.shares[i] = made.before[i];
    return made;
}

static row_ascent problem_of(loss_dual kind, row *of)
{
    return (row_ascent){kind, of->count, of->margins, of->shares, of->work, of->curvature};
}

/* What the objective of the row gains with a little of share i, over the curvature. */
static long double slope(const row *of, loss_dual kind, int64_t i)
{
    long double sum = 0;
    for (int64_t j = 0; j < of->count; j++)
        sum += (long double)of->shares[j] - (long double)of->before[j];
    const long double change = (long double)of->shares[i] - (long double)of->before[i];
    return (long double)of->margins[i] / (long double)of->curvature - change -
           (kind == LOSS_DUAL_MARGINS ? sum : 0);
}

/* A share that is not 0 gains by its own as much as any other could, of the simplex; none could move, of the box. */
static void check(const row *of, loss_dual kind)
{
    long double largest = -INFINITY;
    long double sum = 0;
    for (int64_t i = 0; i < of->count; i++) {
        largest = fmaxl(largest, slope(of, kind, i));
        sum += (long double)of->shares[i];
        assert_true(of->shares[i] >= 0 && of->shares[i] <= 1 + 1e-15);
    }
    const long double rounding =
        1e-14L * (1 + fabsl(largest)); /* some units of the largest slope */
    if (kind == LOSS_DUAL_LARGEST_MARGIN)
        assert_true(fabsl(sum - 1) <= 1e-14L);
    for (int64_t i = 0; i < of->count; i++) {
        const long double found = slope(of, kind, i);
        if (kind == LOSS_DUAL_LARGEST_MARGIN) {
            assert_true(of->shares[i] == 0 || largest - found <= rounding);
            continue;
        }
        const long double size = 1e-13L * (1 + fabsl(found));
        assert_true(found <= size || of->shares[i] == 1);
        assert_true(found >= -size || of->shares[i] == 0);
    }
}

static void maximise_all(loss_dual kind)
{
    static const double CURVATURES[] = {1e-9, 1e-2, 0.3, 1, 10, 1e4};
    uint64_t state = 7;
    for (int trial = 0; trial < 2000; trial++) {
        const int64_t count = 1 + trial % MOST;
        row of = row_of(kind, count, CURVATURES[trial % 6], &state);
        const row_ascent problem = problem_of(kind, &of);
        row_ascent_maximise(&problem);
        check(&of, kind);
    }
}

static void test_simplex(void **state)
{
    (void)state;
    maximise_all(LOSS_DUAL_LARGEST_MARGIN);
}

static void test_box(void **state)
{
    (void)state;
    maximise_all(LOSS_DUAL_MARGINS);
}

/* Three equal margins of 1 and a label, curvature 1: of the simplex (1/2, 1/6, 1/6, 1/6) + (0, 1, 1, 1) is nearest
 * to a third each; of the box each changes by 1/4, as 1 - d - 3 d = 0. */
static void test_by_hand(void **state)
{
    (void)state;
    row of = {.count = 4, .margins = {0, 1, 1, 1}, .curvature = 1};
    of.shares[0] = 0.5;
    for (int i = 1; i < 4; i++)
        of.shares[i] = 1.0 / 6;
    row_ascent problem = problem_of(LOSS_DUAL_LARGEST_MARGIN, &of);
    row_ascent_maximise(&problem);
    for (int i = 0; i < 4; i++)
        assert_true(fabs(of.shares[i] - (i > 0 ? 1.0 / 3 : 0)) <= 1e-15);
    row box = {.count = 3, .margins = {1, 1, 1}, .curvature = 1};
    problem = problem_of(LOSS_DUAL_MARGINS, &box);
    row_ascent_maximise(&problem);
    for (int i = 0; i < 3; i++)
        assert_true(fabs(box.shares[i] - 0.25) <= 1e-15);
}

/* Violations are 0 at a maximum alone, and classes that a margin holds at an end are told from others. */
static void test_violations(void **state)
{
    (void)state;
    double threshold;
    row of = {.count = 3, .margins = {0, 0.5, -1}, .shares = {1, 0, 0}, .curvature = 1};
    const row_ascent simplex = problem_of(LOSS_DUAL_LARGEST_MARGIN, &of);
    assert_true(row_ascent_violation(&simplex, &threshold) == 0.5);
    assert_true(threshold == 0);
    assert_false(row_ascent_is_held(&simplex, 0, threshold));
    assert_false(row_ascent_is_held(&simplex, 1, threshold));
    assert_true(row_ascent_is_held(&simplex, 2, threshold));
    of.margins[1] = -0.5;
    assert_true(row_ascent_violation(&simplex, &threshold) == 0);
    row at_ends = {.count = 3, .margins = {2, -1, 0}, .shares = {1, 0, 0.5}, .curvature = 1};
    const row_ascent box = problem_of(LOSS_DUAL_MARGINS, &at_ends);
    assert_true(row_ascent_violation(&box, &threshold) == 0);
    assert_true(row_ascent_is_held(&box, 0, threshold));
    assert_true(row_ascent_is_held(&box, 1, threshold));
    assert_false(row_ascent_is_held(&box, 2, threshold));
    at_ends.margins[0] = -0.25;
    assert_true(row_ascent_violation(&box, &threshold) == 0.25);
    assert_false(row_ascent_is_held(&box, 0, threshold));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simplex),
        cmocka_unit_test(test_box),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_violations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
