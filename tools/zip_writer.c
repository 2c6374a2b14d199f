#include "zip_writer.h"

#include <stdbool.h>
#include <string.h>

enum {
    LONGEST_NAME = 64,
    ALIGNMENT = 64,
    EXTRA_HEAD = 4, /* of an extra field: its type and length */
    LOCAL_HEAD = 30,
    CENTRAL_HEAD = 46,
    SIZES = 2 * 8, /* of a member, with compression and without */
    VERSION = 45   /* the first with zip64 */
};

static const uint32_t IN_ZIP64 = UINT32_MAX; /* the number stands in a field of zip64 */

/* CRC-32 as zip has it, of the bytes before and these. */
static uint32_t checksum_of(uint32_t before, const uint8_t *bytes, size_t length)
{
    static uint32_t table[256];
    for (uint32_t i = 0; table[255] == 0 && i < 256; i++) {
        uint32_t word = i;
        for (int bit = 0; bit < 8; bit++)
            word = word >> 1 ^ ((word & 1) != 0 ? UINT32_C(0xedb88320) : 0);
        table[i] = word;
    }
    uint32_t sum = ~before;
    for (size_t i = 0; i < length; i++)
        sum = sum >> 8 ^ table[(sum ^ bytes[i]) & 255];
    return ~sum;
}

void zip_sink_put(zip_sink *sink, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    sink->length += length;
    if (sink->file == NULL)
        sink->checksum = checksum_of(sink->checksum, bytes, length);
    else if (!ferror(sink->file))
        fwrite(bytes, 1, length, sink->file);
}

static void put(uint8_t **to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= 8)
        *(*to)++ = (uint8_t)value;
}

static void write_header(zip_writer *zip, const uint8_t *header, const uint8_t *end)
{
    fwrite(header, 1, (size_t)(end - header), zip->file);
    zip->offset += (uint64_t)(end - header);
}

/* What both headers of a member have: version, flags, method (stored), time (1980), checksum, sizes, lengths. */
static void put_member(uint8_t **to, const zip_writer *zip, int index, size_t extra)
{
    put(to, VERSION, 2);
    put(to, 0, 2 + 2);
    put(to, 0x21 << 16, 4);
    put(to, zip->member[index].checksum, 4);
    put(to, IN_ZIP64, 4);
    put(to, IN_ZIP64, 4);
    put(to, strlen(zip->member[index].name), 2);
    put(to, extra, 2);
}

/* An extra field of zip64: the sizes of a member. */
static void put_sizes(uint8_t **to, const zip_writer *zip, int index, bool with_offset)
{
    put(to, 1, 2);
    put(to, with_offset ? SIZES + 8 : SIZES, 2);
    put(to, zip->member[index].length, 8);
    put(to, zip->member[index].length, 8);
    if (with_offset)
        put(to, zip->member[index].offset, 8);
}

void zip_writer_add(zip_writer *zip, const char *name, zip_source *source, const void *argument)
{
    zip_sink sink = {.file = NULL};
    source(argument, &sink);
    const int index = zip->count++;
    zip->member[index].name = name;
    zip->member[index].checksum = sink.checksum;
    zip->member[index].length = sink.length;
    zip->member[index].offset = zip->offset;
    const size_t head = LOCAL_HEAD + strlen(name) + EXTRA_HEAD + SIZES + EXTRA_HEAD;
    const size_t padding = (ALIGNMENT - (zip->offset + head) % ALIGNMENT) % ALIGNMENT;
    uint8_t header[LOCAL_HEAD + LONGEST_NAME + EXTRA_HEAD + SIZES + EXTRA_HEAD + ALIGNMENT] = {0};
    uint8_t *to = header;
    put(&to, UINT32_C(0x04034b50), 4);
    put_member(&to, zip, index, EXTRA_HEAD + SIZES + EXTRA_HEAD + padding);
    memcpy(to, name, strlen(name));
    to += strlen(name);
    put_sizes(&to, zip, index, false);
    put(&to, 0xd935, 2); /* alignment, as Android's zipalign has it */
    put(&to, padding, 2);
    write_header(zip, header, to + padding);
    sink = (zip_sink){.file = zip->file};
    source(argument, &sink);
    zip->offset += sink.length;
}

/* The records at the end: that of zip64, where it is, and the one that all readers look for. */
static void write_end(zip_writer *zip, uint64_t directory)
{
    const uint64_t length = zip->offset - directory;
    const uint64_t record = zip->offset;
    uint8_t end[56 + 20 + 22];
    uint8_t *to = end;
    put(&to, UINT32_C(0x06064b50), 4);
    put(&to, 56 - 12, 8);
    put(&to, VERSION, 2);
    put(&to, VERSION, 2);
    put(&to, 0, 4 + 4);
    put(&to, (uint64_t)zip->count, 8);
    put(&to, (uint64_t)zip->count, 8);
    put(&to, length, 8);
    put(&to, directory, 8);
    put(&to, UINT32_C(0x07064b50), 4);
    put(&to, 0, 4);
    put(&to, record, 8);
    put(&to, 1, 4);
    put(&to, UINT32_C(0x06054b50), 4);
    put(&to, 0, 4);
    put(&to, (uint64_t)zip->count, 2);
    put(&to, (uint64_t)zip->count, 2);
    put(&to, IN_ZIP64, 4);
    put(&to, IN_ZIP64, 4);
    put(&to, 0, 2);
    write_header(zip, end, to);
}

void zip_writer_end(zip_writer *zip)
{
    const uint64_t directory = zip->offset;
    for (int i = 0; i < zip->count; i++) {
        uint8_t header[CENTRAL_HEAD + LONGEST_NAME + EXTRA_HEAD + SIZES + 8];
        uint8_t *to = header;
        put(&to, UINT32_C(0x02014b50), 4);
        put(&to, VERSION, 2);
        put_member(&to, zip, i, EXTRA_HEAD + SIZES + 8);
        put(&to, 0, 2 + 2 + 2 + 4);
        put(&to, IN_ZIP64, 4);
        memcpy(to, zip->member[i].name, strlen(zip->member[i].name));
        to += strlen(zip->member[i].name);
        put_sizes(&to, zip, i, true);
        write_header(zip, header, to);
    }
    write_end(zip, directory);
}
