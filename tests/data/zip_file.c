#include "zip_file.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct growing {
    uint8_t bytes[1 << 20];
    size_t size;
} growing;

static void put(growing *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to->bytes[to->size++] = (uint8_t)(value >> 8 * i);
}

static void put_bytes(growing *to, const void *bytes, size_t count)
{
    if (to->size + count > sizeof to->bytes)
        abort();
    if (count > 0)
        memcpy(to->bytes + to->size, bytes, count);
    to->size += count;
}

/* What the local header and the entry have in common: version, flags, method, time, CRC-32, sizes. */
static void put_common(growing *to, const zip_part *part, uint32_t crc, size_t packed, size_t plain,
                       int local)
{
    const int hidden = local && (part->how & ZIP_DESCRIPTOR) != 0;
    const int wide = (part->how & ZIP_WIDE) != 0;
    put(to, 45, 2);
    put(to, (part->how & ZIP_DESCRIPTOR) != 0 ? 8 : 0, 2);
    put(to, (part->how & ZIP_DEFLATED) != 0 ? 8 : 0, 2);
    put(to, 0, 4);
    put(to, hidden ? 0 : crc, 4);
    put(to, hidden ? 0 : wide ? UINT32_MAX : packed, 4);
    put(to, hidden ? 0 : wide ? UINT32_MAX : plain, 4);
    put(to, strlen(part->name), 2);
}

static void put_part(growing *file, growing *directory, const zip_part *part)
{
    const size_t begin = file->size;
    const uint32_t crc = (uint32_t)crc32(0, part->content.bytes, (uInt)part->content.size);
    const size_t plain = part->content.size;
    byte_string packed =
        (part->how & ZIP_DEFLATED) != 0 ? deflate_of(part->content) : part->content;
    put(file, 0x04034b50, 4);
    put_common(file, part, crc, packed.size, plain, 1);
    put(file, part->pads, 2);
    put_bytes(file, part->name, strlen(part->name));
    if (part->pads > 0) {
        put(file, 0xcafe, 2);
        put(file, part->pads - 4, 2);
        for (size_t i = 4; i < part->pads; i++)
            put(file, 0, 1);
    }
    put_bytes(file, packed.bytes, packed.size);
    if ((part->how & ZIP_DESCRIPTOR) != 0) {
        put(file, 0x08074b50, 4);
        put(file, crc, 4);
        put(file, packed.size, 4);
        put(file, plain, 4);
    }
    const int wide = (part->how & ZIP_WIDE) != 0;
    put(directory, 0x02014b50, 4);
    put(directory, 45, 2);
    put_common(directory, part, crc, packed.size, plain, 0);
    put(directory, wide ? 32 : 0, 2);
    put(directory, 0, 2);
    put(directory, 0, 8);
    put(directory, wide ? UINT32_MAX : begin, 4);
    put_bytes(directory, part->name, strlen(part->name));
    if (wide) {
        put(directory, 0xcafe, 2);
        put(directory, 0, 2);
        put(directory, 1, 2);
        put(directory, 24, 2);
        put(directory, plain, 8);
        put(directory, packed.size, 8);
        put(directory, begin, 8);
    }
    byte_string_free(&packed);
}

byte_string zip_of(const zip_part *parts, int wide)
{
    static growing file;
    static growing directory;
    file.size = 0;
    directory.size = 0;
    size_t count = 0;
    for (; parts[count].name != NULL; count++)
        put_part(&file, &directory, &parts[count]);
    const size_t begin = file.size;
    put_bytes(&file, directory.bytes, directory.size);
    const size_t end = file.size;
    if (wide) {
        put(&file, 0x06064b50, 4);
        put(&file, 44, 8);
        put(&file, 45, 4);
        put(&file, 0, 8);
        put(&file, count, 8);
        put(&file, count, 8);
        put(&file, directory.size, 8);
        put(&file, begin, 8);
        put(&file, 0x07064b50, 4);
        put(&file, 0, 4);
        put(&file, end, 8);
        put(&file, 1, 4);
    }
    put(&file, 0x06054b50, 4);
    put(&file, 0, 4);
    put(&file, wide ? UINT16_MAX : count, 2);
    put(&file, wide ? UINT16_MAX : count, 2);
    put(&file, wide ? UINT32_MAX : directory.size, 4);
    put(&file, wide ? UINT32_MAX : begin, 4);
    put(&file, 0, 2);
    return byte_string_of(file.bytes, file.size);
}

uint8_t *zip_entry(byte_string archive, int index)
{
    const uint8_t *const end = archive.bytes + archive.size - 22;
    uint8_t *at = archive.bytes + (end[16] | end[17] << 8 | end[18] << 16);
    for (; index > 0; index--)
        at += 46 + (at[28] | at[29] << 8) + (at[30] | at[31] << 8) + (at[32] | at[33] << 8);
    return at;
}
