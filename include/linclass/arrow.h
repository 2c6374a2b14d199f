/* Level 3, tables in memory: the C data and stream interface of Apache Arrow, which pandas, polars,
 * pyarrow, DuckDB and others speak. The three structs are those of its specification, under the names of
 * its guards, so that this header and others that declare them can be included together. */
#ifndef LINCLASS_ARROW_H
#define LINCLASS_ARROW_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/dataset.h>

LINCLASS_BEGIN_DECLS

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

/* Bits of ArrowSchema.flags. */
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4

/* A type: that of a column, or of rows, whose children are the columns. */
struct ArrowSchema {
    const char *format; /* the type in letters: "+s" rows, "l" int64, "g" float64, "u" texts, ... */
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary; /* of the values, where the column has indices into them */
    void (*release)(struct ArrowSchema *schema); /* NULL: released */
    void *private_data;
};

/* Values of a type. */
struct ArrowArray {
    int64_t length;
    int64_t null_count; /* -1: not known */
    int64_t offset;     /* of the first value within the buffers */
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers; /* the first: a bit a value, 1 where it is there; NULL: all are */
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *array); /* NULL: released */
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

/* Rows, chunk by chunk; the functions return 0 or a number of errno.h. */
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *stream, struct ArrowSchema *schema);
    int (*get_next)(struct ArrowArrayStream *stream,
                    struct ArrowArray *chunk);                      /* released: the end */
    const char *(*get_last_error)(struct ArrowArrayStream *stream); /* NULL: none */
    void (*release)(struct ArrowArrayStream *stream);               /* NULL: released */
    void *private_data;
};

#endif

/* Make a data set of a stream of rows. Columns of integers, unsigned integers, floats (16, 32, 64 bits)
 * and booleans are numbers; those of utf8, large_utf8 and utf8_view, and dictionaries of them, are texts;
 * a column of nulls has only missing cells, as have values that are null, and NaN. Other types are refused
 * by the name of the column. Integers beyond 2^53 are rounded to the nearest double. The columns become
 * features and labels as those of a table in a file (linclass_dataset_read).
 *
 * The stream is released in every case, also after an error; the data set is a copy. options: NULL for the
 * defaults; label, labels_path, encoding, dtype, layout, missing and unknown count; progress is called
 * after each chunk, with the number of rows so far and total 0. *dataset: owned by the caller
 * (linclass_dataset_destroy); NULL after an error.
 *
 * Errors: INVALID_ARGUMENT, IO (the stream's own, with its message), UNSUPPORTED (a type), FORMAT (an
 * infinite number, arrays that do not fit their schema, a missing cell, ...), LABEL, DIMENSION, MEMORY,
 * STOPPED_BY_CALLBACK. */
LINCLASS_API linclass_status linclass_dataset_from_arrow(linclass_context *ctx,
                                                         struct ArrowArrayStream *stream,
                                                         const linclass_read_options *options,
                                                         linclass_dataset **dataset);

LINCLASS_END_DECLS

#endif
