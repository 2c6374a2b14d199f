/* The content of a member: in place, or inflated by zlib, whose memory is the context's. Of a local header
 * only the lengths of its name and extra field are used, and its name compared.
 *
 * Hazards. Deflate's largest ratio is 1032, which bounds what a member can claim; memory for it is taken
 * whole, and touched only as far as bytes are inflated. A member's bytes may lie within another's: each is
 * as long as the file at most. */
#include "data/formats/zip_parts.h"

#include <zlib.h>

#include "core/allocator.h"
#include "core/context.h"
#include "core/minimum.h"

enum {
    LOCAL_BYTES = 30,
    LARGEST_RATIO = 1032,
    LARGEST_PIECE = 1 << 30,
    STORED = 0,
    DEFLATED = 8,
    ENCRYPTED = 1 /* of the flags */
};

/* Where a member's bytes are. */
static linclass_status find_bytes(const zip_archive *self, const zip_member *member,
                                  const uint8_t **packed)
{
    if ((member->flags & ENCRYPTED) != 0)
        return zip_fail_member(self, member, LINCLASS_ERROR_UNSUPPORTED, "is encrypted");
    if (member->method != STORED && member->method != DEFLATED)
        return zip_fail_member(self, member, LINCLASS_ERROR_UNSUPPORTED,
                               "is compressed by a method other than deflate");
    const uint64_t room = self->directory;
    if (member->header > room || room - member->header < LOCAL_BYTES ||
        !zip_is_magic(self->bytes + member->header, ZIP_LOCAL_MAGIC))
        return zip_fail_member(self, member, LINCLASS_ERROR_FORMAT,
                               "is not where the directory says");
    const uint8_t *const local = self->bytes + member->header;
    const size_t name = zip_load16(local + 26);
    const uint64_t begin = member->header + LOCAL_BYTES + name + zip_load16(local + 28);
    if (begin > room || member->packed_bytes > room - begin)
        return zip_fail_member(self, member, LINCLASS_ERROR_FORMAT, "goes on beyond the archive");
    if (name != member->name_bytes || memcmp(local + LOCAL_BYTES, member->name, name) != 0)
        return zip_fail_member(self, member, LINCLASS_ERROR_FORMAT,
                               "has another name where it lies");
    if (member->method == STORED ? member->bytes != member->packed_bytes
                                 : member->bytes / LARGEST_RATIO > member->packed_bytes)
        return zip_fail_member(self, member, LINCLASS_ERROR_FORMAT,
                               "claims more bytes than those in the archive can hold");
    *packed = self->bytes + begin;
    return LINCLASS_OK;
}

static void *take_for_zlib(void *source, uInt count, uInt size)
{
    size_t bytes;
    return checked_bytes(count, size, 1, &bytes) ? allocator_take(source, bytes) : NULL;
}

static void give_from_zlib(void *source, void *pointer)
{
    allocator_give(source, pointer);
}

/* Inflate into target until it is full or the stream ends; *count: bytes written; *ended: whether the
 * stream ended with its last byte. */
static int inflate_bytes(z_stream *stream, const uint8_t *packed, uint64_t packed_bytes,
                         uint8_t *target, size_t room, size_t *count, bool *ended)
{
    uint64_t left = packed_bytes;
    int code = Z_OK;
    *count = 0;
    stream->next_in = (Bytef *)packed;
    while (code == Z_OK) {
        if (stream->avail_in == 0) {
            stream->avail_in = (uInt)(left < LARGEST_PIECE ? left : LARGEST_PIECE);
            left -= stream->avail_in;
        }
        const size_t piece = lesser_size(room - *count, LARGEST_PIECE);
        stream->next_out = target + *count;
        stream->avail_out = (uInt)piece;
        code = inflate(stream, Z_NO_FLUSH);
        *count += piece - stream->avail_out;
    }
    *ended = code == Z_STREAM_END && stream->avail_in == 0 && left == 0;
    return code;
}

static linclass_status inflate_member(const zip_archive *self, const zip_member *member,
                                      const uint8_t *packed, uint8_t *target, size_t room,
                                      size_t *count, bool *ended)
{
    z_stream stream = {
        .zalloc = take_for_zlib, .zfree = give_from_zlib, .opaque = &self->ctx->allocator};
    int code = inflateInit2(&stream, -MAX_WBITS);
    if (code == Z_OK) {
        code = inflate_bytes(&stream, packed, member->packed_bytes, target, room, count, ended);
        (void)inflateEnd(&stream);
    }
    if (code == Z_MEM_ERROR)
        return context_fail(self->ctx, LINCLASS_ERROR_MEMORY, "out of memory: inflating %s",
                            self->file);
    if (code != Z_STREAM_END && code != Z_BUF_ERROR)
        return zip_fail_member(self, member, LINCLASS_ERROR_FORMAT, "has a damaged deflate stream");
    return LINCLASS_OK;
}

static linclass_status inflate_whole(const zip_archive *self, const zip_member *member,
                                     const uint8_t *packed, void **owned)
{
    const size_t bytes = (size_t)member->bytes;
    void *taken;
    linclass_status status = context_allocate(self->ctx, bytes + 1, self->file, &taken);
    if (status != LINCLASS_OK)
        return status;
    size_t count = 0;
    bool ended = false;
    status = inflate_member(self, member, packed, taken, bytes + 1, &count, &ended);
    if (status == LINCLASS_OK && (!ended || count != bytes))
        status = zip_fail_member(self, member, LINCLASS_ERROR_FORMAT,
                                 "is not as long as the directory says");
    if (status == LINCLASS_OK)
        *owned = taken;
    else
        context_release(self->ctx, taken);
    return status;
}

static uint32_t crc_of(const uint8_t *bytes, uint64_t count)
{
    uLong crc = crc32(0, NULL, 0);
    while (count > 0) {
        const uInt piece = (uInt)(count < LARGEST_PIECE ? count : LARGEST_PIECE);
        crc = crc32(crc, bytes, piece);
        bytes += piece;
        count -= piece;
    }
    return (uint32_t)crc;
}

linclass_status zip_read(const zip_archive *archive, const zip_member *member,
                         const uint8_t **content, void **owned)
{
    *owned = NULL;
    linclass_status status = find_bytes(archive, member, content);
    if (status == LINCLASS_OK && member->method == DEFLATED) {
        status = inflate_whole(archive, member, *content, owned);
        *content = *owned;
    }
    if (status == LINCLASS_OK && crc_of(*content, member->bytes) != member->crc) {
        context_release(archive->ctx, *owned);
        *owned = NULL;
        status = zip_fail_member(archive, member, LINCLASS_ERROR_FORMAT,
                                 "is damaged: its CRC-32 is not that of the directory");
    }
    return status;
}

linclass_status zip_peek(const zip_archive *archive, const zip_member *member, size_t room,
                         uint8_t *begin, size_t *count)
{
    const uint8_t *packed = NULL;
    bool ended;
    *count = 0;
    const linclass_status status = find_bytes(archive, member, &packed);
    if (status != LINCLASS_OK)
        return status;
    if (member->method == DEFLATED)
        return inflate_member(archive, member, packed, begin, room, count, &ended);
    *count = member->bytes < room ? (size_t)member->bytes : room;
    if (*count > 0 && packed != NULL)
        memcpy(begin, packed, *count);
    return LINCLASS_OK;
}
