/* Texts of the caller's under keys, which a model carries and its file keeps.
 *
 * In a model they stand twice: as texts, key and value one after the other, each with its zero, in the order
 * they were given; and as the members of the file's JSON, so that saving allocates nothing. */
#ifndef MODEL_METADATA_H
#define MODEL_METADATA_H

#include <stddef.h>

#include <linclass/status.h>

#include "model_file/safetensors.h"

enum {
    METADATA_MOST_KEYS = 64,
    METADATA_LONGEST_KEY = 48,
    METADATA_MOST_BYTES = 1 << 19 /* of JSON: a header that may be as long as twice that has room */
};

/* Keys begin with this in a file, so that they are not taken for the library's own. */
#define METADATA_PREFIX "user."

typedef struct model_metadata {
    char *texts;
    char *json; /* ,"user.key":"value",... */
    size_t texts_bytes;
    size_t json_bytes;
} model_metadata;

/* Whether it may be a key: 1 to METADATA_LONGEST_KEY characters of printable ASCII, no quotes, no backslashes. */
bool metadata_is_key(const char *key, size_t length);

/* Append a pair to the JSON; only count its bytes while there is no memory for it. */
void metadata_append_json(model_metadata *to, const char *key, const char *value);

/* Sizes that hold what a file's header says; no pointers. Errors: FORMAT (a key or value that may not be, a key
 * that is there twice, too many of them, too much). */
linclass_status metadata_measure(const safetensors_header *header, model_metadata *sizes);

/* Read them into memory of those sizes; `metadata` has its pointers, and sizes of 0. */
void metadata_read(const safetensors_header *header, model_metadata *metadata);

#endif
