/* The memory doubles, so that n appends copy at most 2 n bytes. */
#include "core/byte_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"

enum { FIRST_BYTES = 4096, LONGEST_FORMAT = 1024 };

byte_buffer byte_buffer_begin(linclass_context *ctx, const char *purpose)
{
    return (byte_buffer){.ctx = ctx, .purpose = purpose};
}

void byte_buffer_end(byte_buffer *self)
{
    context_release(self->ctx, self->bytes);
    *self = byte_buffer_begin(self->ctx, self->purpose);
}

static void enlarge(byte_buffer *self, size_t count)
{
    size_t larger = self->capacity == 0 ? FIRST_BYTES : 2 * self->capacity;
    if (larger - self->count < count)
        larger = self->count + count;
    void *bytes;
    self->status = context_allocate(self->ctx, larger, self->purpose, &bytes);
    if (self->status != LINCLASS_OK)
        return;
    if (self->count > 0)
        memcpy(bytes, self->bytes, self->count);
    context_release(self->ctx, self->bytes);
    self->bytes = bytes;
    self->capacity = larger;
}

void byte_buffer_append(byte_buffer *self, const void *bytes, size_t count)
{
    if (self->status == LINCLASS_OK && self->capacity - self->count < count)
        enlarge(self, count);
    if (self->status != LINCLASS_OK || count == 0)
        return;
    memcpy(self->bytes + self->count, bytes, count);
    self->count += count;
}

void byte_buffer_text(byte_buffer *self, const char *text)
{
    byte_buffer_append(self, text, strlen(text));
}

void byte_buffer_format(byte_buffer *self, const char *format, ...)
{
    char text[LONGEST_FORMAT];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    byte_buffer_append(self, text, length < LONGEST_FORMAT ? (size_t)length : LONGEST_FORMAT - 1);
}
