/* A zip archive in memory: its directory, and members that are stored or deflated.
 *
 *     a local header and the bytes of each member
 *     the central directory: an entry for each member
 *     zip64: the end of the central directory in 64 bits, and where that is
 *     the end of the central directory: where it begins, how many entries it has; a comment
 */
#ifndef DATA_FORMATS_ZIP_H
#define DATA_FORMATS_ZIP_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

enum { ZIP_MAX_MEMBERS = 4096 };

typedef struct zip_member {
    const char *name; /* within the archive, without a zero */
    size_t name_bytes;
    uint64_t packed_bytes;
    uint64_t bytes;
    uint64_t header; /* where its local header is */
    uint32_t crc;
    uint16_t flags;
    uint16_t method;
} zip_member;

typedef struct zip_archive {
    linclass_context *ctx;
    const char *file; /* for error messages; outlives the archive, as do the bytes */
    const uint8_t *bytes;
    size_t count;
    size_t directory; /* where the central directory begins */
    int64_t members;
    zip_member *member; /* in the order of the directory; allocated */
} zip_archive;

/* Whether a file begins as an archive that is not empty does. */
bool zip_begins(const uint8_t *begin, size_t count);

/* Read the directory. Errors: FORMAT (no archive, a size or place outside it, a name that is there twice,
 * more than ZIP_MAX_MEMBERS), UNSUPPORTED (of several disks), MEMORY. zip_end in any case. */
linclass_status zip_open(linclass_context *ctx, const char *file, const uint8_t *bytes,
                         size_t count, zip_archive *archive);
void zip_end(zip_archive *archive);

/* The content of a member, its CRC-32 checked: in the archive where it is stored, else inflated into
 * *owned, to be given to context_release. Errors: FORMAT (damaged), UNSUPPORTED (encrypted, another
 * method), MEMORY. */
linclass_status zip_read(const zip_archive *archive, const zip_member *member,
                         const uint8_t **content, void **owned);

/* The first bytes of the content, at most `room`, unchecked. Errors: as of zip_read. */
linclass_status zip_peek(const zip_archive *archive, const zip_member *member, size_t room,
                         uint8_t *begin, size_t *count);

#endif
