#include "support/memory_rounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

memory_rounds memory_rounds_begin(int32_t threads)
{
    return (memory_rounds){.threads = threads};
}

bool memory_rounds_next(memory_rounds *self)
{
    if (self->k > 0) {
        assert_true(self->asked);
        linclass_context_destroy(self->ctx);
        assert_int_equal(self->memory.live, 0);
        if (!self->failed)
            return false;
    }
    self->k++;
    self->asked = false;
    self->memory = failing_allocator_begin();
    self->ctx = failing_allocator_context(&self->memory, self->threads);
    assert_non_null(self->ctx);
    self->live = self->memory.live;
    if (self->persistent)
        failing_allocator_fail_from(&self->memory, self->k);
    else
        failing_allocator_fail_at(&self->memory, self->k);
    return true;
}

bool memory_rounds_failed(memory_rounds *self, linclass_status status)
{
    self->asked = true;
    self->failed = self->memory.failures > 0;
    failing_allocator_fail_never(&self->memory);
    if (!self->failed || (self->may_do_without && status >= 0)) {
        assert_true(status >= 0);
        return false;
    }
    assert_int_equal(status, LINCLASS_ERROR_MEMORY);
    assert_non_null(strstr(linclass_context_message(self->ctx), "out of memory"));
    assert_true(self->memory.live <= self->live + 2);
    return true;
}
