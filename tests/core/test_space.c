/* A struct that lays itself out: its parts are aligned, apart, and of the sizes asked for; a size that
 * overflows and memory that is not there are errors. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/context.h"
#include "core/space.h"
#include "support/failing_allocator.h"

typedef struct parts {
    int64_t length;
    double *numbers; /* 3 x length */
    unsigned char *bytes;
    int64_t *counts;
    int calls;
} parts;

static void lay_out(void *owner, space_plan *plan)
{
    parts *self = owner;
    self->numbers = space_doubles(plan, 3, self->length);
    self->bytes = space_next(plan, self->length, 1, 1);
    self->counts = space_next(plan, self->length, 1, sizeof(int64_t));
    self->calls++;
}

static void parts_are_aligned_and_apart(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    const linclass_context_options options = failing_allocator_options(&memory, 1);
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(&options, &ctx), LINCLASS_OK);
    for (int64_t length = 0; length < 70; length++) {
        parts self = {.length = length};
        void *block;
        assert_int_equal(space_lay_out(ctx, lay_out, &self, "a test", &block), LINCLASS_OK);
        assert_ptr_equal(self.numbers, block);
        assert_int_equal((uintptr_t)self.bytes % 64, 0);
        assert_int_equal((uintptr_t)self.counts % 64, 0);
        const size_t count = (size_t)length;
        memset(self.numbers, 1, 3 * count * sizeof(double));
        memset(self.bytes, 2, count);
        memset(self.counts, 3, count * sizeof(int64_t));
        for (size_t i = 0; i < 3 * count * sizeof(double); i++)
            assert_int_equal(((unsigned char *)self.numbers)[i], 1);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(self.bytes[i], 2);
        assert_int_equal(self.calls, 2);
        context_release(ctx, block);
    }
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
}

static void a_size_that_overflows_is_an_error(void **state)
{
    (void)state;
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    parts self = {.length = INT64_MAX / 16};
    void *block;
    assert_int_equal(space_lay_out(ctx, lay_out, &self, "a test", &block),
                     LINCLASS_ERROR_DIMENSION);
    assert_null(block);
    assert_null(self.numbers);
    linclass_context_destroy(ctx);
}

static void memory_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    const linclass_context_options options = failing_allocator_options(&memory, 1);
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(&options, &ctx), LINCLASS_OK);
    failing_allocator_fail_from(&memory, 1);
    parts self = {.length = 10};
    void *block;
    assert_int_equal(space_lay_out(ctx, lay_out, &self, "a test", &block), LINCLASS_ERROR_MEMORY);
    assert_null(block);
    assert_null(self.numbers);
    assert_non_null(strstr(linclass_context_message(ctx), "a test"));
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_aligned_and_apart),
        cmocka_unit_test(a_size_that_overflows_is_an_error),
        cmocka_unit_test(memory_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
