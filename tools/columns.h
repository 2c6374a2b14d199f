/* The columns of a table, as an encoding has them. */
#ifndef TOOLS_COLUMNS_H
#define TOOLS_COLUMNS_H

#include <jansson.h>

#include <linclass/dataset.h>

/* Print a line for each column; nothing where the encoding is NULL or has none. dataset: with the numbers of
 * missing cells; NULL: they are not known. */
void columns_print(const linclass_encoding *encoding, const linclass_dataset *dataset);

/* The same as an array; null where there is nothing to print. */
json_t *columns_array(const linclass_encoding *encoding, const linclass_dataset *dataset);

#endif
