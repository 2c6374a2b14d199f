/* Sparse rows from the arrays of a file: compressed rows, compressed columns, or coordinates. */
#ifndef DATA_FORMATS_SPARSE_H
#define DATA_FORMATS_SPARSE_H

#include "data/dataset.h"

/* Indices as they lie in a file. */
typedef struct sparse_indices {
    const void *index;
    int32_t dtype; /* LINCLASS_INT32 or LINCLASS_INT64 */
    int64_t count;
} sparse_indices;

typedef struct sparse_source {
    const char *name; /* for error messages */
    int64_t rows;
    int64_t cols;
    size_t file_bytes;     /* what the number of rows is held against where nothing else says it */
    sparse_indices starts; /* compressed: rows + 1 or cols + 1; coordinates: none */
    sparse_indices row;    /* of each element; compressed rows: none */
    sparse_indices col;    /* of each element; compressed columns: none */
    const void *values;    /* `elements` of them */
    int32_t dtype;
    int64_t elements;
} sparse_source;

/* Fill a data set with compressed rows. Where the columns of each row ascend, columns and values stay
 * where they are, and so do 64-bit row starts: *in_place. Else a copy is made, sorted, with what is there
 * twice summed, as float64 for 32- and 64-bit integers and float64, as float32 for all other types.
 * Errors: FORMAT (starts that descend, or an index out of range: the message has the row or the element),
 * DIMENSION (more than 2^31 - 1 columns), MEMORY. */
linclass_status sparse_rows(linclass_context *ctx, const sparse_source *source,
                            linclass_dataset *dataset, bool *in_place);

#endif
