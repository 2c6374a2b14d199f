/* Texts that a model and its file carry, each under a key.
 *
 * A model holds each once, as key and value, in the order they were added; a file has them as members of its JSON,
 * made when the model is saved. Keys are those of the file: the caller's have a prefix. Whatever metadata_add adds to
 * a new model is saved, and copied by linclass_model_with_metadata; a file gives back the keys that
 * metadata_is_carried knows. */
#ifndef MODEL_METADATA_H
#define MODEL_METADATA_H

#include <stdbool.h>
#include <stddef.h>

#include <linclass/context.h>
#include <linclass/model.h>

enum {
    METADATA_MOST_KEYS = 64, /* of the caller's */
    METADATA_LONGEST_KEY = 48,
    METADATA_MOST_BYTES =
        1 << 19 /* of their JSON: a header that may be as long as twice that has room */
};

/* The key of the library's own text: how the columns of a table became features (data/encoding_text.h). */
#define METADATA_ENCODING "encoding"
enum { METADATA_ENCODING_BYTES = 48 << 20 }; /* of its JSON */

/* The caller's keys begin with this, so that they are not taken for the library's own. */
#define METADATA_PREFIX "user."

typedef struct model_metadata {
    char *texts;  /* key, value, key, value, ..., each with its zero */
    size_t bytes; /* of texts */
} model_metadata;

/* Whether the caller may choose it: 1 to METADATA_LONGEST_KEY characters of printable ASCII, no quotes, no
 * backslashes. */
bool metadata_is_key(const char *key, size_t length);

/* Whether the key of a file is one of the caller's. */
bool metadata_is_callers(const char *key, size_t length);

/* Whether the key of a file stands for a text that a model carries. */
bool metadata_is_carried(const char *key, size_t length);

/* Bytes of the caller's pair in a file; key_bytes: without the prefix, value_bytes: as JSON. */
size_t metadata_json_bytes(size_t key_bytes, size_t value_bytes);

/* *changed: a copy of the model in which the key of a file has that value; NULL: is not there. The copy's encoding is
 * `encoding`, which becomes the copy's own, also after an error; NULL: none. Errors: DIMENSION (too much of the
 * caller's), MEMORY; *changed is then NULL. */
linclass_status metadata_change(linclass_context *ctx, const linclass_model *model, const char *key,
                                const char *value, linclass_encoding *encoding,
                                linclass_model **changed);

/* Append a pair, both texts in UTF-8; only count its bytes while there is no memory for it. */
void metadata_add(model_metadata *to, const char *key, const char *value);

/* The key of the pair at *at, and its value; *at: 0 for the first, moves on to the next. NULL at the end. */
const char *metadata_next(const model_metadata *metadata, size_t *at, const char **value);

#endif
