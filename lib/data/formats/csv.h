/* CSV and TSV files: tables. */
#ifndef DATA_FORMATS_CSV_H
#define DATA_FORMATS_CSV_H

#include <linclass/dataset.h>

#include "data/byte_reader.h"
#include "data/table.h"

/* Read a table, which is empty: dialect, header and types by the options header, delimiter and quote, and by the
 * content. The caller ends it. Errors: FORMAT, INVALID_ARGUMENT, UNSUPPORTED, MEMORY, those of
 * byte_reader_read; STOPPED_BY_CALLBACK. The table is then empty. */
linclass_status csv_read_table(linclass_context *ctx, byte_reader *reader,
                               const linclass_read_options *options, table *read);

#endif
