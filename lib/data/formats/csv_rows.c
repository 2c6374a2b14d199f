/* A number is read where a cell begins, and is the cell if a delimiter follows it: the bytes of tables of numbers
 * are looked at once. All other cells are found first, and then looked at.
 *
 * Hazards: the text is not ended by a NUL, and lies in a file that another process may change between the passes,
 * so that rows are counted again. */
#include "data/formats/csv_rows.h"

#include <math.h>
#include <stddef.h>

#include "core/byte_order.h"
#include "core/minimum.h"
#include "core/utf8.h"
#include "data/formats/number_text.h"
#include "data/formats/text_pieces.h"

static bool fail(csv_piece *piece, csv_mistake mistake, const char *at)
{
    piece->mistake = mistake;
    piece->at = at;
    return false;
}

/* Whether all bytes are those of ASCII but NUL, in blocks that compilers turn into vectors. */
static bool is_plain(const char *begin, const char *end)
{
    enum { BLOCK = 128 };
    for (; end - begin >= BLOCK; begin += BLOCK) {
        uint8_t other = 0;
        for (int i = 0; i < BLOCK; i++)
            other |= (uint8_t)(((uint8_t)begin[i] >> 7) | (begin[i] == 0));
        if (other != 0)
            return false;
    }
    for (; begin != end; begin++)
        if ((uint8_t)*begin >> 7 != 0 || *begin == 0)
            return false;
    return true;
}

bool csv_check_bytes(const char *begin, const char *end, csv_piece *piece)
{
    if (is_plain(begin, end))
        return true;
    while (begin != end) {
        const size_t length = utf8_sequence(begin, (size_t)(end - begin));
        if (length == 0 || *begin == 0)
            return fail(piece, length == 0 ? CSV_NOT_UTF8 : CSV_NUL, begin);
        begin += length;
    }
    return true;
}

/* Whether the line at `at` is no row: a blank one, except where a row is one cell, which may be empty. */
static inline bool is_passed_over(const csv_target *target, const char *at, const char *end,
                                  const char **next)
{
    if (*at > ' ' || (target->columns == 1 && target->dialect.delimiter != ' '))
        return false;
    return csv_is_blank_line(&target->dialect, at, end, next);
}

/* Rows without quotes: lines. */
static void find_lines(const csv_target *target, const char *limit, csv_piece *piece)
{
    for (const char *at = piece->begin; at != limit;) {
        const char *next;
        const char *newline = memchr(at, '\n', (size_t)(limit - at));
        piece->rows += !is_passed_over(target, at, limit, &next);
        piece->newlines += newline != NULL;
        at = newline == NULL ? limit : newline + 1;
    }
    piece->end = limit;
}

/* Skip a row; false after a mistake. */
static bool skip_row(const csv_target *target, csv_piece *piece, const char **at)
{
    csv_cell cell;
    csv_step step;
    do {
        step = csv_read_cell(&target->dialect, at, target->text_end, &cell);
    } while (step == CSV_MORE);
    if (step == CSV_OPEN)
        return fail(piece, CSV_NEVER_CLOSED, cell.begin - 1);
    if (step == CSV_AFTER_QUOTE)
        return fail(piece, CSV_TEXT_AFTER_QUOTE, cell.end);
    return true;
}

void csv_find_rows(const csv_target *target, const char *limit, csv_piece *piece)
{
    piece->rows = piece->newlines = 0;
    piece->mistake = CSV_FINE;
    piece->end = piece->begin;
    const char quote = target->dialect.quote;
    if (piece->begin >= limit)
        return;
    piece->has_quotes =
        quote != 0 && memchr(piece->begin, quote, (size_t)(limit - piece->begin)) != NULL;
    if (!piece->has_quotes) {
        find_lines(target, limit, piece);
        return;
    }
    const char *at = piece->begin;
    while (at < limit) {
        const char *next;
        if (is_passed_over(target, at, target->text_end, &next)) {
            at = next;
            continue;
        }
        if (!skip_row(target, piece, &at))
            return;
        piece->rows++;
    }
    piece->end = at;
    piece->newlines = text_count(piece->begin, at, '\n');
}

static void put_number(const csv_target *target, csv_column *column, int64_t row,
                       const csv_cell *cell)
{
    double value = (double)NAN;
    if (!csv_is_missing(cell->begin, cell->end) &&
        !number_text_parse_as(cell->begin, cell->end, target->dialect.decimal, &value)) {
        if (!number_text_is_infinite(cell->begin, cell->end)) {
            atomic_store(&column->has_text, true);
            return;
        }
        value = (double)INFINITY;
    }
    if (isinf(value))
        record_lowest(&column->infinite, cell->begin - target->text);
    column->numbers[row] = value;
}

static inline uint64_t first_bytes(const char *begin)
{
    uint64_t bytes;
    memcpy(&bytes, begin, sizeof bytes);
    return little_endian(bytes);
}

/* A number at the beginning of a text: number_text_read_as, but integers of up to 7 digits at once, from the 8 bytes
 * that begin with them: a loop over 1 to 3 digits ends where processors do not expect it. */
static inline const char *read_digits(const char *begin, const char *end, char point, double *value)
{
    if (end - begin < 8)
        return number_text_read_as(begin, end, point, value);
    /* Digits become bytes 0 to 9; of the others, the top bit of the first is set in `others`. */
    const uint64_t digits = first_bytes(begin) ^ UINT64_C(0x3030303030303030);
    const uint64_t others =
        ((digits + UINT64_C(0x7676767676767676)) | digits) & UINT64_C(0x8080808080808080);
    const int count = others == 0 ? 0 : __builtin_ctzll(others) / 8;
    const char *const stop = begin + count;
    if (count == 0 || *stop == point || *stop == 'e' || *stop == 'E')
        return number_text_read_as(begin, end, point, value);
    /* Zeros before the digits, then digits to pairs, pairs to fours, fours to all. */
    uint64_t all = digits << (64 - 8 * count);
    all = 10 * all + (all >> 8);
    const uint64_t pairs = UINT64_C(0x000000FF000000FF);
    all = ((all & pairs) * UINT64_C(0x000F424000000064) +
           ((all >> 16) & pairs) * UINT64_C(0x0000271000000001)) >>
          32;
    *value = (double)(int32_t)all;
    return stop;
}

/* A number at *at and the delimiter behind it, into the column. Returns MORE or ROW_END; OPEN: it is not so. */
static inline csv_step read_number(const csv_dialect *dialect, const char **at, const char *end,
                                   double *number)
{
    double value;
    const char *const stop = read_digits(*at, end, dialect->decimal, &value);
    const char delimiter = dialect->delimiter;
    if (stop == *at || stop == end || isinf(value))
        return CSV_OPEN;
    csv_step step = CSV_ROW_END;
    const char *next = stop + 1;
    if (*stop == delimiter) {
        if (delimiter == ' ' && (next == end || *next <= ' '))
            return CSV_OPEN;
        step = CSV_MORE;
    } else if (*stop == '\r' && next != end && *next == '\n') {
        next++;
    } else if (*stop != '\n') {
        return CSV_OPEN;
    }
    *number = value;
    *at = next;
    return step;
}

/* Read the cell at *at into the column, which may be NULL. */
static inline csv_step fill_cell(const csv_target *target, csv_column *column, int64_t row,
                                 const char **at, const char *end, csv_cell *cell)
{
    const char *const begin = *at;
    if (column != NULL && column->kind == CSV_NUMBERS) {
        const csv_step step = read_number(&target->dialect, at, end, &column->numbers[row]);
        if (step != CSV_OPEN)
            return step;
    }
    const csv_step step = csv_read_cell(&target->dialect, at, end, cell);
    if (column == NULL || (step != CSV_MORE && step != CSV_ROW_END))
        return step;
    if (column->kind == CSV_NUMBERS)
        put_number(target, column, row, cell);
    if (column->kind == CSV_TEXTS)
        column->cells[row] = begin;
    return step;
}

static bool fill_row(const csv_target *target, csv_piece *piece, int64_t row, const char **at)
{
    const char *const begin = *at;
    csv_step step = CSV_MORE;
    csv_cell cell;
    int64_t cells = 0;
    for (; step == CSV_MORE; cells++) {
        csv_column *const column = cells < target->columns ? &target->column[cells] : NULL;
        step = fill_cell(target, column, row, at, target->text_end, &cell);
    }
    if (step == CSV_OPEN || step == CSV_AFTER_QUOTE)
        return fail(piece, CSV_CHANGED, begin);
    piece->cells = cells;
    if (cells != target->columns)
        return fail(piece, CSV_RAGGED, begin);
    return true;
}

bool csv_fill(const csv_target *target, csv_piece *piece)
{
    int64_t row = piece->first_row;
    int64_t line = piece->first_line;
    for (const char *at = piece->begin; at < piece->end;) {
        const char *const begin = at;
        const char *next;
        if (is_passed_over(target, at, target->text_end, &next)) {
            at = next;
            line++;
            continue;
        }
        if (row == piece->first_row + piece->rows)
            return fail(piece, CSV_CHANGED, at);
        if (!fill_row(target, piece, row, &at))
            return false;
        target->lines[row++] = line;
        line += piece->has_quotes ? text_count(begin, at, '\n') : 1;
    }
    if (row != piece->first_row + piece->rows)
        return fail(piece, CSV_CHANGED, piece->begin);
    return true;
}
