/* The header is read in two steps, each checked before the next: the magic number says how many
 * dimensions follow it, the dimensions how many bytes.
 *
 * Hazards: up to 255 dimensions of up to 2^32 - 1 overflow any integer, so products are checked; a
 * claim is believed only as far as bytes follow it (claimed_bytes.c). */
#include "data/idx_format.h"

#include <stdbool.h>
#include <stdio.h>

#include <linclass/matrix.h>

#include "core/context.h"
#include "data/claimed_bytes.h"

static const idx_element_type TYPES[] = {
    {"uint8", 1, LINCLASS_UINT8, 0x08},     {"int8", 1, LINCLASS_INT8, 0x09},
    {"int16", 2, LINCLASS_INT16, 0x0b},     {"int32", 4, LINCLASS_INT32, 0x0c},
    {"float32", 4, LINCLASS_FLOAT32, 0x0d}, {"float64", 8, LINCLASS_FLOAT64, 0x0e},
};

static const idx_element_type *find_type(uint8_t code)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++)
        if (TYPES[i].code == code)
            return &TYPES[i];
    return NULL;
}

static linclass_status read_magic(linclass_context *ctx, byte_reader *reader, idx_header *header)
{
    uint8_t magic[4];
    size_t got;
    const linclass_status status = byte_reader_read(reader, magic, sizeof magic, &got);
    const char *const name = byte_reader_name(reader);
    if (status != LINCLASS_OK)
        return status;
    if (got == 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s is empty", name);
    if (got < sizeof magic)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is %zu bytes long, too short for an IDX header", name, got);
    if (magic[0] != 0 || magic[1] != 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is no IDX file: it begins with bytes %02x %02x, not 00 00", name,
                            magic[0], magic[1]);
    header->type = find_type(magic[2]);
    if (header->type == NULL)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is no IDX file: %02x, its third byte, is no element type", name,
                            magic[2]);
    header->dimensions = magic[3];
    if (header->dimensions == 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s has no dimensions", name);
    return LINCLASS_OK;
}

/* As many dimensions as there is room for, and the type. */
static void describe(idx_header *header)
{
    enum { ROOM = sizeof header->text, TAIL = 40 };
    size_t length = 0;
    for (int i = 0; i < header->dimensions && length < ROOM - TAIL; i++)
        length += (size_t)snprintf(header->text + length, ROOM - length, "%s%lld",
                                   i == 0 ? "" : " x ", (long long)header->dimension[i]);
    (void)snprintf(header->text + length, ROOM - length, "%s %s",
                   length < ROOM - TAIL ? "" : " x ...", header->type->name);
}

/* The product of all dimensions but the first, 0 where one of them is, however large the others are; false:
 * it overflows, and not even a file without samples can say how many features they would have. */
static bool count_features(idx_header *header)
{
    header->features = 1;
    for (int i = 1; i < header->dimensions; i++) {
        if (header->dimension[i] == 0) {
            header->features = 0;
            return true;
        }
    }
    bool fits = true;
    for (int i = 1; i < header->dimensions; i++)
        fits &= !__builtin_mul_overflow(header->features, header->dimension[i], &header->features);
    return fits;
}

static linclass_status read_dimensions(linclass_context *ctx, byte_reader *reader,
                                       idx_header *header)
{
    uint8_t raw[4 * IDX_MAX_DIMENSIONS];
    const size_t wanted = 4 * (size_t)header->dimensions;
    size_t got;
    const linclass_status status = byte_reader_read(reader, raw, wanted, &got);
    if (status != LINCLASS_OK)
        return status;
    if (got < wanted)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is truncated: its %d dimensions take %zu bytes, but %zu follow",
                            byte_reader_name(reader), header->dimensions, wanted, got);
    for (int i = 0; i < header->dimensions; i++) {
        const uint8_t *const at = raw + 4 * (size_t)i;
        header->dimension[i] =
            (int64_t)at[0] << 24 | (int64_t)at[1] << 16 | (int64_t)at[2] << 8 | at[3];
    }
    describe(header);
    if (!count_features(header))
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s claims samples of more features than can be counted: %s",
                            byte_reader_name(reader), header->text);
    if (!checked_bytes(header->dimension[0], header->features, header->type->bytes, &header->bytes))
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s claims more elements than can be addressed: %s",
                            byte_reader_name(reader), header->text);
    return LINCLASS_OK;
}

static linclass_status expect_end(linclass_context *ctx, byte_reader *reader,
                                  const idx_header *header)
{
    char extra;
    size_t got;
    const linclass_status status = byte_reader_read(reader, &extra, 1, &got);
    if (status != LINCLASS_OK || got == 0)
        return status;
    return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                        "%s goes on after the last of its %s elements, %zu bytes",
                        byte_reader_name(reader), header->text, header->bytes);
}

linclass_status idx_read_header(linclass_context *ctx, byte_reader *reader, idx_header *header)
{
    *header = (idx_header){0};
    const linclass_status status = read_magic(ctx, reader, header);
    return status == LINCLASS_OK ? read_dimensions(ctx, reader, header) : status;
}

linclass_status idx_read_elements(linclass_context *ctx, byte_reader *reader,
                                  const idx_header *header, void **elements)
{
    linclass_status status = claimed_bytes_read(ctx, reader, header->text, header->bytes, elements);
    if (status != LINCLASS_OK)
        return status;
    status = expect_end(ctx, reader, header);
    if (status != LINCLASS_OK) {
        context_release(ctx, *elements);
        *elements = NULL;
    }
    return status;
}
