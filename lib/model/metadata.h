/* Texts of the caller under keys, which a model and its file carry.
 *
 * A model holds them twice: as texts, key and value one after the other, each with its zero, in the order
 * they were given; and as the members of the file's JSON, so that saving allocates nothing. */
#ifndef MODEL_METADATA_H
#define MODEL_METADATA_H

#include <stdbool.h>
#include <stddef.h>

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

#endif
