/* The rows of a piece of a CSV text: found, then read into columns. */
#ifndef DATA_FORMATS_CSV_ROWS_H
#define DATA_FORMATS_CSV_ROWS_H

#include <stdatomic.h>
#include <stdint.h>

#include "data/formats/csv_cells.h"

typedef enum csv_mistake {
    CSV_FINE,
    CSV_NUL,
    CSV_NOT_UTF8,
    CSV_NEVER_CLOSED,
    CSV_TEXT_AFTER_QUOTE,
    CSV_RAGGED,
    CSV_CHANGED /* not the rows that were counted */
} csv_mistake;

enum { CSV_SKIP, CSV_NUMBERS, CSV_TEXTS };

typedef struct csv_column {
    int32_t kind;         /* CSV_SKIP, ...: what is read */
    atomic_bool has_text; /* CSV_NUMBERS: a cell is none */
    double *numbers;      /* CSV_NUMBERS: rows, in the table's block; NaN: missing */
    const char **
        cells; /* CSV_TEXTS: rows; where each cell begins, in the text; instead of numbers, or of its own */
    _Atomic int64_t
        infinite; /* CSV_NUMBERS: the place of the first infinite number in the text, or INT64_MAX */
} csv_column;

/* What the rows of all pieces share. */
typedef struct csv_target {
    csv_dialect dialect;
    const char *text;
    const char *text_end;
    int64_t columns;
    csv_column *column; /* columns */
    int64_t *lines;     /* rows */
} csv_target;

typedef struct csv_piece {
    const char *begin; /* of its first row */
    const char *end;   /* of its last */
    int64_t rows;
    int64_t newlines;
    bool has_quotes; /* rows may be of several lines */
    int64_t first_row;
    int64_t first_line;
    csv_mistake mistake;
    const char *at; /* the mistake; of a ragged row, its beginning */
    int64_t cells;  /* of a ragged row */
} csv_piece;

/* Whether the text is UTF-8 without NULs, else the mistake of the piece. */
bool csv_check_bytes(const char *begin, const char *end, csv_piece *piece);

/* Find the rows that begin between piece->begin, where a row begins, and `limit`: rows, newlines,
 * has_quotes, end, mistake. */
void csv_find_rows(const csv_target *target, const char *limit, csv_piece *piece);

/* Read the rows of a piece into the columns. Returns false after a mistake. */
bool csv_fill(const csv_target *target, csv_piece *piece);

#endif
