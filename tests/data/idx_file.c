#include "idx_file.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static uint8_t *take(size_t bytes)
{
    uint8_t *taken = malloc(bytes + 1);
    if (taken == NULL)
        abort();
    return taken;
}

void byte_string_free(byte_string *self)
{
    free(self->bytes);
    *self = (byte_string){NULL, 0};
}

byte_string byte_string_of(const void *bytes, size_t size)
{
    byte_string made = {take(size), size};
    if (size > 0)
        memcpy(made.bytes, bytes, size);
    return made;
}

byte_string byte_string_join(byte_string first, byte_string second)
{
    byte_string joined = {take(first.size + second.size), first.size + second.size};
    memcpy(joined.bytes, first.bytes, first.size);
    memcpy(joined.bytes + first.size, second.bytes, second.size);
    byte_string_free(&first);
    byte_string_free(&second);
    return joined;
}

byte_string idx_header_of(int type, int dimensions, const uint32_t *dimension)
{
    byte_string header = {take(4 + 4 * (size_t)dimensions), 4 + 4 * (size_t)dimensions};
    memcpy(header.bytes, (uint8_t[]){0, 0, (uint8_t)type, (uint8_t)dimensions}, 4);
    for (int i = 0; i < dimensions; i++)
        for (int byte = 0; byte < 4; byte++)
            header.bytes[4 + 4 * i + byte] = (uint8_t)(dimension[i] >> (24 - 8 * byte));
    return header;
}

/* Reverse each element where the machine's first byte is the least. */
byte_string idx_file_of(int type, int dimensions, const uint32_t *dimension, const void *elements,
                        size_t count, size_t width)
{
    byte_string body = byte_string_of(elements, count * width);
    const uint16_t one = 1;
    const int little = *(const uint8_t *)&one;
    for (size_t i = 0; little && i < count; i++)
        for (size_t byte = 0; byte < width; byte++)
            body.bytes[i * width + byte] =
                ((const uint8_t *)elements)[i * width + width - 1 - byte];
    return byte_string_join(idx_header_of(type, dimensions, dimension), body);
}

byte_string idx_images(uint32_t samples, uint32_t rows, uint32_t cols)
{
    const size_t count = (size_t)samples * rows * cols;
    byte_string body = {take(count), count};
    for (size_t i = 0; i < count; i++)
        body.bytes[i] = (uint8_t)(i % 251);
    const uint32_t dimension[] = {samples, rows, cols};
    return byte_string_join(idx_header_of(IDX_UINT8, 3, dimension), body);
}

byte_string idx_labels(uint32_t count)
{
    byte_string body = {take(count), count};
    for (uint32_t i = 0; i < count; i++)
        body.bytes[i] = (uint8_t)(i % 10);
    return byte_string_join(idx_header_of(IDX_UINT8, 1, &count), body);
}

byte_string gzip_of(byte_string plain)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    const size_t room = deflateBound(&stream, plain.size);
    byte_string packed = {take(room), 0};
    stream.next_in = plain.bytes;
    stream.avail_in = (uInt)plain.size;
    stream.next_out = packed.bytes;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        abort();
    packed.size = stream.total_out;
    (void)deflateEnd(&stream);
    byte_string_free(&plain);
    return packed;
}

char *idx_write(const temporary_directory *directory, const char *name, byte_string content,
                char *path)
{
    temporary_directory_write(directory, name, content.bytes, content.size, path);
    byte_string_free(&content);
    return path;
}
