/* Classes from labels and labels to classes: short and long ranges, the ends of int64_t, many
 * classes, unknown labels, memory that fails. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/context.h"
#include "data/labels.h"
#include "support/counted_context.h"

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The classes of y are those of a copy sorted by the C library; encoding and looking up gives y. */
static void check_labels(const int64_t *y, int64_t m)
{
    int64_t *expected = malloc((size_t)m * sizeof *expected + 1);
    assert_non_null(expected);
    int64_t count = 0;
    if (m > 0)
        memcpy(expected, y, (size_t)m * sizeof *expected);
    qsort(expected, (size_t)m, sizeof *expected, ascending);
    for (int64_t i = 0; i < m; i++)
        if (count == 0 || expected[count - 1] != expected[i])
            expected[count++] = expected[i];

    int64_t *classes = NULL;
    int64_t k = -1;
    assert_int_equal(labels_classes(ctx, m, y, &classes, &k), LINCLASS_OK);
    assert_int_equal(k, count);
    assert_memory_equal(classes, expected, (size_t)count * sizeof *expected);

    int64_t *encoded = expected;
    assert_int_equal(labels_encode(ctx, "y", m, y, k, classes, encoded), LINCLASS_OK);
    for (int64_t i = 0; i < m; i++) {
        assert_in_range(encoded[i], 0, k - 1);
        assert_true(classes[encoded[i]] == y[i]);
    }
    context_release(ctx, classes);
    free(expected);
}

static uint64_t next_word(uint64_t *word)
{
    *word = *word * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *word >> 16;
}

static void digits(void **state)
{
    (void)state;
    int64_t y[1000];
    uint64_t word = 1;
    for (int i = 0; i < 1000; i++)
        y[i] = (int64_t)(next_word(&word) % 10);
    for (int64_t m = 0; m <= 70; m++)
        check_labels(y, m);
    check_labels(y, 1000);
}

static void one_class(void **state)
{
    (void)state;
    const int64_t y[5] = {-7, -7, -7, -7, -7};
    check_labels(y, 5);
    check_labels(y, 1);
}

static void ends_of_the_range(void **state)
{
    (void)state;
    const int64_t y[7] = {INT64_MAX, INT64_MIN, 0, -1, INT64_MAX, INT64_MIN + 1, 1};
    check_labels(y, 7);
    const int64_t high[4] = {INT64_MAX, INT64_MAX - 70, INT64_MAX - 3, INT64_MAX};
    check_labels(high, 4);
    const int64_t low[4] = {INT64_MIN, INT64_MIN + 70, INT64_MIN + 3, INT64_MIN};
    check_labels(low, 4);
}

/* Ranges on both sides of every word of a bit set, and of the largest set. */
static void ranges_around_a_boundary(void **state)
{
    (void)state;
    for (int64_t range = 1; range < 200; range++) {
        const int64_t y[3] = {-50, range - 50, -50 + range / 2};
        check_labels(y, 3);
    }
    for (int64_t range = (1 << 20) - 2; range <= (1 << 20) + 1; range++) {
        const int64_t y[3] = {range, 0, range / 2};
        check_labels(y, 3);
    }
}

/* Far apart, so that they are sorted; few, as many as a buffer holds, and all distinct. */
static void labels_far_apart(void **state)
{
    (void)state;
    enum { M = 30000 };
    int64_t *y = malloc(M * sizeof *y);
    assert_non_null(y);
    const uint64_t classes[] = {2, 10, 2047, 2048, 2049, 4095, 4096, 4097, 9000, UINT64_C(1) << 40};
    for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
        uint64_t word = c;
        for (int i = 0; i < M; i++)
            y[i] = (int64_t)(next_word(&word) % classes[c]) * 1000003 - 77;
        check_labels(y, M);
    }
    for (int i = 0; i < M; i++)
        y[i] = (int64_t)(M - i) << 30;
    check_labels(y, M);
    free(y);
}

static void encoding_in_place(void **state)
{
    (void)state;
    int64_t y[4] = {5, -3, 5, 9};
    const int64_t classes[3] = {-3, 5, 9};
    assert_int_equal(labels_encode(ctx, "y", 4, y, 3, classes, y), LINCLASS_OK);
    const int64_t expected[4] = {1, 0, 1, 2};
    assert_memory_equal(y, expected, sizeof y);
    const int64_t known[2] = {9, -3};
    assert_int_equal(labels_encode(ctx, "y", 2, known, 3, classes, NULL), LINCLASS_OK);
}

static void unknown_label_is_named(void **state)
{
    (void)state;
    const int64_t classes[3] = {-3, 5, 9};
    const int64_t unknown[] = {INT64_MIN, -4, -2, 6, 10, INT64_MAX};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        const int64_t y[3] = {5, 9, unknown[i]};
        int64_t encoded[3];
        assert_int_equal(labels_encode(ctx, "validation_y", 3, y, 3, classes, encoded),
                         LINCLASS_ERROR_LABEL);
        assert_non_null(strstr(linclass_context_message(ctx), "validation_y[2] is "));
    }
    int64_t encoded;
    assert_int_equal(labels_encode(ctx, "y", 1, unknown, 0, classes, &encoded),
                     LINCLASS_ERROR_LABEL);
    assert_int_equal(labels_encode(ctx, "y", 0, unknown, 0, classes, &encoded), LINCLASS_OK);
}

static void check_names_the_first_label_outside(void **state)
{
    (void)state;
    int64_t y[100];
    for (int i = 0; i < 100; i++)
        y[i] = i % 10;
    assert_int_equal(labels_check(ctx, 100, 10, y), LINCLASS_OK);
    assert_int_equal(labels_check(ctx, 0, 0, y), LINCLASS_OK);
    y[90] = -1;
    assert_int_equal(labels_check(ctx, 100, 10, y), LINCLASS_ERROR_LABEL);
    assert_non_null(strstr(linclass_context_message(ctx), "y[90] is -1, outside 0..9"));
    y[37] = 10;
    assert_int_equal(labels_check(ctx, 100, 10, y), LINCLASS_ERROR_LABEL);
    assert_non_null(strstr(linclass_context_message(ctx), "y[37] is 10, outside 0..9"));
    assert_int_equal(labels_check(ctx, 100, 0, y), LINCLASS_ERROR_LABEL);
}

static void fail_every_allocation(const int64_t *y, int64_t m)
{
    const int64_t live = memory.live;
    for (int64_t k = 1;; k++) {
        failing_allocator_fail_at(&memory, k);
        const int64_t failures = memory.failures;
        int64_t *classes = NULL;
        int64_t count = 0;
        const linclass_status status = labels_classes(ctx, m, y, &classes, &count);
        if (memory.failures == failures) {
            assert_int_equal(status, LINCLASS_OK);
            context_release(ctx, classes);
            assert_true(k > 1);
            return;
        }
        assert_int_equal(status, LINCLASS_ERROR_MEMORY);
        assert_null(classes);
        assert_int_equal(memory.live, live);
    }
}

static void memory_that_fails(void **state)
{
    (void)state;
    enum { M = 20000 };
    int64_t *y = malloc(M * sizeof *y);
    assert_non_null(y);
    for (int i = 0; i < M; i++)
        y[i] = i % 100;
    fail_every_allocation(y, M);
    for (int i = 0; i < M; i++)
        y[i] = (int64_t)i << 40;
    fail_every_allocation(y, M);
    free(y);
}

#define labels_test(name) cmocka_unit_test_setup_teardown(name, begin_test, end_test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        labels_test(digits),
        labels_test(one_class),
        labels_test(ends_of_the_range),
        labels_test(ranges_around_a_boundary),
        labels_test(labels_far_apart),
        labels_test(encoding_in_place),
        labels_test(unknown_label_is_named),
        labels_test(check_names_the_first_label_outside),
        labels_test(memory_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
