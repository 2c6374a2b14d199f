/* Structs that begin with their size: a program older or newer than the library, in both
 * directions. `sample` is the library's struct; the first release's ended after `first`. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/versioned.h"

typedef struct sample {
    size_t size;
    int64_t first;
    int64_t second;
} sample;

typedef struct newer_sample {
    sample known;
    int64_t third;
} newer_sample;

enum { FIRST = offsetof(sample, second) };

static const sample DEFAULTS = {sizeof(sample), 11, 22};
static linclass_context *ctx;

static int begin(void **state)
{
    (void)state;
    return linclass_context_create(NULL, &ctx);
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return 0;
}

static linclass_status init(void *target, size_t size)
{
    return versioned_init(target, size, &DEFAULTS, sizeof DEFAULTS, FIRST);
}

static linclass_status read_sample(const void *given, sample *target)
{
    return versioned_read(ctx, "options", given, target, &DEFAULTS, sizeof DEFAULTS, FIRST);
}

static linclass_status write_sample(void *given, const sample *source)
{
    return versioned_write(ctx, "report", given, source, sizeof *source, FIRST);
}

static void assert_sentence(const char *part)
{
    assert_non_null(strstr(linclass_context_message(ctx), part));
}

static void init_same_size(void **state)
{
    (void)state;
    sample target;
    memset(&target, 0xff, sizeof target);
    assert_int_equal(init(&target, sizeof target), LINCLASS_OK);
    assert_memory_equal(&target, &DEFAULTS, sizeof target);
}

static void init_older_program(void **state)
{
    (void)state;
    sample target;
    memset(&target, 0x77, sizeof target);
    assert_int_equal(init(&target, FIRST), LINCLASS_OK);
    assert_int_equal(target.size, FIRST);
    assert_int_equal(target.first, 11);
    assert_int_equal(target.second, 0x7777777777777777); /* not the program's: untouched */
}

static void init_newer_program(void **state)
{
    (void)state;
    newer_sample target;
    memset(&target, 0xff, sizeof target);
    assert_int_equal(init(&target, sizeof target), LINCLASS_OK);
    assert_int_equal(target.known.size, sizeof target);
    assert_int_equal(target.known.second, 22);
    assert_int_equal(target.third, 0);
}

static void init_refuses(void **state)
{
    (void)state;
    sample target = {1, 2, 3};
    assert_int_equal(init(NULL, sizeof target), LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(init(&target, FIRST - 1), LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(init(&target, 0), LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(target.first, 2);
}

static void read_null_gives_defaults(void **state)
{
    (void)state;
    sample target;
    assert_int_equal(read_sample(NULL, &target), LINCLASS_OK);
    assert_memory_equal(&target, &DEFAULTS, sizeof target);
}

static void read_older_program(void **state)
{
    (void)state;
    const sample given = {FIRST, 5, 6};
    sample target;
    assert_int_equal(read_sample(&given, &target), LINCLASS_OK);
    assert_int_equal(target.size, sizeof target);
    assert_int_equal(target.first, 5);
    assert_int_equal(target.second, 22);
}

static void read_newer_program(void **state)
{
    (void)state;
    newer_sample given = {{sizeof given, 5, 6}, 0};
    sample target;
    assert_int_equal(read_sample(&given, &target), LINCLASS_OK);
    assert_int_equal(target.size, sizeof target);
    assert_int_equal(target.second, 6);
    given.third = INT64_C(1) << 40;
    assert_int_equal(read_sample(&given, &target), LINCLASS_ERROR_STRUCT_SIZE);
    assert_sentence("options has a member at byte 29");
}

static void read_refuses_a_size_that_was_not_set(void **state)
{
    (void)state;
    const sample given = {0, 5, 6};
    sample target;
    assert_int_equal(read_sample(&given, &target), LINCLASS_ERROR_STRUCT_SIZE);
    assert_sentence("options.size is 0");
}

static void write_to_every_size(void **state)
{
    (void)state;
    const sample source = {sizeof source, 7, 8};
    newer_sample given;
    memset(&given, 0xff, sizeof given);
    given.known.size = sizeof given;
    assert_int_equal(write_sample(&given, &source), LINCLASS_OK);
    assert_int_equal(given.known.size, sizeof given);
    assert_int_equal(given.known.first, 7);
    assert_int_equal(given.known.second, 8);
    assert_int_equal(given.third, 0);

    given.known = (sample){FIRST, -1, -2};
    assert_int_equal(write_sample(&given, &source), LINCLASS_OK);
    assert_int_equal(given.known.size, FIRST);
    assert_int_equal(given.known.first, 7);
    assert_int_equal(given.known.second, -2);
}

static void write_refuses_a_size_that_was_not_set(void **state)
{
    (void)state;
    const sample source = {sizeof source, 7, 8};
    sample given = {0, 1, 2};
    assert_int_equal(write_sample(&given, &source), LINCLASS_ERROR_STRUCT_SIZE);
    assert_sentence("report.size is 0");
    assert_int_equal(given.first, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_same_size),
        cmocka_unit_test(init_older_program),
        cmocka_unit_test(init_newer_program),
        cmocka_unit_test(init_refuses),
        cmocka_unit_test(read_null_gives_defaults),
        cmocka_unit_test(read_older_program),
        cmocka_unit_test(read_newer_program),
        cmocka_unit_test(read_refuses_a_size_that_was_not_set),
        cmocka_unit_test(write_to_every_size),
        cmocka_unit_test(write_refuses_a_size_that_was_not_set),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
