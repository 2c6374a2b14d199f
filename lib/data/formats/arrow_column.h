/* A column of an Arrow stream as a column of a table. */
#ifndef DATA_FORMATS_ARROW_COLUMN_H
#define DATA_FORMATS_ARROW_COLUMN_H

#include <linclass/arrow.h>

#include "data/table.h"

/* The chunks of a stream: arrays of rows. */
typedef struct arrow_chunks {
    struct ArrowArray *chunk; /* `count`, none released; allocated */
    int64_t count;
    int64_t capacity;
    int64_t rows;
} arrow_chunks;

/* Whether a column can be read. name: for the error message. Errors: UNSUPPORTED, FORMAT. */
linclass_status arrow_check_schema(linclass_context *ctx, const struct ArrowSchema *schema,
                                   const char *name);

/* Whether a chunk of rows is what the schema says, as far as that can be seen. Errors: FORMAT. */
linclass_status arrow_check_chunk(linclass_context *ctx, const struct ArrowSchema *schema,
                                  const struct ArrowArray *chunk);

/* Fill column `index`, which is all zero, by the values of all chunks, which have been checked.
 * Errors: FORMAT (an infinite number, a text that cannot be, an index out of range), UNSUPPORTED (more
 * texts than 2^31 - 1), MEMORY. */
linclass_status arrow_read_column(linclass_context *ctx, const struct ArrowSchema *schema,
                                  const arrow_chunks *chunks, int64_t index, const char *name,
                                  table_column *column);

#endif
