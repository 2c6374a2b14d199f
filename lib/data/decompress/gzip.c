/* gzip by zlib's inflate, directly and not through gzFile, which takes its memory from malloc, passes other bytes
 * through unchanged, and ignores what follows the stream.
 *
 * Hazard: zlib counts in unsigned int. */
#include <string.h>
#include <zlib.h>

#include "core/minimum.h"
#include "data/decompress/decompressor.h"

/* windowBits of inflateInit2: the largest window, and gzip framing only. */
enum { GZIP_WINDOW = 15 + 16, LARGEST_PIECE = 1 << 30 };

static void *take(void *source, uInt count, uInt size)
{
    size_t bytes;
    return checked_bytes(count, size, 1, &bytes) ? allocator_take(source, bytes) : NULL;
}

static void give(void *source, void *pointer)
{
    allocator_give(source, pointer);
}

static bool recognises(const uint8_t *begin, size_t count)
{
    return count >= 2 && begin[0] == 0x1f && begin[1] == 0x8b;
}

static bool may_follow(uint8_t first)
{
    return first == 0x1f;
}

static decompressor_result begin(void *state, const allocator *memory)
{
    z_stream *const stream = memset(state, 0, sizeof *stream);
    stream->zalloc = take;
    stream->zfree = give;
    stream->opaque = (void *)memory;
    return inflateInit2(stream, GZIP_WINDOW) == Z_OK ? DECOMPRESSOR_MORE : DECOMPRESSOR_NO_MEMORY;
}

static decompressor_result step(void *state, decompressor_buffers *buffers, bool last)
{
    (void)last;
    z_stream *const stream = state;
    const size_t in = lesser_size(buffers->in_bytes, LARGEST_PIECE);
    const size_t out = lesser_size(buffers->out_bytes, LARGEST_PIECE);
    stream->next_in = (Bytef *)buffers->in;
    stream->avail_in = (uInt)in;
    stream->next_out = buffers->out;
    stream->avail_out = (uInt)out;
    const int code = inflate(stream, Z_NO_FLUSH);
    buffers->in += in - stream->avail_in;
    buffers->in_bytes -= in - stream->avail_in;
    buffers->out += out - stream->avail_out;
    buffers->out_bytes -= out - stream->avail_out;
    if (code == Z_STREAM_END)
        return DECOMPRESSOR_STREAM_END;
    if (code == Z_MEM_ERROR)
        return DECOMPRESSOR_NO_MEMORY;
    return code == Z_OK || code == Z_BUF_ERROR ? DECOMPRESSOR_MORE : DECOMPRESSOR_DAMAGED;
}

static decompressor_result restart(void *state)
{
    return inflateReset(state) == Z_OK ? DECOMPRESSOR_MORE : DECOMPRESSOR_NO_MEMORY;
}

static const char *message(const void *state)
{
    return ((const z_stream *)state)->msg;
}

static void end(void *state)
{
    (void)inflateEnd(state);
}

/* 1032: deflate codes 258 bytes with two bits. */
const decompressor DECOMPRESSOR_GZIP = {
    "gzip", sizeof(z_stream), 1032, recognises, may_follow, begin, step, restart, message, end};
