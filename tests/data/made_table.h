/* Tables built by hand, from texts. */
#ifndef TESTS_DATA_MADE_TABLE_H
#define TESTS_DATA_MADE_TABLE_H

#include <linclass/context.h>

#include "data/table.h"

/* A table of `rows` lines, the first in line 2 of 'made.csv', or in line 1 when names is NULL. names: columns of
 * them. cells: rows x columns; NULL: missing; a column is numbers when all its cells are. Ends the test when
 * there is no memory. */
table made_table(linclass_context *ctx, int64_t rows, int64_t columns, const char *const *names,
                 const char *const *cells);

#endif
