/* A size in a header is held against what can follow before memory is taken for it: against the
 * length of a plain file, and against 1032 times the length of a gzip'd one, the largest ratio
 * deflate has. That settles plain files. For the rest the block grows towards the claim as bytes
 * arrive,
 *
 *     capacity = min(claim, max(1 MiB, 16 * bytes of the compressed file, 16 * bytes received)),
 *
 * so that a false claim costs no more than sixteen times what was really sent, while real data, which
 * seldom compresses sixteenfold, is read into its final place at once. A step copies at most a
 * sixteenth of the new block, so even then the peak of touched memory is the data itself. */
#include "data/claimed_bytes.h"

#include <string.h>

#include "core/context.h"
#include "core/minimum.h"

enum { FIRST_CAPACITY = 1 << 20, TRUST = 16 };

static linclass_status fail_missing(linclass_context *ctx, const byte_reader *reader,
                                    const char *what, size_t claim, size_t present)
{
    return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                        "%s is truncated: its header says %s, %zu bytes, but no more than %zu "
                        "follow it",
                        byte_reader_name(reader), what, claim, present);
}

static size_t believable(const byte_reader *reader, size_t claim, size_t received)
{
    const size_t source = byte_reader_source_bytes(reader);
    const size_t evidence = source > received ? source : received;
    size_t capacity;
    if (__builtin_mul_overflow(evidence, (size_t)TRUST, &capacity))
        return claim;
    if (capacity < FIRST_CAPACITY)
        capacity = FIRST_CAPACITY;
    return lesser_size(capacity, claim);
}

/* *block, of which `received` bytes are filled, moved to one of `capacity`. */
static linclass_status enlarge(linclass_context *ctx, size_t received, size_t capacity,
                               const char *what, void **block)
{
    void *larger;
    const linclass_status status = context_allocate(ctx, capacity, what, &larger);
    if (status != LINCLASS_OK)
        return status;
    if (received > 0)
        memcpy(larger, *block, received);
    context_release(ctx, *block);
    *block = larger;
    return LINCLASS_OK;
}

linclass_status claimed_bytes_read(linclass_context *ctx, byte_reader *reader, const char *what,
                                   size_t claim, void **block)
{
    *block = NULL;
    const size_t limit = byte_reader_limit(reader);
    if (claim > limit)
        return fail_missing(ctx, reader, what, claim, limit);
    size_t received = 0;
    linclass_status status = LINCLASS_OK;
    do {
        const size_t capacity = believable(reader, claim, received);
        status = enlarge(ctx, received, capacity, what, block);
        if (status != LINCLASS_OK)
            break;
        size_t got;
        status = byte_reader_read(reader, (char *)*block + received, capacity - received, &got);
        received += got;
        if (status == LINCLASS_OK && received < capacity)
            status = fail_missing(ctx, reader, what, claim, received);
    } while (status == LINCLASS_OK && received < claim);
    if (status != LINCLASS_OK) {
        context_release(ctx, *block);
        *block = NULL;
    }
    return status;
}
