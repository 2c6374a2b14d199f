/* Fields of protocol buffers, written: a key and a varint, or a key, a length and bytes. */
#ifndef EXCHANGE_PROTOBUF_H
#define EXCHANGE_PROTOBUF_H

#include "core/byte_buffer.h"

/* A field of an integer >= 0. field: its number, 1..2047. */
void protobuf_integer(byte_buffer *to, int field, uint64_t value);

/* A field of bytes, and of a text. */
void protobuf_bytes(byte_buffer *to, int field, const void *bytes, size_t count);
void protobuf_text(byte_buffer *to, int field, const char *text);

/* A field that is a message of fields: what is appended between the two. Returns the place that protobuf_close wants.
 * A message has fewer than 2^35 bytes. */
size_t protobuf_open(byte_buffer *to, int field);
void protobuf_close(byte_buffer *to, size_t place);

#endif
