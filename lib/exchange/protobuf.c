/* The length of a message stands before it, and is known after it: it is written as a varint of five bytes, filled up
 * with groups of zero bits, which readers take as they take shorter ones. So no message is made twice or moved. */
#include "exchange/protobuf.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_BYTES = 2, LENGTH_BYTES = 5 };

static void varint(byte_buffer *to, uint64_t value)
{
    unsigned char bytes[10];
    size_t count = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[count++] = (unsigned char)(value | 0x80);
    bytes[count++] = (unsigned char)value;
    byte_buffer_append(to, bytes, count);
}

static void key(byte_buffer *to, int field, int wire)
{
    varint(to, (uint64_t)field << 3 | (uint64_t)wire);
}

void protobuf_integer(byte_buffer *to, int field, uint64_t value)
{
    key(to, field, WIRE_VARINT);
    varint(to, value);
}

void protobuf_bytes(byte_buffer *to, int field, const void *bytes, size_t count)
{
    key(to, field, WIRE_BYTES);
    varint(to, count);
    byte_buffer_append(to, bytes, count);
}

void protobuf_text(byte_buffer *to, int field, const char *text)
{
    protobuf_bytes(to, field, text, strlen(text));
}

size_t protobuf_open(byte_buffer *to, int field)
{
    static const unsigned char NO_LENGTH[LENGTH_BYTES] = {0};
    key(to, field, WIRE_BYTES);
    byte_buffer_append(to, NO_LENGTH, sizeof NO_LENGTH);
    return to->count;
}

void protobuf_close(byte_buffer *to, size_t place)
{
    if (to->status != LINCLASS_OK)
        return;
    uint64_t length = to->count - place;
    for (int i = 0; i < LENGTH_BYTES; i++, length >>= 7)
        to->bytes[place - LENGTH_BYTES + (size_t)i] =
            (char)((length & 0x7f) | (i < LENGTH_BYTES - 1 ? 0x80 : 0));
}
