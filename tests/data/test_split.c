/* Splits and folds: sizes, shares of the classes, every row somewhere, the same for the same seed,
 * another for another, no row or class preferred. The bounds are those promised in split.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <math.h>

#include <linclass/linclass.h>

#include "support/counted_context.h"

enum { MAX_PARTS = 12, MAX_CLASSES = 64 };

/* Rows of each class in each part, counted. */
typedef struct table {
    int64_t classes;
    int64_t parts;
    int64_t count[MAX_CLASSES][MAX_PARTS];
    int64_t of_class[MAX_CLASSES];
    int64_t of_part[MAX_PARTS];
} table;

/* y: in 0..classes-1, or NULL. */
static table count_rows(int64_t m, const int64_t *y, int64_t classes, int64_t parts,
                        const int64_t *part)
{
    table counted = {.classes = classes, .parts = parts};
    for (int64_t i = 0; i < m; i++) {
        assert_true(part[i] >= 0 && part[i] < parts);
        const int64_t class = y == NULL ? 0 : y[i];
        counted.count[class][part[i]]++;
        counted.of_class[class]++;
        counted.of_part[part[i]]++;
    }
    return counted;
}

/* Labels 0..k-1 of unequal frequency: class c about twice as frequent as class c + 3. */
static int64_t *make_labels(int64_t m, int64_t k)
{
    int64_t *y = malloc((size_t)m * sizeof *y + 1);
    assert_non_null(y);
    uint64_t word = (uint64_t)(m * 31 + k);
    for (int64_t i = 0; i < m; i++) {
        word = word * UINT64_C(6364136223846793005) + 1;
        const double uniform = (double)(word >> 11) * 0x1p-53;
        const int64_t class = (int64_t)(-log2(1 - uniform * (1 - exp2(-(double)k / 3))) * 3);
        y[i] = class < k ? class : k - 1;
    }
    return y;
}

static void check_split(int64_t m, int64_t k, int64_t parts, const double *fractions)
{
    int64_t *y = make_labels(m, k);
    int64_t *part = malloc((size_t)m * sizeof *part + 1);
    assert_non_null(part);
    assert_int_equal(linclass_split(ctx, m, y, parts, fractions, 7, part), LINCLASS_OK);
    const table counted = count_rows(m, y, k, parts, part);
    for (int64_t p = 0; p < parts; p++) {
        assert_true(fabs((double)counted.of_part[p] - fractions[p] * (double)m) < 1);
        for (int64_t c = 0; c < k; c++)
            assert_true(
                fabs((double)counted.count[c][p] - fractions[p] * (double)counted.of_class[c]) < 2);
    }
    free(part);
    free(y);
}

static void parts_and_classes_get_their_shares(void **state)
{
    (void)state;
    static const struct {
        int64_t parts;
        double fractions[MAX_PARTS];
    } splits[] = {
        {1, {1}},
        {2, {0.5, 0.5}},
        {2, {0.999, 0.001}},
        {3, {0.8, 0.1, 0.1}},
        {3, {0.1, 0.8, 0.1}},
        {3, {0, 1, 0}},
        {4, {0.7, 0, 0.2, 0.1}},
        {5, {0.2, 0.2, 0.2, 0.2, 0.2}},
        {6, {0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125}},
        {12, {0.3, 0.01, 0.01, 0.07, 0.11, 0.05, 0.2, 0.03, 0.02, 0.1, 0.05, 0.05}},
    };
    const int64_t rows[] = {0, 1, 2, 3, 7, 10, 29, 100, 1000, 4321};
    const int64_t classes[] = {1, 2, 3, 10, 64};
    for (size_t s = 0; s < sizeof splits / sizeof splits[0]; s++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            for (size_t j = 0; j < sizeof classes / sizeof classes[0]; j++)
                check_split(rows[i], classes[j], splits[s].parts, splits[s].fractions);
}

/* Many small classes: rounding each on its own would leave the small parts empty. */
static void small_classes_fill_every_part(void **state)
{
    (void)state;
    enum { M = 180 };
    const double fractions[3] = {0.8, 0.1, 0.1};
    int64_t y[M];
    int64_t part[M];
    for (int i = 0; i < M; i++)
        y[i] = i % 60;
    assert_int_equal(linclass_split(ctx, M, y, 3, fractions, 1, part), LINCLASS_OK);
    const table counted = count_rows(M, y, 60, 3, part);
    assert_int_equal(counted.of_part[0], 144);
    assert_int_equal(counted.of_part[1], 18);
    assert_int_equal(counted.of_part[2], 18);
}

static void split_without_labels(void **state)
{
    (void)state;
    enum { M = 1001 };
    const double fractions[2] = {0.9, 0.1};
    int64_t part[M];
    assert_int_equal(linclass_split(ctx, M, NULL, 2, fractions, 5, part), LINCLASS_OK);
    const table counted = count_rows(M, NULL, 1, 2, part);
    assert_in_range(counted.of_part[0], 900, 901);
}

static void check_folds(int64_t m, int64_t k, int64_t folds)
{
    int64_t *y = make_labels(m, k);
    int64_t *fold = malloc((size_t)m * sizeof *fold);
    assert_non_null(fold);
    for (int stratified = 0; stratified < 2; stratified++) {
        assert_int_equal(linclass_folds(ctx, m, stratified ? y : NULL, folds, 3, fold),
                         LINCLASS_OK);
        const table counted = count_rows(m, y, k, folds, fold);
        for (int64_t f = 0; f < folds; f++) {
            assert_in_range(counted.of_part[f], m / folds, (m + folds - 1) / folds);
            for (int64_t c = 0; c < k && stratified; c++)
                assert_in_range(counted.count[c][f], counted.of_class[c] / folds,
                                (counted.of_class[c] + folds - 1) / folds);
        }
    }
    free(fold);
    free(y);
}

static void folds_are_equal_in_every_class(void **state)
{
    (void)state;
    const int64_t rows[] = {12, 13, 29, 100, 1000, 4321};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int64_t folds = 2; folds <= 12; folds++)
            for (int64_t k = 1; k <= 64; k *= 4)
                check_folds(rows[i], k, folds);
}

static void one_fold_for_each_row(void **state)
{
    (void)state;
    int64_t fold[10];
    int seen[10] = {0};
    assert_int_equal(linclass_folds(ctx, 10, NULL, 10, 0, fold), LINCLASS_OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(seen[fold[i]]++, 0);
}

static void seed_decides(void **state)
{
    (void)state;
    enum { M = 200 };
    const double fractions[2] = {0.7, 0.3};
    int64_t *y = make_labels(M, 5);
    int64_t a[M];
    int64_t b[M];
    assert_int_equal(linclass_split(ctx, M, y, 2, fractions, 1, a), LINCLASS_OK);
    assert_int_equal(linclass_split(NULL, M, y, 2, fractions, 1, b), LINCLASS_OK);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(linclass_split(ctx, M, y, 2, fractions, 2, b), LINCLASS_OK);
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(linclass_folds(ctx, M, y, 5, 1, a), LINCLASS_OK);
    assert_int_equal(linclass_folds(NULL, M, y, 5, 1, b), LINCLASS_OK);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(linclass_folds(ctx, M, y, 5, 2, b), LINCLASS_OK);
    assert_memory_not_equal(a, b, sizeof a);
    free(y);
}

/* Labels are names: what they are called does not matter, only their order and who shares one. */
static void any_integers_are_labels(void **state)
{
    (void)state;
    enum { M = 100 };
    const double fractions[2] = {0.7, 0.3};
    int64_t *y = make_labels(M, 4);
    int64_t a[M];
    int64_t b[M];
    assert_int_equal(linclass_split(ctx, M, y, 2, fractions, 1, a), LINCLASS_OK);
    const int64_t names[4] = {INT64_MIN, -5, 1000000, INT64_MAX};
    for (int i = 0; i < M; i++)
        y[i] = names[y[i]];
    assert_int_equal(linclass_split(ctx, M, y, 2, fractions, 1, b), LINCLASS_OK);
    assert_memory_equal(a, b, sizeof a);
    free(y);
}

/* Over many seeds each row is in the small part as often as its fraction says, whatever the size of its
 * class: 3 rows of class 0, 5 of class 1, 12 of class 2; a quarter each. Binomial with 4000 draws:
 * deviation 27, bound 5 of them. */
static void no_row_is_preferred(void **state)
{
    (void)state;
    enum { M = 20, SEEDS = 4000 };
    const double fractions[2] = {0.75, 0.25};
    int64_t y[M];
    int64_t part[M];
    int count[M] = {0};
    for (int i = 0; i < M; i++)
        y[i] = i < 3 ? 0 : i < 8 ? 1 : 2;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        assert_int_equal(linclass_split(ctx, M, y, 2, fractions, seed, part), LINCLASS_OK);
        for (int i = 0; i < M; i++)
            count[i] += part[i] == 1;
    }
    for (int i = 0; i < M; i++)
        assert_in_range(count[i], SEEDS / 4 - 137, SEEDS / 4 + 137);
}

/* The same of folds: a row is in each of three as often. Deviation 30. */
static void no_fold_is_preferred(void **state)
{
    (void)state;
    enum { M = 10, SEEDS = 4000 };
    const int64_t y[M] = {0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
    int64_t fold[M];
    int count[M][3] = {{0}};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        assert_int_equal(linclass_folds(ctx, M, y, 3, seed, fold), LINCLASS_OK);
        for (int i = 0; i < M; i++)
            count[i][fold[i]]++;
    }
    for (int i = 0; i < M; i++)
        for (int f = 0; f < 3; f++)
            assert_in_range(count[i][f], SEEDS / 3 - 150, SEEDS / 3 + 150);
}

static void refuse(linclass_status found, linclass_status expected, const char *part)
{
    assert_int_equal(found, expected);
    if (strstr(linclass_context_message(ctx), part) == NULL)
        fail_msg("the sentence \"%s\" lacks \"%s\"", linclass_context_message(ctx), part);
}

static void split_refuses(void **state)
{
    (void)state;
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    const double halves[2] = {0.5, 0.5};
    const int64_t y[4] = {0, 1, 0, 1};
    int64_t part[4] = {-9, -9, -9, -9};
    refuse(linclass_split(ctx, -1, y, 2, halves, 0, part), LINCLASS_ERROR_DIMENSION, "m is -1");
    refuse(linclass_split(ctx, 4, y, 0, halves, 0, part), invalid, "parts is 0");
    refuse(linclass_split(ctx, 4, y, 2, NULL, 0, part), invalid, "fractions is NULL");
    refuse(linclass_split(ctx, 4, y, 2, halves, 0, NULL), invalid, "part is NULL");
    refuse(linclass_split(ctx, 4, part, 2, halves, 0, part), invalid, "part overlaps y");
    refuse(linclass_split(ctx, 4, y, 1, halves, 0, part), invalid, "add up to 0.5, not 1");
    refuse(linclass_split(ctx, 4, y, 2, (double[]){1.5, -0.5}, 0, part), invalid,
           "fractions[0] is 1.5");
    refuse(linclass_split(ctx, 4, y, 2, (double[]){0.5, NAN}, 0, part), invalid, "fractions[1] is");
    for (int i = 0; i < 4; i++)
        assert_int_equal(part[i], -9);
    assert_int_equal(linclass_split(ctx, 0, NULL, 2, halves, 0, NULL), LINCLASS_OK);
}

static void folds_refuse(void **state)
{
    (void)state;
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    int64_t fold[4] = {-9, -9, -9, -9};
    refuse(linclass_folds(ctx, -1, NULL, 2, 0, fold), LINCLASS_ERROR_DIMENSION, "m is -1");
    refuse(linclass_folds(ctx, 4, NULL, 1, 0, fold), invalid, "folds is 1, outside 2..4");
    refuse(linclass_folds(ctx, 4, NULL, 5, 0, fold), invalid, "folds is 5, outside 2..4");
    refuse(linclass_folds(ctx, 4, NULL, 2, 0, NULL), invalid, "fold is NULL");
    refuse(linclass_folds(ctx, 4, fold, 2, 0, fold), invalid, "fold overlaps y");
    for (int i = 0; i < 4; i++)
        assert_int_equal(fold[i], -9);
}

static void memory_that_fails(void **state)
{
    (void)state;
    const double halves[2] = {0.5, 0.5};
    const int64_t y[4] = {0, 1, 0, 1};
    for (int64_t k = 1;; k++) {
        failing_allocator source = failing_allocator_begin();
        linclass_context *fresh = failing_allocator_context(&source, 1);
        assert_non_null(fresh);
        failing_allocator_fail_at(&source, k);
        int64_t part[4] = {-9, -9, -9, -9};
        const linclass_status status = linclass_split(fresh, 4, y, 2, halves, 0, part);
        const int failed = source.failures > 0;
        if (failed) {
            assert_int_equal(status, LINCLASS_ERROR_MEMORY);
            assert_int_equal(part[0], -9);
            assert_int_equal(linclass_split(fresh, 4, y, 2, halves, 0, part), LINCLASS_OK);
        } else {
            assert_int_equal(status, LINCLASS_OK);
        }
        linclass_context_destroy(fresh);
        assert_int_equal(source.live, 0);
        if (!failed) {
            assert_true(k > 2);
            return;
        }
    }
}

#define split_test(name) cmocka_unit_test_setup_teardown(name, begin_test, end_test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        split_test(parts_and_classes_get_their_shares),
        split_test(small_classes_fill_every_part),
        split_test(split_without_labels),
        split_test(folds_are_equal_in_every_class),
        split_test(one_fold_for_each_row),
        split_test(seed_decides),
        split_test(any_integers_are_labels),
        split_test(no_row_is_preferred),
        split_test(no_fold_is_preferred),
        split_test(split_refuses),
        split_test(folds_refuse),
        split_test(memory_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
