/* 64-byte alignment, sizes that do not overflow, and that every block goes back to where it came
 * from. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/allocator.h"
#include "support/failing_allocator.h"

static allocator counting(failing_allocator *memory)
{
    const linclass_context_options options = failing_allocator_options(memory, 1);
    return (allocator){options.allocate, options.release, options.user};
}

static void blocks_are_aligned_and_apart(void **state)
{
    (void)state;
    enum { BLOCKS = 200 };
    failing_allocator memory = failing_allocator_begin();
    const allocator source = counting(&memory);
    unsigned char *blocks[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = allocator_take(&source, i);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 64, 0);
        memset(blocks[i], (int)i, i);
    }
    for (size_t i = 0; i < BLOCKS; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_equal(blocks[i][j], i);
    for (size_t i = 0; i < BLOCKS; i++)
        allocator_give(&source, blocks[i]);
    assert_int_equal(memory.live, 0);
}

static void zeroed_memory_is_zero(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    const allocator source = counting(&memory);
    const unsigned char *block = allocator_take_zeroed(&source, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(block[i], 0);
    allocator_give(&source, (void *)block);
    assert_int_equal(memory.live, 0);
}

/* Advice about pages changes no byte, in blocks of less than a page and of several large ones. */
static void blocks_that_will_be_written_keep_what_they_hold(void **state)
{
    (void)state;
    static const size_t SIZES[] = {0, 1, 4096, 1 << 21, (1 << 22) - 1, 9000001};
    const allocator source = allocator_default();
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        unsigned char *const block = allocator_take(&source, SIZES[i]);
        assert_non_null(block);
        for (size_t at = 0; at < SIZES[i]; at++)
            block[at] = (unsigned char)(at % 251);
        allocator_expect_all(&source, block, SIZES[i]);
        for (size_t at = 0; at < SIZES[i]; at++)
            if (block[at] != at % 251)
                fail_msg("byte %zu of %zu", at, SIZES[i]);
        allocator_give(&source, block);
    }
}

static void failure_gives_null(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    const allocator source = counting(&memory);
    failing_allocator_fail_from(&memory, 1);
    assert_null(allocator_take(&source, 8));
    assert_null(allocator_take_zeroed(&source, 8));
    assert_int_equal(memory.failures, 2);
}

static void impossible_size_never_reaches_the_allocator(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    const allocator source = counting(&memory);
    assert_null(allocator_take(&source, SIZE_MAX));
    assert_null(allocator_take(&source, PTRDIFF_MAX));
    assert_int_equal(memory.allocations, 0);
}

static void giving_null_does_nothing(void **state)
{
    (void)state;
    const allocator source = allocator_default();
    allocator_give(&source, NULL);
}

static void default_is_malloc_and_free(void **state)
{
    (void)state;
    const allocator source = allocator_default();
    char *block = allocator_take(&source, 100);
    assert_non_null(block);
    memset(block, 1, 100);
    allocator_give(&source, block);
}

static void checked_bytes_multiplies(void **state)
{
    (void)state;
    size_t bytes = 1;
    assert_true(checked_bytes(3, 5, 8, &bytes));
    assert_int_equal(bytes, 120);
    assert_true(checked_bytes(0, INT64_MAX, 8, &bytes));
    assert_int_equal(bytes, 0);
    assert_true(checked_bytes(INT64_MAX, 1, 1, &bytes));
    assert_int_equal(bytes, INT64_MAX);
}

static void checked_bytes_refuses(void **state)
{
    (void)state;
    size_t bytes = 7;
    assert_false(checked_bytes(-1, 5, 8, &bytes));
    assert_false(checked_bytes(5, -1, 8, &bytes));
    assert_false(checked_bytes(-1, -1, 8, &bytes));
    assert_false(checked_bytes(INT64_MAX, 2, 1, &bytes));
    assert_false(checked_bytes(INT64_MAX / 8 + 1, 1, 8, &bytes));
    assert_int_equal(bytes, 7);
}

static void checked_add_rounds_up_to_the_alignment(void **state)
{
    (void)state;
    size_t total = 0;
    assert_true(checked_add(&total, 1));
    assert_int_equal(total, 64);
    assert_true(checked_add(&total, 64));
    assert_int_equal(total, 128);
    assert_true(checked_add(&total, 0));
    assert_int_equal(total, 128);
}

static void checked_add_refuses(void **state)
{
    (void)state;
    size_t total = 128;
    assert_false(checked_add(&total, SIZE_MAX));
    assert_false(checked_add(&total, PTRDIFF_MAX - 128));
    assert_int_equal(total, 128);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_apart),
        cmocka_unit_test(zeroed_memory_is_zero),
        cmocka_unit_test(blocks_that_will_be_written_keep_what_they_hold),
        cmocka_unit_test(failure_gives_null),
        cmocka_unit_test(impossible_size_never_reaches_the_allocator),
        cmocka_unit_test(giving_null_does_nothing),
        cmocka_unit_test(default_is_malloc_and_free),
        cmocka_unit_test(checked_bytes_multiplies),
        cmocka_unit_test(checked_bytes_refuses),
        cmocka_unit_test(checked_add_rounds_up_to_the_alignment),
        cmocka_unit_test(checked_add_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
