/* The dialect of a CSV text and the types of its columns, found from a sample of its beginning. */
#ifndef DATA_FORMATS_CSV_SNIFF_H
#define DATA_FORMATS_CSV_SNIFF_H

#include <linclass/dataset.h>
#include <linclass/status.h>

#include "data/formats/csv_cells.h"

/* What is known of a column from the sample. */
typedef struct csv_guess {
    const char *first; /* the trimmed cell in the first row */
    const char *first_end;
    int32_t first_kind;   /* 0 missing, 1 number, 2 text */
    int32_t is_text;      /* one of the cells below the first is a text */
    int32_t has_number;   /* one of them is a number */
    int32_t occurs_again; /* one of them is the same text as the first */
    int32_t has_year;     /* one of them is a number such as 2019 */
    const char *second;   /* the trimmed cell in the second row */
    const char *second_end;
    int32_t second_again; /* one below it is the same text */
} csv_guess;

typedef struct csv_format {
    csv_dialect dialect;
    const char *begin; /* of the first row, which may be a header */
    int64_t comments;  /* lines before it that begin with # */
    int64_t columns;
    csv_guess *guess; /* columns; the caller releases it */
    bool
        doubtful; /* the first row was taken for a row by default, and may be a header all the same */
} csv_format;

/* Find what is before the rows, delimiter and quote with the most consistent number of cells in a row, the decimal
 * point of its numbers, then whether there is a header; what the options say is not asked. The text has a row.
 * Errors: MEMORY, INVALID_ARGUMENT (options that exclude each other, a delimiter that is none). */
linclass_status csv_sniff(linclass_context *ctx, const char *begin, const char *end,
                          const linclass_read_options *options, csv_format *format);

#endif
