/* xz by liblzma, which goes from stream to stream itself, and knows the padding between them.
 *
 * Hazard: the header of a block says how large a dictionary is wanted, up to 4 GiB, which is believed up to 1 GiB. */
#include <lzma.h>
#include <string.h>

#include "data/decompress/decompressor.h"

static const uint64_t MOST_MEMORY = UINT64_C(1) << 30;

typedef struct xz_state {
    lzma_stream stream;
    lzma_allocator allocator;
    const char *message;
} xz_state;

static void *take(void *source, size_t count, size_t size)
{
    size_t bytes;
    return size <= INT64_MAX && checked_bytes((int64_t)count, (int64_t)size, 1, &bytes)
               ? allocator_take(source, bytes)
               : NULL;
}

static void give(void *source, void *pointer)
{
    allocator_give(source, pointer);
}

static bool recognises(const uint8_t *begin, size_t count)
{
    return count >= 6 && memcmp(begin, "\xfd\x37zXZ\0", 6) == 0;
}

/* Never asked: what follows belongs to the stream. */
static bool may_follow(uint8_t first)
{
    (void)first;
    return false;
}

static decompressor_result begin(void *state, const allocator *memory)
{
    xz_state *const self = memset(state, 0, sizeof *self);
    self->stream = (lzma_stream)LZMA_STREAM_INIT;
    self->allocator = (lzma_allocator){take, give, (void *)memory};
    self->stream.allocator = &self->allocator;
    return lzma_stream_decoder(&self->stream, MOST_MEMORY, LZMA_CONCATENATED) == LZMA_OK
               ? DECOMPRESSOR_MORE
               : DECOMPRESSOR_NO_MEMORY;
}

static const char *describe(lzma_ret code)
{
    switch (code) {
    case LZMA_MEMLIMIT_ERROR:
        return "it needs more than 1 GiB of memory";
    case LZMA_OPTIONS_ERROR:
        return "it has unsupported options";
    case LZMA_FORMAT_ERROR:
        return "its beginning is damaged";
    default:
        return "invalid data, or bytes after the stream";
    }
}

static decompressor_result step(void *state, decompressor_buffers *buffers, bool last)
{
    xz_state *const self = state;
    lzma_stream *const stream = &self->stream;
    stream->next_in = buffers->in;
    stream->avail_in = buffers->in_bytes;
    stream->next_out = buffers->out;
    stream->avail_out = buffers->out_bytes;
    const lzma_ret code = lzma_code(stream, last ? LZMA_FINISH : LZMA_RUN);
    buffers->in = stream->next_in;
    buffers->in_bytes = stream->avail_in;
    buffers->out = stream->next_out;
    buffers->out_bytes = stream->avail_out;
    if (code == LZMA_STREAM_END)
        return DECOMPRESSOR_STREAM_END;
    if (code == LZMA_MEM_ERROR)
        return DECOMPRESSOR_NO_MEMORY;
    if (code == LZMA_OK || code == LZMA_BUF_ERROR)
        return DECOMPRESSOR_MORE;
    self->message = describe(code);
    return DECOMPRESSOR_DAMAGED;
}

static decompressor_result restart(void *state)
{
    (void)state;
    return DECOMPRESSOR_MORE;
}

static const char *message(const void *state)
{
    return ((const xz_state *)state)->message;
}

static void end(void *state)
{
    lzma_end(&((xz_state *)state)->stream);
}

/* LZMA codes 273 bytes by 14 decisions of at least log2(2048 / 2017) bits each: 7090. */
const decompressor DECOMPRESSOR_XZ = {
    "xz", sizeof(xz_state), 7100, recognises, may_follow, begin, step, restart, message, end};
