/* The cells of a CSV text, one after the other.
 *
 * A cell is all between two delimiters, without blanks around it; or, where its first character is a quote, all
 * up to the next quote that is not doubled. Rows end with LF or CR LF. The delimiter ' ' stands for one or more
 * blanks, which may also be at the ends of a row. */
#ifndef DATA_FORMATS_CSV_CELLS_H
#define DATA_FORMATS_CSV_CELLS_H

#include <stdbool.h>
#include <string.h>

typedef struct csv_dialect {
    char delimiter; /* 0: rows have one cell */
    char quote;     /* 0: none */
    char decimal;   /* of numbers: a point or a comma */
    bool header;    /* the first row has the names of the columns */
} csv_dialect;

typedef struct csv_cell {
    const char *begin; /* without the quotes */
    const char *end;
    bool quoted;
    bool doubled; /* quotes in it are doubled */
} csv_cell;

typedef enum csv_step {
    CSV_MORE,       /* another cell of the row follows */
    CSV_ROW_END,    /* the next row follows, or the end of the text */
    CSV_OPEN,       /* the quote at cell.begin - 1 is never closed */
    CSV_AFTER_QUOTE /* something follows the closing quote, at cell.end */
} csv_step;

static inline bool csv_is_blank(char character, char delimiter)
{
    return character == ' ' || (character == '\t' && delimiter != '\t');
}

static inline const char *csv_skip_blanks(const char *at, const char *end, char delimiter)
{
    while (at != end && csv_is_blank(*at, delimiter))
        at++;
    return at;
}

/* Behind a cell: past the delimiter or the end of the row; false where neither is there. */
static inline bool csv_end_cell(const csv_dialect *dialect, const char **at, const char *end,
                                csv_step *step)
{
    const char *next = *at;
    *step = CSV_ROW_END;
    if (dialect->delimiter == ' ')
        next = csv_skip_blanks(next, end, ' ');
    if (next != end && *next == '\r' && (next + 1 == end || next[1] == '\n'))
        next++;
    if (next == end || *next == '\n') {
        *at = next == end ? end : next + 1;
        return true;
    }
    *step = CSV_MORE;
    if (dialect->delimiter == ' ') {
        const bool blank = next != *at;
        *at = next;
        return blank;
    }
    *at = next + 1;
    return *next == dialect->delimiter;
}

/* A cell whose quote is at `at`. */
static inline csv_step csv_quoted_cell(const csv_dialect *dialect, const char **at, const char *end,
                                       csv_cell *cell)
{
    const char *quote = *at;
    cell->begin = quote + 1;
    cell->end = quote + 1;
    cell->quoted = true;
    cell->doubled = false;
    for (;;) {
        quote = memchr(quote + 1, dialect->quote, (size_t)(end - quote - 1));
        if (quote == NULL)
            return CSV_OPEN;
        if (quote + 1 == end || quote[1] != dialect->quote)
            break;
        cell->doubled = true;
        quote++;
    }
    cell->end = quote;
    *at = csv_skip_blanks(quote + 1, end, dialect->delimiter);
    if (dialect->delimiter == ' ')
        *at = quote + 1;
    csv_step step;
    return csv_end_cell(dialect, at, end, &step) ? step : CSV_AFTER_QUOTE;
}

/* Read the cell at *at and go on to the next. The end of the text ends a row; at the end there is one empty cell. */
static inline csv_step csv_read_cell(const csv_dialect *dialect, const char **at, const char *end,
                                     csv_cell *cell)
{
    const char delimiter = dialect->delimiter;
    const char *const begin = csv_skip_blanks(*at, end, delimiter);
    if (dialect->quote != 0 && begin != end && *begin == dialect->quote) {
        *at = begin;
        return csv_quoted_cell(dialect, at, end, cell);
    }
    const char *stop = begin;
    while (stop != end && *stop != '\n' && *stop != delimiter &&
           (delimiter != ' ' || *stop != '\t'))
        stop++;
    cell->begin = begin;
    cell->end = stop;
    cell->quoted = false;
    cell->doubled = false;
    if ((stop == end || *stop == '\n') && cell->end != begin && cell->end[-1] == '\r')
        cell->end--;
    while (cell->end != begin && csv_is_blank(cell->end[-1], delimiter))
        cell->end--;
    csv_step step = CSV_ROW_END;
    if (delimiter == ' ') {
        *at = cell->end;
        (void)csv_end_cell(dialect, at, end, &step);
        return step;
    }
    *at = stop == end ? end : stop + 1;
    return stop == end || *stop == '\n' ? CSV_ROW_END : CSV_MORE;
}

/* Whether the line at `at` has nothing but blanks; *next: behind it. */
static inline bool csv_is_blank_line(const csv_dialect *dialect, const char *at, const char *end,
                                     const char **next)
{
    at = csv_skip_blanks(at, end, dialect->delimiter);
    if (at != end && *at == '\r')
        at++;
    *next = at == end ? end : at + 1;
    return at == end || *at == '\n';
}

/* Whether a text is one of those that stand for a missing value. */
bool csv_is_missing(const char *begin, const char *end);

#endif
