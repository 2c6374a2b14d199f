/* The sweeps that bandwidths are measured with go over all of their bytes and no others; a peak that counts a
 * chain too many is found out by the clock, and a bound by a time that it forbids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "peak.h"
#include "sweeps.h"
#include "verdict.h"

enum { GUARD = 64 };

static char *new_set(int64_t bytes)
{
    char *const set = aligned_alloc(64, (size_t)(bytes + 2 * GUARD));
    assert_non_null(set);
    memset(set, 0, (size_t)(bytes + 2 * GUARD));
    return set;
}

/* Of words of 8 bytes, which are 0 at first. */
static int64_t count_changed(const char *set, int64_t bytes)
{
    int64_t changed = 0;
    for (int64_t i = 0; i < bytes; i += 8) {
        uint64_t word;
        memcpy(&word, set + i, sizeof word);
        changed += word != 0;
    }
    return changed;
}

static void expect_all_changed(sweep_function way, int64_t bytes, int lanes)
{
    char *const set = new_set(bytes);
    (void)way(set + GUARD, bytes);
    assert_int_equal(count_changed(set, GUARD), 0);
    assert_true(count_changed(set + GUARD, bytes) >= bytes / 8 / lanes);
    assert_int_equal(count_changed(set + GUARD + bytes, GUARD), 0);
    free(set);
}

/* The first word of each vector is not 0; vectors are 64 bytes at most. */
static void writing_and_updating_touch_every_vector(void **state)
{
    (void)state;
    const sweep_ways ways[2] = {sweeps_writing(), sweeps_updating()};
    for (int w = 0; w < 2; w++)
        for (size_t i = 0; i < ways[w].count; i++)
            for (int64_t bytes = SWEEP_BYTES; bytes <= 5 * SWEEP_BYTES; bytes += SWEEP_BYTES)
                expect_all_changed(ways[w].ways[i], bytes, 8);
}

static void reading_changes_nothing(void **state)
{
    (void)state;
    const sweep_ways ways = sweeps_reading();
    assert_true(ways.count > 1);
    for (size_t i = 0; i < ways.count; i++) {
        char *const set = new_set(3 * SWEEP_BYTES);
        (void)ways.ways[i](set + GUARD, 3 * SWEEP_BYTES);
        assert_int_equal(count_changed(set, 3 * SWEEP_BYTES + 2 * GUARD), 0);
        free(set);
    }
}

static int plausible(double fmas)
{
    const peak p = {.flops = 1e11, .lanes = 8, .clock = 3e9, .fmas = fmas};
    return peak_is_plausible(&p);
}

static void a_chain_too_many_is_no_whole_number_of_multiply_adds(void **state)
{
    (void)state;
    const peak without_clock = {.flops = 1e11, .lanes = 4};
    assert_true(plausible(2));
    assert_true(plausible(1));
    assert_true(plausible(1.95)); /* a little disturbed */
    assert_true(plausible(1.6));
    assert_false(plausible(2.0 * 16 / 15));
    assert_false(plausible(2.0 * 12 / 11));
    assert_false(plausible(1.0 * 16 / 15));
    assert_false(plausible(1.5));
    assert_false(plausible(0.5));
    assert_true(peak_is_plausible(&without_clock));
}

static void a_time_below_its_bound_is_impossible(void **state)
{
    (void)state;
    assert_false(verdict_impossible(0.3));
    assert_false(verdict_impossible(1.02));
    assert_true(verdict_impossible(1.04));
    assert_string_equal(verdict_of(1.04, 10, 1), "the limit is wrong");
    assert_string_equal(verdict_of(0.9, 10, 1), "at the limit");
    assert_string_equal(verdict_of(0.7, 10, 1), "near the limit");
    assert_string_equal(verdict_of(0.5, 10, 1), "far from it");
    assert_string_equal(verdict_of(0.5, 1000, 1.02), "as fast as BLAS");
    assert_string_equal(verdict_of(0.5, 1000, 1.2), "far from it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writing_and_updating_touch_every_vector),
        cmocka_unit_test(reading_changes_nothing),
        cmocka_unit_test(a_chain_too_many_is_no_whole_number_of_multiply_adds),
        cmocka_unit_test(a_time_below_its_bound_is_impossible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
