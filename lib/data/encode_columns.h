/* Which columns of a table are meant: by names, or by places where there are none. */
#ifndef DATA_ENCODE_COLUMNS_H
#define DATA_ENCODE_COLUMNS_H

#include <stdbool.h>

#include <linclass/dataset.h>

#include "data/encoding.h"
#include "data/table.h"

/* *place: of the column of labels, that of options->label or else of the encoding; -1: there is none. Errors:
 * INVALID_ARGUMENT (options->label is no column, or several). */
linclass_status columns_find_label(linclass_context *ctx, const table *source,
                                   const linclass_read_options *options, int64_t *place);

/* places[j]: that of column j of the encoding in the table. label: the place of the labels, or -1. Errors:
 * DIMENSION (the table lacks one; without names: has another number of columns), MEMORY. */
linclass_status columns_match(linclass_context *ctx, const table *source,
                              const linclass_encoding *encoding, int64_t label, int64_t *places);

/* texts[j]: whether options->encoding has texts, features or labels, in column j of the table, of which only the
 * columns are counted and the names known. Errors: as above. */
linclass_status columns_known_texts(linclass_context *ctx, const table *source,
                                    const linclass_read_options *options, bool *texts);

#endif
