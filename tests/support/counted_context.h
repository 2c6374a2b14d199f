/* A context of one thread for each test, on an allocator that counts; a test that leaves memory behind fails. Setup and
 * teardown for cmocka, included after cmocka.h. */
#ifndef SUPPORT_COUNTED_CONTEXT_H
#define SUPPORT_COUNTED_CONTEXT_H

#include "support/failing_allocator.h"

static failing_allocator memory;
static linclass_context *ctx;

static int begin_test(void **state)
{
    (void)state;
    memory = failing_allocator_begin();
    ctx = failing_allocator_context(&memory, 1);
    return ctx == NULL;
}

static int end_test(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return memory.live != 0;
}

#endif
