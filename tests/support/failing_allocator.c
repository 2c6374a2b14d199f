/* Each block begins with its size, in a header as long as malloc's alignment. */
#include "support/failing_allocator.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER = 16, FRESH = 0xA5, STALE = 0x5A };

static void *allocate(size_t bytes, void *user)
{
    failing_allocator *self = user;
    const int64_t number = ++self->allocations;
    char *raw = NULL;
    if (self->fail_first == 0 || number < self->fail_first || number > self->fail_last)
        raw = bytes > SIZE_MAX - HEADER ? NULL : malloc(bytes + HEADER);
    if (raw == NULL) {
        self->failures++;
        return NULL;
    }
    memcpy(raw, &bytes, sizeof bytes);
    memset(raw + HEADER, FRESH, bytes);
    self->live++;
    self->live_bytes += bytes;
    if (self->live_bytes > self->peak_bytes)
        self->peak_bytes = self->live_bytes;
    return raw + HEADER;
}

static void release(void *pointer, void *user)
{
    failing_allocator *self = user;
    char *raw = (char *)pointer - HEADER;
    size_t bytes;
    memcpy(&bytes, raw, sizeof bytes);
    memset(raw, STALE, bytes + HEADER);
    self->live--;
    self->live_bytes -= bytes;
    free(raw);
}

failing_allocator failing_allocator_begin(void)
{
    return (failing_allocator){0};
}

void failing_allocator_fail_at(failing_allocator *self, int64_t k)
{
    self->fail_first = self->allocations + k;
    self->fail_last = self->fail_first;
}

void failing_allocator_fail_from(failing_allocator *self, int64_t k)
{
    self->fail_first = self->allocations + k;
    self->fail_last = INT64_MAX;
}

void failing_allocator_fail_never(failing_allocator *self)
{
    self->fail_first = 0;
}

linclass_context_options failing_allocator_options(failing_allocator *self, int32_t threads)
{
    return (linclass_context_options){.size = sizeof(linclass_context_options),
                                      .threads = threads,
                                      .allocate = allocate,
                                      .release = release,
                                      .user = self};
}

linclass_context *failing_allocator_context(failing_allocator *self, int32_t threads)
{
    const linclass_context_options options = failing_allocator_options(self, threads);
    linclass_context *ctx = NULL;
    (void)linclass_context_create(&options, &ctx);
    return ctx;
}
