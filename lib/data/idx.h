/* Labels of IDX files. */
#ifndef DATA_IDX_H
#define DATA_IDX_H

#include "data/byte_reader.h"
#include "data/dataset.h"

/* Read labels into a data set that has none. rows: how many there must be; -1: any number, which becomes
 * that of the rows. Errors: FORMAT, DIMENSION, MEMORY, those of byte_reader_read. */
linclass_status idx_read_labels(linclass_context *ctx, byte_reader *reader, int64_t rows,
                                linclass_dataset *dataset);

#endif
