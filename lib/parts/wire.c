/* The checksum takes four words at a time in four lanes, lane := (lane xor word) * odd, which a change of any one word
 * changes, and mixes the lanes: nothing beside the products that a message is about. It finds damage, not forgery. */
#include "parts/wire.h"

#include <string.h>

#include "core/byte_order.h"
#include "core/context.h"

enum { LANES = 4 };
static const uint64_t ODD = UINT64_C(0x9E3779B97F4A7C15);
static const uint64_t MAGIC =
    UINT64_C(0x0073747261506C00); /* "lParts", type and version beside it */

static uint64_t magic_of(int type)
{
    return MAGIC | (uint64_t)type | (uint64_t)WIRE_VERSION << 56;
}

static uint64_t checksum(const wire_word *words, int64_t count)
{
    uint64_t lanes[LANES] = {1, 2, 3, 4};
    int64_t at = 0;
    for (; at + LANES <= count; at += LANES) {
        for (int lane = 0; lane < LANES; lane++)
            lanes[lane] = (lanes[lane] ^ words[at + lane]) * ODD;
    }
    for (; at < count; at++)
        lanes[0] = (lanes[0] ^ words[at]) * ODD;
    uint64_t sum = (uint64_t)count;
    for (int lane = 0; lane < LANES; lane++) {
        sum = (sum ^ lanes[lane]) * ODD;
        sum ^= sum >> 29;
    }
    return sum;
}

/* Room for the next `count` words; NULL while measured, or where they are not there. */
static wire_word *next(wire *self, int64_t count)
{
    if (self->mode == WIRE_READ && (count < 0 || count > self->count - self->at)) {
        self->broken = true;
        return NULL;
    }
    wire_word *place = self->mode == WIRE_MEASURE ? NULL : self->words + self->at;
    self->at += count;
    return place;
}

static void move(wire *self, void *value)
{
    wire_word *place = next(self, 1);
    if (place == NULL)
        return;
    if (self->mode == WIRE_WRITE)
        memcpy(place, value, sizeof *place);
    else
        memcpy(value, place, sizeof *place);
}

void wire_integer(wire *self, int64_t *value)
{
    move(self, value);
}

void wire_real(wire *self, double *value)
{
    move(self, value);
}

void wire_integer_within(wire *self, int64_t *value, int64_t least, int64_t most)
{
    move(self, value);
    if (self->mode == WIRE_READ && !self->broken && (*value < least || *value > most))
        self->broken = true;
}

static const void *move_array(wire *self, int64_t count, const void *values)
{
    wire_word *place = next(self, count);
    if (place != NULL && self->mode == WIRE_WRITE && count > 0)
        memcpy(place, values, (size_t)count * sizeof *place);
    return self->mode == WIRE_READ ? place : values;
}

void wire_integers(wire *self, int64_t count, const int64_t **values)
{
    *values = move_array(self, count, *values);
}

void wire_reals(wire *self, int64_t count, const double **values)
{
    *values = move_array(self, count, *values);
}

void wire_seal(int type, const wire_identity *identity, wire_word *words, int64_t count)
{
    words[0] = magic_of(type);
    words[1] = (uint64_t)count;
    words[2] = (uint64_t)identity->fit;
    words[3] = (uint64_t)identity->sequence;
    words[4] = (uint64_t)identity->kind;
    words[count - 1] = checksum(words, count - 1);
    little_endian_all(words, (size_t)count * sizeof *words, sizeof *words);
}

linclass_status wire_write(linclass_context *ctx, int type, const wire_identity *identity,
                           wire_fields fields, void *message, wire_word **words, int64_t *count)
{
    wire measured = {.mode = WIRE_MEASURE, .at = WIRE_HEADER};
    fields(&measured, message);
    *count = measured.at + WIRE_CHECKSUM;
    void *memory;
    const linclass_status status =
        context_allocate_array(ctx, *count, sizeof **words, "a message", &memory);
    *words = memory;
    if (status != LINCLASS_OK)
        return status;
    wire written = {.mode = WIRE_WRITE, .words = *words, .at = WIRE_HEADER};
    fields(&written, message);
    wire_seal(type, identity, *words, *count);
    return LINCLASS_OK;
}

/* What is wrong with the words of a message, or NULL. */
static const char *defect_of(int type, const wire_word *words, int64_t count)
{
    const uint64_t version = words[0] >> 56;
    if ((words[0] ^ magic_of(type)) << 8 != 0)
        return "does not begin as one";
    if (version != WIRE_VERSION)
        return "is of another version of the library";
    if (words[1] != (uint64_t)count)
        return "is truncated, or has bytes behind its end";
    return words[count - 1] == checksum(words, count - 1) ? NULL
                                                          : "is damaged: its checksum differs";
}

linclass_status wire_open(linclass_context *ctx, const char *name, int type, const void *bytes,
                          int64_t length, wire_identity *identity, wire *opened)
{
    const int64_t count = length / (int64_t)sizeof(uint64_t);
    *opened = (wire){.mode = WIRE_READ};
    if (bytes == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL", name);
    if (length % (int64_t)sizeof(uint64_t) != 0 || count < WIRE_HEADER + WIRE_CHECKSUM)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s has %lld bytes: it is truncated", name,
                            (long long)length);
    void *memory;
    const linclass_status status =
        context_allocate_array(ctx, count, sizeof *opened->words, "a message", &memory);
    if (status != LINCLASS_OK)
        return status;
    wire_word *words = memcpy(memory, bytes, (size_t)length);
    little_endian_all(words, (size_t)length, sizeof *words);
    const char *defect = defect_of(type, words, count);
    if (defect != NULL) {
        context_release(ctx, words);
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s %s", name, defect);
    }
    identity->fit = (int64_t)words[2];
    identity->sequence = (int64_t)words[3];
    identity->kind = (int64_t)words[4];
    opened->words = words;
    opened->count = count - WIRE_CHECKSUM;
    opened->at = WIRE_HEADER;
    return LINCLASS_OK;
}

linclass_status wire_close(linclass_context *ctx, const char *name, const wire *self)
{
    if (!self->broken && self->at == self->count)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s has fields that do not fit together", name);
}
