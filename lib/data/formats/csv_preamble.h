/* What may stand before the rows of a CSV text: the line `sep=;` of spreadsheets, and lines of comment. */
#ifndef DATA_FORMATS_CSV_PREAMBLE_H
#define DATA_FORMATS_CSV_PREAMBLE_H

#include <stdint.h>

#include "data/formats/csv_cells.h"

typedef struct csv_preamble {
    const char *begin; /* of the rows */
    const char *first; /* of the lines of comment right above them; begin: there are none */
    char delimiter;    /* that of the line sep=; 0: there is none */
    int64_t comments;  /* lines that begin with # */
} csv_preamble;

/* The preamble of a text, which may be empty. Lines of comment are none if no row follows. */
csv_preamble csv_preamble_read(const char *begin, const char *end);

/* Lines right above the rows that begin with # and have as many cells as the rows, more than one, are rows
 * themselves, such as a header #id,name; but not those with a blank after the #. */
void csv_preamble_keep_rows(csv_preamble *self, const csv_dialect *dialect, int64_t columns,
                            const char *end);

#endif
