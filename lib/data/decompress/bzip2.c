/* bzip2 by libbz2. A stream cannot be reset: the next one is begun anew.
 *
 * Hazard: libbz2 counts in unsigned int. */
#include <bzlib.h>
#include <string.h>

#include "core/minimum.h"
#include "data/decompress/decompressor.h"

enum { LARGEST_PIECE = 1 << 30 };

static void *take(void *source, int count, int size)
{
    size_t bytes;
    return checked_bytes(count, size, 1, &bytes) ? allocator_take(source, bytes) : NULL;
}

static void give(void *source, void *pointer)
{
    allocator_give(source, pointer);
}

/* "BZh", the size of its blocks, and the mark of a block or of the end. */
static bool recognises(const uint8_t *begin, size_t count)
{
    return count >= 10 && memcmp(begin, "BZh", 3) == 0 && begin[3] >= '1' && begin[3] <= '9' &&
           (memcmp(begin + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
            memcmp(begin + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

static bool may_follow(uint8_t first)
{
    return first == 'B';
}

static decompressor_result begin(void *state, const allocator *memory)
{
    bz_stream *const stream = memset(state, 0, sizeof *stream);
    stream->bzalloc = take;
    stream->bzfree = give;
    stream->opaque = (void *)memory;
    return BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK ? DECOMPRESSOR_MORE : DECOMPRESSOR_NO_MEMORY;
}

static decompressor_result step(void *state, decompressor_buffers *buffers, bool last)
{
    (void)last;
    bz_stream *const stream = state;
    const size_t in = lesser_size(buffers->in_bytes, LARGEST_PIECE);
    const size_t out = lesser_size(buffers->out_bytes, LARGEST_PIECE);
    stream->next_in = (char *)buffers->in;
    stream->avail_in = (unsigned)in;
    stream->next_out = (char *)buffers->out;
    stream->avail_out = (unsigned)out;
    const int code = BZ2_bzDecompress(stream);
    buffers->in += in - stream->avail_in;
    buffers->in_bytes -= in - stream->avail_in;
    buffers->out += out - stream->avail_out;
    buffers->out_bytes -= out - stream->avail_out;
    if (code == BZ_STREAM_END)
        return DECOMPRESSOR_STREAM_END;
    if (code == BZ_MEM_ERROR)
        return DECOMPRESSOR_NO_MEMORY;
    return code == BZ_OK ? DECOMPRESSOR_MORE : DECOMPRESSOR_DAMAGED;
}

static void end(void *state)
{
    (void)BZ2_bzDecompressEnd(state);
}

static decompressor_result restart(void *state)
{
    const allocator *const memory = ((const bz_stream *)state)->opaque;
    end(state);
    return begin(state, memory);
}

static const char *message(const void *state)
{
    (void)state;
    return NULL;
}

/* A block has at most 900000 bytes, in which 5 stand for up to 259, and takes more than 31 itself. */
const decompressor DECOMPRESSOR_BZIP2 = {
    "bzip2", sizeof(bz_stream), 1500000, recognises, may_follow, begin,
    step,    restart,           message, end};
