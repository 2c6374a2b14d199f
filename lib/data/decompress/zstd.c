/* Zstandard by libzstd. Its memory is malloc's: the interface for other allocators is none of the shared library.
 * A frame may ask for a window of up to 128 MiB, libzstd's own limit. */
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "data/decompress/decompressor.h"

typedef struct zstd_state {
    ZSTD_DStream *stream;
    const char *message;
} zstd_state;

/* The magic number of a frame, or of one that is to be skipped. */
static bool recognises(const uint8_t *begin, size_t count)
{
    return count >= 4 && (memcmp(begin, "\x28\xb5\x2f\xfd", 4) == 0 ||
                          ((begin[0] & 0xf0) == 0x50 && memcmp(begin + 1, "\x2a\x4d\x18", 3) == 0));
}

static bool may_follow(uint8_t first)
{
    return first == 0x28 || (first & 0xf0) == 0x50;
}

static decompressor_result begin(void *state, const allocator *memory)
{
    (void)memory;
    zstd_state *const self = memset(state, 0, sizeof *self);
    self->stream = ZSTD_createDStream();
    return self->stream != NULL ? DECOMPRESSOR_MORE : DECOMPRESSOR_NO_MEMORY;
}

static decompressor_result step(void *state, decompressor_buffers *buffers, bool last)
{
    (void)last;
    zstd_state *const self = state;
    ZSTD_inBuffer in = {buffers->in, buffers->in_bytes, 0};
    ZSTD_outBuffer out = {buffers->out, buffers->out_bytes, 0};
    const size_t code = ZSTD_decompressStream(self->stream, &out, &in);
    buffers->in += in.pos;
    buffers->in_bytes -= in.pos;
    buffers->out += out.pos;
    buffers->out_bytes -= out.pos;
    if (!ZSTD_isError(code))
        return code == 0 ? DECOMPRESSOR_STREAM_END : DECOMPRESSOR_MORE;
    self->message = ZSTD_getErrorName(code);
    return ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation ? DECOMPRESSOR_NO_MEMORY
                                                                   : DECOMPRESSOR_DAMAGED;
}

static decompressor_result restart(void *state)
{
    (void)state;
    return DECOMPRESSOR_MORE;
}

static const char *message(const void *state)
{
    return ((const zstd_state *)state)->message;
}

static void end(void *state)
{
    (void)ZSTD_freeDStream(((zstd_state *)state)->stream);
}

/* A block of 4 bytes may stand for 128 KiB of one byte. */
const decompressor DECOMPRESSOR_ZSTD = {
    "zstd", sizeof(zstd_state), 32768, recognises, may_follow, begin, step, restart, message, end};
