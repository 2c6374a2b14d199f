/* A table as it is in a file or an Arrow stream: columns of numbers or of texts, before any of them is a
 * feature. Readers of tables fill one; encode.h makes a data set of it. */
#ifndef DATA_TABLE_H
#define DATA_TABLE_H

#include <linclass/context.h>
#include <linclass/status.h>

#include "core/allocator.h"
#include "data/text_list.h"

enum { TABLE_NUMBERS = 1, TABLE_TEXTS = 2 };

typedef struct table_column {
    int32_t kind;
    double *numbers;      /* TABLE_NUMBERS: rows; NaN: missing; never infinite */
    bool in_block;        /* the numbers lie in the table's block */
    int32_t *codes;       /* TABLE_TEXTS: rows, indices into categories; -1: missing */
    text_list categories; /* TABLE_TEXTS: the distinct texts, in ascending order of their bytes */
    int64_t missing;      /* cells */
    int32_t integers;     /* TABLE_NUMBERS: whether all the numbers are integers */
} table_column;

typedef struct table {
    allocator allocator;
    int64_t rows;
    int64_t columns;
    table_column *column; /* columns */
    void *block;          /* what holds the numbers of several columns, or NULL */
    text_list names;      /* columns of them, or none */
    int64_t *
        lines; /* the line of the file in which each row begins, from 1; NULL: not a file of lines */
    char source[200];  /* for error messages: the path in quotes, or "the Arrow stream" */
    char dialect[200]; /* for people: 'comma-separated, quote ", header'; empty: none */
} table;

enum { TABLE_PLACE = 480 };

/* Write where a cell is, for error messages: the source, the line or the row, the column. row -1: the column as
 * a whole. */
void table_place(const table *self, int64_t row, int64_t column, char text[TABLE_PLACE]);

/* Make a column of texts one of numbers, or the reverse, in place; a number becomes the shortest decimal, an
 * integer its digits.
 * Errors: FORMAT (a text is no finite number; the error message has the first row with one), MEMORY. */
linclass_status table_to_numbers(linclass_context *ctx, table *self, int64_t column);
linclass_status table_to_texts(linclass_context *ctx, table *self, int64_t column);

/* Free what the table holds; one that is all zero is allowed. */
void table_end(table *self);

#endif
