/* The directory of an archive. It is at the end, and has the sizes also of members whose local header
 * leaves them to a descriptor behind their bytes.
 *
 * Hazard: every place and size is the file's to choose: each is held against the bytes present, in 64 bits
 * without overflow. */
#include "data/formats/zip_parts.h"

#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/sort.h"

enum {
    END_BYTES = 22,
    END64_BYTES = 56,
    LOCATOR_BYTES = 20,
    ENTRY_BYTES = 46,
    LONGEST_COMMENT = 65535,
    ZIP64_EXTRA = 1
};

static const char ENTRY_MAGIC[] = "PK\1\2";
static const char END_MAGIC[] = "PK\5\6";
static const char END64_MAGIC[] = "PK\6\6";
static const char LOCATOR_MAGIC[] = "PK\6\7";

static uint32_t load32(const uint8_t *at)
{
    return zip_load16(at) | (uint32_t)zip_load16(at + 2) << 16;
}

static uint64_t load64(const uint8_t *at)
{
    return load32(at) | (uint64_t)load32(at + 4) << 32;
}

bool zip_begins(const uint8_t *begin, size_t count)
{
    return count >= 4 && (zip_is_magic(begin, ZIP_LOCAL_MAGIC) || zip_is_magic(begin, END_MAGIC));
}

static linclass_status fail(const zip_archive *self, const char *what)
{
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT, "%s: %s", self->file, what);
}

/* Where the directory is and how many entries it has. */
typedef struct directory_place {
    uint64_t begin;
    uint64_t bytes;
    uint64_t entries;
    size_t end; /* what follows the directory begins here */
} directory_place;

/* The last end record whose comment reaches to the end of the file. */
static bool find_end(const zip_archive *self, size_t *place)
{
    if (self->count < END_BYTES)
        return false;
    const size_t last = self->count - END_BYTES;
    for (size_t back = 0; back <= lesser_size(last, LONGEST_COMMENT); back++) {
        const uint8_t *const at = self->bytes + last - back;
        if (zip_is_magic(at, END_MAGIC) && zip_load16(at + 20) == back) {
            *place = last - back;
            return true;
        }
    }
    return false;
}

/* The record in 64 bits, where a locator says that there is one. */
static linclass_status read_end64(const zip_archive *self, directory_place *found)
{
    const uint8_t *const locator = self->bytes + found->end - LOCATOR_BYTES;
    const uint64_t at = load64(locator + 8);
    if (found->end - LOCATOR_BYTES < END64_BYTES || at > found->end - LOCATOR_BYTES - END64_BYTES ||
        !zip_is_magic(self->bytes + at, END64_MAGIC))
        return fail(self, "the end of the directory in 64 bits is not where it should be");
    const uint8_t *const record = self->bytes + at;
    if (load32(record + 16) != 0 || load32(record + 20) != 0 ||
        load64(record + 24) != load64(record + 32))
        return context_fail(self->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "%s is a zip archive of several parts", self->file);
    *found = (directory_place){load64(record + 48), load64(record + 40), load64(record + 32),
                               (size_t)at};
    return LINCLASS_OK;
}

static linclass_status find_directory(zip_archive *self, directory_place *found)
{
    size_t place;
    if (!find_end(self, &place))
        return fail(self, "it is no zip archive, or truncated: it has no directory at its end");
    const uint8_t *const end = self->bytes + place;
    *found = (directory_place){load32(end + 16), load32(end + 12), zip_load16(end + 10), place};
    linclass_status status = LINCLASS_OK;
    if (place >= LOCATOR_BYTES && zip_is_magic(end - LOCATOR_BYTES, LOCATOR_MAGIC))
        status = read_end64(self, found);
    else if (zip_load16(end + 4) != 0 || zip_load16(end + 6) != 0 ||
             zip_load16(end + 8) != zip_load16(end + 10))
        status = context_fail(self->ctx, LINCLASS_ERROR_UNSUPPORTED,
                              "%s is a zip archive of several parts", self->file);
    if (status != LINCLASS_OK)
        return status;
    if (found->begin > found->end || found->bytes != found->end - found->begin)
        return fail(self, "the directory of the archive is not where its end says");
    if (found->entries > ZIP_MAX_MEMBERS)
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                            "%s has %llu members; an archive of arrays has %d at most", self->file,
                            (unsigned long long)found->entries, (int)ZIP_MAX_MEMBERS);
    self->directory = (size_t)found->begin;
    return LINCLASS_OK;
}

/* Take one number of 64 bits from the extra field where the number of 32 bits is the mark of one. */
static bool take_wide(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    if (*value != UINT32_MAX)
        return true;
    if (end - *at < 8)
        return false;
    *value = load64(*at);
    *at += 8;
    return true;
}

/* Sizes and place in 64 bits. False where the extra field is damaged, or has not what is needed. */
static bool read_extra(const uint8_t *extra, size_t bytes, zip_member *member)
{
    const uint8_t *at = extra;
    const uint8_t *const end = extra + bytes;
    while (end - at >= 4) {
        const uint8_t *value = at + 4;
        const size_t length = zip_load16(at + 2);
        if (length > (size_t)(end - value))
            return false;
        at = value + length;
        if (zip_load16(value - 4) == ZIP64_EXTRA)
            return take_wide(&value, at, &member->bytes) &&
                   take_wide(&value, at, &member->packed_bytes) &&
                   take_wide(&value, at, &member->header);
    }
    return member->bytes != UINT32_MAX && member->packed_bytes != UINT32_MAX &&
           member->header != UINT32_MAX;
}

/* The entry at *place, which moves to the next. */
static linclass_status read_entry(const zip_archive *self, size_t end, size_t *place,
                                  zip_member *member)
{
    const uint8_t *const at = self->bytes + *place;
    if (end - *place < ENTRY_BYTES || !zip_is_magic(at, ENTRY_MAGIC))
        return fail(self, "the directory of the archive is damaged");
    const size_t name = zip_load16(at + 28);
    const size_t extra = zip_load16(at + 30);
    const size_t all = ENTRY_BYTES + name + extra + zip_load16(at + 32);
    if (end - *place < all)
        return fail(self, "the directory of the archive is damaged");
    *member = (zip_member){.name = (const char *)at + ENTRY_BYTES,
                           .name_bytes = name,
                           .packed_bytes = load32(at + 20),
                           .bytes = load32(at + 24),
                           .header = load32(at + 42),
                           .crc = load32(at + 16),
                           .flags = zip_load16(at + 8),
                           .method = zip_load16(at + 10)};
    *place += all;
    return read_extra(at + ENTRY_BYTES + name, extra, member)
               ? LINCLASS_OK
               : zip_fail_member(self, member, LINCLASS_ERROR_FORMAT, "has a damaged extra field");
}

static int compare_names(const zip_member *a, const zip_member *b)
{
    const int order = memcmp(a->name, b->name, lesser_size(a->name_bytes, b->name_bytes));
    return order != 0 ? order : (a->name_bytes > b->name_bytes) - (a->name_bytes < b->name_bytes);
}

static inline bool comes_after(const void *keys, int64_t a, int64_t b)
{
    const zip_member *const member = keys;
    return compare_names(&member[a], &member[b]) > 0;
}

static linclass_status check_names(const zip_archive *self)
{
    void *taken;
    const linclass_status status = context_allocate_array(self->ctx, self->members, sizeof(int64_t),
                                                          "the order of members", &taken);
    if (status != LINCLASS_OK)
        return status;
    int64_t *const order = taken;
    for (int64_t i = 0; i < self->members; i++)
        order[i] = i;
    heap_sort(self->members, order, comes_after, self->member);
    int64_t twice = -1;
    for (int64_t i = 1; i < self->members && twice < 0; i++)
        if (compare_names(&self->member[order[i - 1]], &self->member[order[i]]) == 0)
            twice = order[i];
    context_release(self->ctx, order);
    return twice < 0 ? LINCLASS_OK
                     : zip_fail_member(self, &self->member[twice], LINCLASS_ERROR_FORMAT,
                                       "is there twice");
}

linclass_status zip_fail_member(const zip_archive *self, const zip_member *member,
                                linclass_status status, const char *what)
{
    return context_fail(self->ctx, status, "%s: member '%.*s' %s", self->file,
                        (int)lesser_size(member->name_bytes, 200), member->name, what);
}

linclass_status zip_open(linclass_context *ctx, const char *file, const uint8_t *bytes,
                         size_t count, zip_archive *archive)
{
    *archive = (zip_archive){.ctx = ctx, .file = file, .bytes = bytes, .count = count};
    directory_place found = {0};
    void *taken;
    linclass_status status = find_directory(archive, &found);
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, (int64_t)found.entries, sizeof(zip_member),
                                        "the directory of an archive", &taken);
    if (status != LINCLASS_OK)
        return status;
    archive->member = taken;
    size_t place = archive->directory;
    for (uint64_t i = 0; i < found.entries && status == LINCLASS_OK; i++)
        status = read_entry(archive, found.end, &place, &archive->member[archive->members++]);
    if (status == LINCLASS_OK && place != found.end)
        status = fail(archive, "the directory of the archive is damaged");
    return status == LINCLASS_OK ? check_names(archive) : status;
}

void zip_end(zip_archive *archive)
{
    context_release(archive->ctx, archive->member);
    archive->member = NULL;
}
