/* A table becomes a data set: columns of numbers are features, of texts a feature for each category, one
 * column has the labels. */
#ifndef DATA_ENCODE_H
#define DATA_ENCODE_H

#include <linclass/status.h>

#include "data/dataset.h"
#include "data/table.h"

/* Fill the empty data set: elements, labels, names, encoding; by the options label, encoding, dtype, layout,
 * missing and unknown. The cells of the table are overwritten; the caller ends it. With an encoding, a column of
 * labels that is absent or has no value at all gives no labels.
 * Errors: INVALID_ARGUMENT (no such column of labels), FORMAT (a missing cell, an unknown category, a number
 * too large for float32, a text that is no number or no UTF-8, a column without numbers whose mean is asked
 * for), DIMENSION (columns that the encoding has and the table has not), LABEL (missing, no integer,
 * unknown), MEMORY. The error message names source, line and column. */
linclass_status encode_table(linclass_context *ctx, table *source,
                             const linclass_read_options *options, linclass_dataset *dataset);

/* Fill only labels and class_names, from one column of the table, which is overwritten: integers are the labels,
 * texts become 0, 1, ... in ascending order of their bytes. known: the labels are those of its class names, or
 * integers where it has none; NULL: found from the column. Errors: LABEL, FORMAT, MEMORY. */
linclass_status encode_labels(linclass_context *ctx, table *source, int64_t column,
                              const linclass_encoding *known, linclass_dataset *dataset);

#endif
