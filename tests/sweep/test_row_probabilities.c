/* The softmax loss's dual problem of one row: the probabilities found add up to 1 and meet the condition of the
 * maximum, of which the concave problem has one, in long double: log a' + c a' - h - c a is the same for every one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/noise.h"

#define REAL_BITS 64
#include "sweep/row_probabilities.h"

enum { MOST = 70 };

typedef struct row {
    int64_t k;
    double scores[MOST];
    double before[MOST];
    double logs[MOST];
    double found[MOST];
    double changes[MOST];
    double aims[MOST];
    double steps[MOST];
} row;

/* Scores within `spread`; a distribution before that has one class, or all of them. */
static row row_of(int64_t k, double spread, int is_one, uint64_t *state)
{
    row made = {.k = k};
    double total = 0;
    for (int64_t j = 0; j < k; j++) {
        made.scores[j] = spread / 2 * noise_uniform(state);
        made.logs[j] = is_one ? (j == 0 ? 0 : NO_PROBABILITY) : -3 + 3 * noise_uniform(state);
        total += exp(made.logs[j]);
    }
    for (int64_t j = 0; j < k; j++) {
        made.logs[j] -= is_one ? 0 : log(total);
        made.before[j] = exp(made.logs[j]);
    }
    return made;
}

static double maximise(row *of, double curvature)
{
    const row_probabilities problem = {
        .kernels = kernels_of(1),
        .k = of->k,
        .curvature = curvature,
        .scores = of->scores,
        .logs = of->logs,
        .found = of->found,
        .changes = of->changes,
        .aims = of->aims,
        .steps = of->steps,
    };
    return row_probabilities_maximise(&problem);
}

/* A probability that is none stands for all below it. */
static void check(const row *of, double curvature)
{
    long double sum = 0;
    long double lowest = INFINITY;
    long double highest = -INFINITY;
    long double at_end = INFINITY; /* of classes with no probability: not below the others */
    for (int64_t j = 0; j < of->k; j++) {
        const long double a = (long double)of->found[j];
        sum += a;
        assert_true(fabsl(a - expl((long double)of->logs[j])) <= 1e-15L * (1 + 80 * a));
        assert_true(fabsl((long double)of->changes[j] - (a - (long double)of->before[j])) <=
                    1e-15L);
        const long double level = (long double)of->logs[j] - (long double)of->scores[j] +
                                  (long double)curvature * (a - (long double)of->before[j]);
        at_end = fminl(at_end, of->logs[j] == NO_PROBABILITY ? level : INFINITY);
        if (of->logs[j] < NO_PROBABILITY + 1)
            continue;
        lowest = fminl(lowest, level);
        highest = fmaxl(highest, level);
    }
    assert_true(fabsl(sum - 1) <= 1e-13L);
    assert_true(at_end >= highest - 1e-12L);
    /* The last step changes probabilities by at most 1e-8, and leaves about c times the square of that in them, of
     * which the condition has c times as much. */
    const long double c = (long double)curvature;
    assert_true(highest - lowest <= 4e-12L * (1 + c) + 4e-16L * c * c);
}

static void test_maximum(void **state)
{
    (void)state;
    static const double CURVATURES[] = {0, 1e-6, 0.1, 1, 25, 1e3, 1e6};
    static const double SPREADS[] = {0, 1, 20, 60};
    uint64_t noise = 7;
    for (int trial = 0; trial < 2800; trial++) {
        const double curvature = CURVATURES[trial % 7];
        row of = row_of(1 + trial % MOST, SPREADS[trial / 7 % 4], trial / 28 % 2, &noise);
        (void)maximise(&of, curvature);
        check(&of, curvature);
    }
}

/* Without curvature the softmax of the scores, whatever was before. */
static void test_by_hand(void **state)
{
    (void)state;
    row of = {.k = 2, .scores = {0, log(3)}, .before = {1, 0}, .logs = {0, NO_PROBABILITY}};
    const double moved = maximise(&of, 0);
    assert_true(fabs(of.found[0] - 0.25) <= 1e-14 && fabs(of.found[1] - 0.75) <= 1e-14);
    assert_true(fabs(moved - 2 * 0.75 * 0.75) <= 1e-13);
}

/* A maximum stays where it is. */
static void test_rest(void **state)
{
    (void)state;
    uint64_t noise = 3;
    row of = row_of(19, 4, 0, &noise);
    (void)maximise(&of, 25);
    for (int64_t j = 0; j < of.k; j++) {
        of.scores[j] -= 25 * (of.found[j] - of.before[j]);
        of.before[j] = of.found[j];
    }
    assert_true(maximise(&of, 25) <= 1e-26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_maximum),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
