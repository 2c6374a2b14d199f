#include "byte_string.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

byte_string byte_string_new(size_t size)
{
    const byte_string made = {malloc(size + 1), size};
    if (made.bytes == NULL)
        abort();
    return made;
}

byte_string byte_string_of(const void *bytes, size_t size)
{
    byte_string made = byte_string_new(size);
    if (size > 0)
        memcpy(made.bytes, bytes, size);
    return made;
}

byte_string byte_string_join(byte_string first, byte_string second)
{
    byte_string joined = byte_string_new(first.size + second.size);
    memcpy(joined.bytes, first.bytes, first.size);
    memcpy(joined.bytes + first.size, second.bytes, second.size);
    byte_string_free(&first);
    byte_string_free(&second);
    return joined;
}

void byte_string_free(byte_string *self)
{
    free(self->bytes);
    *self = (byte_string){NULL, 0};
}

char *byte_string_write(const temporary_directory *directory, const char *name, byte_string content,
                        char *path)
{
    temporary_directory_write(directory, name, content.bytes, content.size, path);
    byte_string_free(&content);
    return path;
}

/* window_bits: as of zlib's deflateInit2, which finds the frame in it. */
static byte_string compressed(byte_string plain, int level, int window_bits)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    byte_string packed = byte_string_new(deflateBound(&stream, plain.size));
    stream.next_in = plain.bytes;
    stream.avail_in = (uInt)plain.size;
    stream.next_out = packed.bytes;
    stream.avail_out = (uInt)packed.size;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        abort();
    packed.size = stream.total_out;
    (void)deflateEnd(&stream);
    byte_string_free(&plain);
    return packed;
}

byte_string gzip_of(byte_string plain)
{
    return compressed(plain, 1, MAX_WBITS + 16);
}

byte_string deflate_of(byte_string plain)
{
    return compressed(plain, 9, -MAX_WBITS);
}
