#include "model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { CHECKSUM_PLACE = 37, CHECKSUM_DIGITS = 8 };

static void expect(int truth, const char *what)
{
    if (truth)
        return;
    fprintf(stderr, "model_file: %s\n", what);
    abort();
}

model_bytes model_bytes_read(const char *path)
{
    model_bytes file = {0};
    FILE *stream = fopen(path, "rb");
    expect(stream != NULL, path);
    file.size = fread(file.bytes, 1, sizeof file.bytes, stream);
    expect(file.size < sizeof file.bytes, "the file is too long");
    fclose(stream);
    return file;
}

model_bytes model_bytes_make(const char *header, const void *data, size_t data_bytes)
{
    model_bytes file = {0};
    const uint64_t length = strlen(header);
    expect(sizeof length + length + data_bytes <= sizeof file.bytes, "the file is too long");
    memcpy(file.bytes, &length, sizeof length);
    memcpy(file.bytes + sizeof length, header, length);
    if (data_bytes > 0)
        memcpy(file.bytes + sizeof length + length, data, data_bytes);
    file.size = sizeof length + length + data_bytes;
    return file;
}

void model_bytes_sign(model_bytes *file)
{
    if (file->size < CHECKSUM_PLACE + CHECKSUM_DIGITS)
        return;
    char digits[CHECKSUM_DIGITS + 1];
    memset(file->bytes + CHECKSUM_PLACE, '0', CHECKSUM_DIGITS);
    (void)snprintf(digits, sizeof digits, "%08lx", crc32(0, file->bytes, (uInt)file->size));
    memcpy(file->bytes + CHECKSUM_PLACE, digits, CHECKSUM_DIGITS);
}
