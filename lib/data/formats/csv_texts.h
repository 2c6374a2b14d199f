/* The cells of a column of texts to categories. */
#ifndef DATA_FORMATS_CSV_TEXTS_H
#define DATA_FORMATS_CSV_TEXTS_H

#include "data/formats/csv_cells.h"
#include "data/table.h"

/* Append the text of a cell, without the doubling of its quotes. Errors: MEMORY. */
linclass_status csv_append_text(linclass_context *ctx, text_list *list, const csv_cell *cell,
                                char quote);

/* Fill codes, categories and missing of a column; cells: where each cell begins in a text up to `end`.
 * Errors: MEMORY, UNSUPPORTED (2^31 categories). */
linclass_status csv_categories(linclass_context *ctx, const csv_dialect *dialect,
                               const char *const *cells, const char *end, int64_t rows,
                               table_column *column);

#endif
