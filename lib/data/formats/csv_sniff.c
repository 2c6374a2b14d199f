/* Every delimiter splits the rows of the sample; the one for which most rows have the same number of cells, more
 * than one, is right. Of those that agree the first of tab, semicolon, bar and comma: a comma may also be in
 * decimal numbers and texts of every row. Blanks are tried only where no other splits nine rows in ten alike.
 *
 * A double quote is the quote wherever it makes sense; a single one where cells begin and end with it. */
#include "data/formats/csv_sniff.h"

#include <stdlib.h>

#include "core/context.h"
#include "core/sort.h"
#include "data/formats/csv_preamble.h"
#include "data/formats/number_text.h"
#include "data/text_codes.h"

enum { SAMPLE_ROWS = 20480, SAMPLE_BYTES = 1 << 20, LEAST_LINES = 8 };

typedef struct csv_sample {
    const char *begin;
    const char *end;
    bool whole; /* the text has no more */
    int64_t
        *counts; /* SAMPLE_ROWS: of cells in a row; there are no more lines, and so no more rows */
} csv_sample;

/* How a dialect splits the sample. */
typedef struct csv_split {
    csv_dialect dialect;
    int64_t columns; /* of most rows */
    int64_t agree;   /* rows with so many */
    int64_t rows;
    bool quoted;    /* there is a cell in quotes */
    bool malformed; /* something follows a closing quote */
    bool open;      /* the last quote is not closed */
} csv_split;

static csv_sample take_sample(const char *begin, const char *end)
{
    const char *at = begin;
    for (int lines = 0; at != end && lines < SAMPLE_ROWS; lines++) {
        if (at - begin >= SAMPLE_BYTES && lines >= LEAST_LINES)
            break;
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline == NULL ? end : newline + 1;
    }
    return (csv_sample){.begin = begin, .end = at, .whole = at == end};
}

SORT_INLINE bool is_greater(const void *keys, int64_t a, int64_t b)
{
    (void)keys;
    return a > b;
}

/* The most frequent number of cells: the longest run of the sorted counts. */
static void find_columns(const csv_sample *sample, csv_split *split)
{
    heap_sort(split->rows, sample->counts, is_greater, NULL);
    int64_t run = 0;
    for (int64_t i = 0; i < split->rows; i++) {
        run = i > 0 && sample->counts[i] == sample->counts[i - 1] ? run + 1 : 1;
        if (run >= split->agree) {
            split->agree = run;
            split->columns = sample->counts[i];
        }
    }
}

/* Read a row; false: it is not whole. */
static bool split_row(const csv_sample *sample, csv_split *split, const char **at, int64_t *cells)
{
    csv_step step = CSV_MORE;
    for (*cells = 0; step == CSV_MORE; ++*cells) {
        csv_cell cell;
        step = csv_read_cell(&split->dialect, at, sample->end, &cell);
        split->quoted |= cell.quoted;
    }
    split->malformed |= step == CSV_AFTER_QUOTE;
    split->open |= step == CSV_OPEN && sample->whole;
    return step == CSV_ROW_END;
}

static csv_split split_sample(const csv_sample *sample, char delimiter, char quote)
{
    csv_split split = {.dialect = {.delimiter = delimiter, .quote = quote}};
    for (const char *at = sample->begin; at != sample->end;) {
        const char *next;
        if (csv_is_blank_line(&split.dialect, at, sample->end, &next)) {
            at = next;
            continue;
        }
        int64_t cells;
        const bool whole = split_row(sample, &split, &at, &cells);
        if (whole || split.open)
            sample->counts[split.rows++] = cells;
        if (!whole)
            break;
    }
    find_columns(sample, &split);
    return split;
}

static bool occurs(const csv_sample *sample, char wanted)
{
    return memchr(sample->begin, wanted, (size_t)(sample->end - sample->begin)) != NULL;
}

/* Whether a splits the rows more evenly than b. */
static bool is_more_even(const csv_split *a, const csv_split *b)
{
    return (double)a->agree * (double)b->rows > (double)b->agree * (double)a->rows;
}

/* The quote that fits a delimiter. quote: that of the options, or -1. */
static csv_split split_by(const csv_sample *sample, char delimiter, int32_t quote)
{
    if (quote >= 0)
        return split_sample(sample, delimiter, (char)quote);
    const csv_split twice = split_sample(sample, delimiter, '"');
    if (twice.quoted && !twice.malformed)
        return twice;
    const csv_split none = twice.quoted ? split_sample(sample, delimiter, 0) : twice;
    if (!occurs(sample, '\''))
        return none;
    const csv_split once = split_sample(sample, delimiter, '\'');
    const bool fits = once.quoted && !once.malformed && !once.open && !is_more_even(&none, &once);
    return fits ? once : none;
}

static bool splits(const csv_split *split)
{
    return split->columns > 1 && 2 * split->agree >= split->rows;
}

/* delimiter: that of the options or of the text, or 0. */
static csv_split find_split(const csv_sample *sample, const linclass_read_options *options,
                            int32_t delimiter)
{
    static const char DELIMITERS[] = {'\t', ';', '|', ','};
    if (delimiter != 0)
        return split_by(sample, (char)delimiter, options->quote);
    csv_split best = {0};
    for (size_t i = 0; i < sizeof DELIMITERS; i++) {
        if (!occurs(sample, DELIMITERS[i]) || DELIMITERS[i] == options->decimal)
            continue;
        const csv_split split = split_by(sample, DELIMITERS[i], options->quote);
        if (splits(&split) && (best.rows == 0 || is_more_even(&split, &best)))
            best = split;
    }
    const bool even = 10 * best.agree >= 9 * best.rows && best.rows > 0;
    if (!even && (occurs(sample, ' ') || occurs(sample, '\t'))) {
        const csv_split split = split_by(sample, ' ', options->quote);
        if (splits(&split) && (best.rows == 0 || is_more_even(&split, &best)))
            best = split;
    }
    return best.rows > 0 ? best : split_by(sample, 0, options->quote);
}

enum { MISSING = 0, NUMBER = 1, TEXT = 2 };

static int32_t kind_of(const csv_dialect *dialect, const csv_cell *cell)
{
    double value;
    if (csv_is_missing(cell->begin, cell->end))
        return MISSING;
    return number_text_parse_as(cell->begin, cell->end, dialect->decimal, &value) ||
                   number_text_is_infinite(cell->begin, cell->end)
               ? NUMBER
               : TEXT;
}

/* The year that the four digits of a cell are; 0: it is none. */
static int year_of(const char *begin, const char *end)
{
    enum { FIRST_YEAR = 1800, LAST_YEAR = 2100 };
    int year = 0;
    for (const char *c = begin; c < end && end - begin == 4; c++) {
        if (*c < '0' || *c > '9')
            return 0;
        year = 10 * year + (*c - '0');
    }
    return year >= FIRST_YEAR && year <= LAST_YEAR ? year : 0;
}

static bool is_same(const csv_cell *cell, const char *begin, const char *end)
{
    const size_t length = (size_t)(cell->end - cell->begin);
    return (size_t)(end - begin) == length && memcmp(begin, cell->begin, length) == 0;
}

static void look_at_cell(const csv_dialect *dialect, csv_guess *guess, const csv_cell *cell,
                         int64_t row)
{
    const int32_t kind = kind_of(dialect, cell);
    if (row == 0) {
        *guess = (csv_guess){.first = cell->begin, .first_end = cell->end, .first_kind = kind};
        return;
    }
    guess->is_text |= kind == TEXT;
    guess->has_number |= kind == NUMBER;
    guess->has_year |= year_of(cell->begin, cell->end) != 0;
    guess->occurs_again |= is_same(cell, guess->first, guess->first_end);
    if (guess->second == NULL) {
        guess->second = cell->begin;
        guess->second_end = cell->end;
    } else {
        guess->second_again |= is_same(cell, guess->second, guess->second_end);
    }
}

static bool is_number_with(const csv_cell *cell, char point)
{
    double value;
    return memchr(cell->begin, point, (size_t)(cell->end - cell->begin)) != NULL &&
           number_text_parse_as(cell->begin, cell->end, point, &value);
}

/* A comma, if there are numbers with one and none with a point, in cells that semicolons or tabs separate. */
static char find_decimal(const csv_sample *sample, const csv_dialect *dialect,
                         const linclass_read_options *options)
{
    if (options->decimal != 0)
        return (char)options->decimal;
    bool has_comma = false;
    const bool may = dialect->delimiter == ';' || dialect->delimiter == '\t';
    for (const char *at = sample->begin; may && at != sample->end;) {
        csv_cell cell;
        const csv_step step = csv_read_cell(dialect, &at, sample->end, &cell);
        if (step == CSV_OPEN || step == CSV_AFTER_QUOTE)
            break;
        if (is_number_with(&cell, '.'))
            return '.';
        has_comma |= is_number_with(&cell, ',');
    }
    return has_comma ? ',' : '.';
}

/* Fill format->guess; returns the rows looked at. */
static int64_t look_at_rows(const csv_sample *sample, const csv_format *format)
{
    int64_t rows = 0;
    for (const char *at = sample->begin; at != sample->end;) {
        const char *next;
        if (csv_is_blank_line(&format->dialect, at, sample->end, &next)) {
            at = next;
            continue;
        }
        csv_step step = CSV_MORE;
        for (int64_t j = 0; step == CSV_MORE; j++) {
            csv_cell cell;
            step = csv_read_cell(&format->dialect, &at, sample->end, &cell);
            if (j < format->columns && (step == CSV_MORE || step == CSV_ROW_END))
                look_at_cell(&format->dialect, &format->guess[j], &cell, rows);
        }
        if (step != CSV_ROW_END)
            break;
        rows++;
    }
    return rows;
}

/* Whether the texts of the first row differ. */
static linclass_status are_distinct(linclass_context *ctx, const csv_format *format, bool *distinct)
{
    text_list texts = {0};
    text_list different = {0};
    void *codes = NULL;
    linclass_status status =
        context_allocate_array(ctx, format->columns, sizeof(int64_t), "the header", &codes);
    for (int64_t j = 0; j < format->columns && status == LINCLASS_OK; j++) {
        const csv_guess *const guess = &format->guess[j];
        status =
            text_list_append(ctx, &texts, guess->first, (size_t)(guess->first_end - guess->first));
    }
    if (status == LINCLASS_OK)
        status = text_codes(ctx, &texts, &different, codes);
    *distinct = different.count == format->columns;
    text_list_end(&texts, &ctx->allocator);
    text_list_end(&different, &ctx->allocator);
    context_release(ctx, codes);
    return status;
}

/* Whether the numbers of the first row are years, at least two, evenly spaced, above numbers that are none. */
static bool has_years(const csv_format *format)
{
    enum { MOST_YEARS_BETWEEN = 10 };
    int before = 0;
    int step = 0;
    for (int64_t j = 0; j < format->columns; j++) {
        const csv_guess *const guess = &format->guess[j];
        if (guess->first_kind != NUMBER)
            continue;
        const int year = year_of(guess->first, guess->first_end);
        if (year == 0 || guess->is_text || guess->has_year)
            return false;
        const int next = before == 0 ? 0 : year - before;
        if (before != 0 &&
            (next == 0 || abs(next) > MOST_YEARS_BETWEEN || (step != 0 && next != step)))
            return false;
        step = next;
        before = year;
    }
    return step != 0;
}

/* Whether the first row has texts that occur in no other row, above texts of which some do. */
static bool is_doubtful(const csv_format *format)
{
    bool others_occur_again = false;
    for (int64_t j = 0; j < format->columns; j++) {
        const csv_guess *const guess = &format->guess[j];
        if (guess->first_kind != TEXT)
            continue;
        if (guess->occurs_again)
            return false;
        others_occur_again |= guess->second_again != 0;
    }
    return others_occur_again;
}

/* A text above numbers is a name; a number above numbers is none, but for years. Where all other columns are of texts,
 * the first row is a header if its texts differ and occur in no other row. */
static linclass_status find_header(linclass_context *ctx, csv_format *format)
{
    bool above_numbers = false;
    bool number_above_numbers = false;
    bool names = true;
    bool any_text = false;
    const bool years = has_years(format);
    for (int64_t j = 0; j < format->columns; j++) {
        const csv_guess *const guess = &format->guess[j];
        const bool numbers = guess->has_number && !guess->is_text;
        above_numbers |= numbers && guess->first_kind == TEXT;
        number_above_numbers |= numbers && guess->first_kind == NUMBER;
        any_text |= guess->first_kind == TEXT;
        if (years && guess->first_kind != TEXT)
            continue; /* a year, or a column of row names without one of its own */
        names &= (guess->first_kind == TEXT || (numbers && guess->first_kind == MISSING)) &&
                 !guess->occurs_again;
    }
    const bool numbers_are_names = years && any_text;
    format->dialect.header = above_numbers;
    linclass_status status = LINCLASS_OK;
    if (!above_numbers && names && (numbers_are_names || !number_above_numbers))
        status = are_distinct(ctx, format, &format->dialect.header);
    format->doubtful = !format->dialect.header && is_doubtful(format);
    return status;
}

/* Whether a character can separate or enclose cells: none that a number has, and no end of a line. */
static bool is_mark(int32_t character)
{
    return character == '\t' ||
           (character >= ' ' && character <= '~' && strchr("+-.", character) == NULL &&
            (unsigned)(character - '0') > 9 && (unsigned)((character | 0x20) - 'a') > 25);
}

static linclass_status check_options(linclass_context *ctx, const linclass_read_options *options)
{
    const int32_t delimiter = options->delimiter;
    const int32_t quote = options->quote;
    if (delimiter != 0 && !is_mark(delimiter))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.delimiter is %d, no character that separates cells",
                            (int)delimiter);
    if (quote > 0 && (!is_mark(quote) || quote == ' ' || quote == '\t' || quote == delimiter))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.quote is %d, no character that encloses cells", (int)quote);
    if (quote < -1)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.quote is %d, no character, 0 or -1", (int)quote);
    if (options->decimal != 0 && options->decimal != '.' && options->decimal != ',')
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.decimal is %d, neither a point nor a comma, nor 0",
                            (int)options->decimal);
    if (options->decimal == ',' && delimiter == ',')
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.decimal and options.delimiter are both a comma");
    if (options->header < -1 || options->header > 1)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.header is %d, not 0, 1 or -1", (int)options->header);
    return LINCLASS_OK;
}

/* The cells of the first row. */
static int64_t count_columns(const char *begin, const char *end, const csv_dialect *dialect)
{
    const csv_sample text = {.begin = begin, .end = end};
    csv_split ignored = {.dialect = *dialect};
    const char *at = begin;
    const char *next;
    while (at != end && csv_is_blank_line(dialect, at, end, &next))
        at = next;
    int64_t cells;
    (void)split_row(&text, &ignored, &at, &cells);
    return cells;
}

/* The dialect of the rows, and where they begin. */
static linclass_status find_dialect(linclass_context *ctx, const char *begin, const char *end,
                                    const linclass_read_options *options, csv_format *format)
{
    csv_preamble preamble = csv_preamble_read(begin, end);
    const char stated = preamble.delimiter == options->decimal ? 0 : preamble.delimiter;
    const int32_t delimiter = options->delimiter != 0 ? options->delimiter : stated;
    csv_sample sample = take_sample(preamble.begin, end);
    void *taken;
    const linclass_status status =
        context_allocate(ctx, SAMPLE_ROWS * sizeof(int64_t), "the sample of a table", &taken);
    if (status != LINCLASS_OK)
        return status;
    sample.counts = taken;
    csv_dialect *const dialect = &format->dialect;
    *dialect = find_split(&sample, options, delimiter).dialect;
    context_release(ctx, taken);
    dialect->decimal = find_decimal(&sample, dialect, options);
    format->columns = count_columns(preamble.begin, end, dialect);
    csv_preamble_keep_rows(&preamble, dialect, format->columns, end);
    format->begin = preamble.begin;
    format->comments = preamble.comments;
    return LINCLASS_OK;
}

linclass_status csv_sniff(linclass_context *ctx, const char *begin, const char *end,
                          const linclass_read_options *options, csv_format *format)
{
    *format = (csv_format){0};
    linclass_status status = check_options(ctx, options);
    if (status == LINCLASS_OK)
        status = find_dialect(ctx, begin, end, options, format);
    void *taken;
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, format->columns, sizeof *format->guess,
                                        "the columns of a table", &taken);
    if (status != LINCLASS_OK)
        return status;
    format->guess = memset(taken, 0, (size_t)format->columns * sizeof *format->guess);
    const csv_sample sample = take_sample(format->begin, end);
    const int64_t rows = look_at_rows(&sample, format);
    format->dialect.header = options->header == 1;
    return options->header < 0 && rows > 0 ? find_header(ctx, format) : LINCLASS_OK;
}
