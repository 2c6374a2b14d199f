/* Requests and replies as strings of 64-bit words, little-endian:
 *
 *     magic and version, length in words, identity, sequence, kind, ..., checksum
 *
 * In memory the words are in the machine's order. One function says what the fields of a message are; it is called
 * to measure them, to write them and to read them. */
#ifndef PARTS_WIRE_H
#define PARTS_WIRE_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

/* A word, which may hold an integer or a double. */
typedef uint64_t wire_word __attribute__((may_alias));

enum { WIRE_REQUEST = 0x51, WIRE_REPLY = 0x52, WIRE_VERSION = 2 };

typedef enum wire_mode { WIRE_MEASURE, WIRE_WRITE, WIRE_READ } wire_mode;

typedef struct wire {
    wire_mode mode;
    wire_word *words; /* NULL while measured */
    int64_t count;    /* of words that there are, to read */
    int64_t at;
    bool broken; /* read beyond the end, or a number out of range */
} wire;

/* Which fit, and which of its requests, a message belongs to. */
typedef struct wire_identity {
    int64_t fit;
    int64_t sequence;
    int64_t kind;
} wire_identity;

/* The next field: measured, written from *value, or read into it. */
void wire_integer(wire *self, int64_t *value);
void wire_real(wire *self, double *value);

/* The same of arrays; read, they lie in the words. */
void wire_integers(wire *self, int64_t count, const int64_t **values);
void wire_reals(wire *self, int64_t count, const double **values);

/* The same of an integer in least..most; broken when it is not. */
void wire_integer_within(wire *self, int64_t *value, int64_t least, int64_t most);

/* Lay out a message, calling fields twice. *words: to be released; *count: how many. type: WIRE_REQUEST or
 * WIRE_REPLY. Errors: MEMORY. */
typedef void (*wire_fields)(wire *self, void *message);
linclass_status wire_write(linclass_context *ctx, int type, const wire_identity *identity,
                           wire_fields fields, void *message, wire_word **words, int64_t *count);

/* Finish a message of `count` words that was laid out by hand: its first five words and the checksum, in the order of
 * files. */
enum { WIRE_HEADER = 5, WIRE_CHECKSUM = 1 };
void wire_seal(int type, const wire_identity *identity, wire_word *words, int64_t count);

/* Read the bytes of a message: a copy in *words, to be released, which the arrays lie in. name: "the request". Errors:
 * FORMAT, MEMORY; then *words is NULL. */
linclass_status wire_open(linclass_context *ctx, const char *name, int type, const void *bytes,
                          int64_t length, wire_identity *identity, wire *opened);

/* FORMAT, unless all fields but the checksum have been read and none was broken. */
linclass_status wire_close(linclass_context *ctx, const char *name, const wire *self);

#endif
