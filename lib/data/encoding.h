/* The encoding behind the public handle: columns of a table to features, texts to labels. */
#ifndef DATA_ENCODING_H
#define DATA_ENCODING_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/encoding.h>
#include <linclass/status.h>

#include "core/allocator.h"
#include "data/text_list.h"

typedef struct encoding_column {
    int32_t kind;         /* LINCLASS_COLUMN_* */
    double mean;          /* of numbers; finite */
    text_list categories; /* of texts, in ascending order of their bytes */
} encoding_column;

struct linclass_encoding {
    allocator allocator;
    int64_t columns; /* those that become features */
    encoding_column *column;
    text_list names; /* columns of them, or none */
    int64_t
        label_place; /* of the column of labels in the table, counted from 0; -1: there is none */
    text_list label_name;  /* one, or none */
    text_list class_names; /* of the labels 0, 1, ..., in ascending order of their bytes, or none */
    int32_t missing;       /* LINCLASS_MISSING_* */
};

/* An encoding without names, its columns all zero. columns >= 0. Errors: MEMORY; *encoding is then NULL. */
linclass_status encoding_new(linclass_context *ctx, int64_t columns, linclass_encoding **encoding);

/* Errors: MEMORY; *copy is then NULL. */
linclass_status encoding_copy(linclass_context *ctx, const linclass_encoding *source,
                              linclass_encoding **copy);

/* It may be NULL. */
void encoding_destroy(linclass_encoding *encoding);

/* The kind that the encoding expects of the column of a table, LINCLASS_COLUMN_*; 0 where it expects none. name:
 * of the column, NULL where the table has no names; place: counted from 0. For readers that find out what a
 * column holds. */
int32_t encoding_expects(const linclass_encoding *encoding, const char *name, int64_t place);

#endif
