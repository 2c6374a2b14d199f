/* Bytes appended one after the other to memory that grows: a file made before it is written. */
#ifndef CORE_BYTE_BUFFER_H
#define CORE_BYTE_BUFFER_H

#include <linclass/context.h>
#include <linclass/status.h>

/* After the first failure nothing more is appended: only the status at the end needs to be looked at. */
typedef struct byte_buffer {
    linclass_context *ctx;
    const char *purpose; /* of the memory, for error messages */
    char *bytes;
    size_t count;
    size_t capacity;
    linclass_status status; /* OK, or MEMORY */
} byte_buffer;

byte_buffer byte_buffer_begin(linclass_context *ctx, const char *purpose);
/* Free the bytes. */
void byte_buffer_end(byte_buffer *self);

void byte_buffer_append(byte_buffer *self, const void *bytes, size_t count);
void byte_buffer_text(byte_buffer *self, const char *text);
/* Append what a format makes, at most 1023 bytes; without numbers that have a decimal point, which is the locale's. */
void byte_buffer_format(byte_buffer *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
