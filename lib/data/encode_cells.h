/* The cells of a table in order: kinds, means and categories are those of the encoding. */
#ifndef DATA_ENCODE_CELLS_H
#define DATA_ENCODE_CELLS_H

#include <linclass/dataset.h>

#include "data/dataset.h"
#include "data/encoding.h"
#include "data/table.h"

typedef struct encode_cells {
    table *source;
    const linclass_encoding *encoding;
    const int64_t *places; /* of the columns of the encoding in the table */
    const linclass_read_options *options;
} encode_cells;

/* Make every cell final: numbers that are all finite; codes that are categories of the encoding, or -1: none.
 * Errors: FORMAT, with the first row that has a missing cell, an unknown category or a number too large for
 * float32; MEMORY. */
linclass_status encode_cells_prepare(linclass_context *ctx, const encode_cells *self);

/* Write the elements of cells that are prepared into the data set, dense or sparse. Errors: DIMENSION, MEMORY. */
linclass_status encode_cells_write(linclass_context *ctx, const encode_cells *self,
                                   linclass_dataset *dataset);

#endif
