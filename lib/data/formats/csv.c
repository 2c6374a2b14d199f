/* CSV to a table, in passes over pieces of the text, each in parallel: the bytes are checked; the dialect is found
 * from the beginning; rows are counted; cells are read into columns. A column that the beginning took for numbers
 * and that has a text further on is read again as texts.
 *
 * The text is cut after newlines, of which some may lie in quotes: each piece is searched for rows as if it
 * began with one, and is searched again where the piece before it ends elsewhere. */
#include "data/formats/csv.h"

#include <math.h>
#include <stdio.h>

#include "core/context.h"
#include "core/minimum.h"
#include "data/encode.h"
#include "data/encode_columns.h"
#include "data/formats/csv_rows.h"
#include "data/formats/csv_sniff.h"
#include "data/formats/csv_texts.h"
#include "data/formats/formats.h"
#include "data/formats/text_pieces.h"
#include "data/text_codes.h"

typedef struct csv_reading {
    text_block text;
    const char *begin; /* of the first row; rows end at target.text_end */
    int64_t nameless;  /* columns without a name in the header */
    text_pieces pieces;
    csv_piece *piece; /* pieces.count */
    csv_format format;
    csv_target target;
    read_progress progress;
    const char *source; /* its name */
    table *table;
} csv_reading;

static linclass_status fail_at(linclass_context *ctx, const csv_reading *self, const char *at,
                               const char *what)
{
    int64_t line;
    int64_t column;
    text_block_position(&self->text, at, &line, &column);
    return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s, line %lld, column %lld: %s", self->source,
                        (long long)line, (long long)column, what);
}

static linclass_status fail_piece(linclass_context *ctx, const csv_reading *self,
                                  const csv_piece *piece)
{
    char what[120];
    switch (piece->mistake) {
    case CSV_NUL:
        return fail_at(ctx, self, piece->at, "a NUL byte, which no text has");
    case CSV_NOT_UTF8:
        return fail_at(ctx, self, piece->at, "bytes that are not UTF-8");
    case CSV_NEVER_CLOSED:
        return fail_at(ctx, self, piece->at, "a quote that is never closed");
    case CSV_TEXT_AFTER_QUOTE:
        return fail_at(ctx, self, piece->at, "a cell goes on after its closing quote");
    case CSV_RAGGED:
        (void)snprintf(what, sizeof what, "a row of %lld cells, where the first has %lld",
                       (long long)piece->cells, (long long)self->format.columns);
        return fail_at(ctx, self, piece->at, what);
    case CSV_CHANGED:
    case CSV_FINE:
        break;
    }
    return fail_at(ctx, self, piece->at, "the file was changed while it was read");
}

/* Cut the text from `begin` on into pieces. */
static linclass_status cut(linclass_context *ctx, csv_reading *self, const char *begin)
{
    text_pieces_end(ctx, &self->pieces);
    context_release(ctx, self->piece);
    self->piece = NULL;
    linclass_status status = text_pieces_cut(ctx, begin, self->target.text_end, &self->pieces);
    void *taken = NULL;
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, self->pieces.count, sizeof *self->piece,
                                        "the pieces of a text", &taken);
    if (status != LINCLASS_OK)
        return status;
    self->piece = memset(taken, 0, (size_t)self->pieces.count * sizeof *self->piece);
    for (int64_t i = 0; i < self->pieces.count; i++)
        self->piece[i].begin = self->pieces.cut[i];
    return LINCLASS_OK;
}

static linclass_status run(linclass_context *ctx, csv_reading *self, bool advances, piece_task task)
{
    int64_t failed;
    const linclass_status status =
        text_pieces_run(ctx, &self->pieces, &self->progress, advances && self->text.mapping != NULL,
                        task, self, &failed);
    if (status == LINCLASS_OK && failed < self->pieces.count)
        return fail_piece(ctx, self, &self->piece[failed]);
    return status;
}

static bool check_piece(void *argument, int64_t piece)
{
    const csv_reading *const self = argument;
    return csv_check_bytes(self->pieces.cut[piece], self->pieces.cut[piece + 1],
                           &self->piece[piece]);
}

/* What is mistaken may be so because the piece begins within quotes: true in any case. */
static bool find_piece(void *argument, int64_t piece)
{
    const csv_reading *const self = argument;
    csv_find_rows(&self->target, self->pieces.cut[piece + 1], &self->piece[piece]);
    return true;
}

static bool fill_piece(void *argument, int64_t piece)
{
    const csv_reading *const self = argument;
    return csv_fill(&self->target, &self->piece[piece]);
}

/* The text without a byte order mark, and without empty lines at its end. */
static linclass_status check_text(linclass_context *ctx, csv_reading *self)
{
    const char *begin = self->text.begin;
    const char *end = begin + self->text.count;
    if (self->text.count >= 3 && memcmp(begin, "\xef\xbb\xbf", 3) == 0)
        begin += 3;
    while (end != begin && (end[-1] == '\n' || end[-1] == '\r' || end[-1] == ' '))
        end--;
    if (begin == end)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s has no rows", self->source);
    self->begin = begin;
    self->target.text = self->text.begin;
    self->target.text_end = end;
    const linclass_status status = cut(ctx, self, begin);
    return status == LINCLASS_OK ? run(ctx, self, false, check_piece) : status;
}

static linclass_status fail_same_names(linclass_context *ctx, const csv_reading *self,
                                       const int64_t *codes)
{
    for (int64_t j = 1; j < self->format.columns; j++)
        for (int64_t i = 0; i < j; i++)
            if (codes[i] == codes[j])
                return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                                    "%s: columns %lld and %lld have the same name, '%.60s'",
                                    self->source, (long long)i, (long long)j,
                                    text_list_get(&self->table->names, j));
    return LINCLASS_OK;
}

static linclass_status check_names(linclass_context *ctx, const csv_reading *self)
{
    text_list distinct = {0};
    void *codes;
    linclass_status status = context_allocate_array(ctx, self->format.columns, sizeof(int64_t),
                                                    "the names of columns", &codes);
    if (status == LINCLASS_OK)
        status = text_codes(ctx, &self->table->names, &distinct, codes);
    if (status == LINCLASS_OK && distinct.count < self->format.columns)
        status = fail_same_names(ctx, self, codes);
    text_list_end(&distinct, &ctx->allocator);
    context_release(ctx, codes);
    return status;
}

/* A column without a name is called by its number. */
static linclass_status append_name(linclass_context *ctx, csv_reading *self, const csv_cell *cell)
{
    text_list *const names = &self->table->names;
    if (cell->begin != cell->end)
        return csv_append_text(ctx, names, cell, self->format.dialect.quote);
    char name[32];
    const int length = snprintf(name, sizeof name, "column_%lld", (long long)names->count);
    self->nameless++;
    return text_list_append(ctx, names, name, (size_t)length);
}

/* The names of the columns, if the first row has them; *next: where the rows of data begin. */
static linclass_status read_header(linclass_context *ctx, csv_reading *self, const char **next)
{
    const csv_dialect *const dialect = &self->format.dialect;
    const char *const end = self->target.text_end;
    const char *at = self->begin;
    *next = at;
    if (!dialect->header)
        return LINCLASS_OK;
    for (const char *behind; at != end && csv_is_blank_line(dialect, at, end, &behind);)
        at = behind;
    csv_step step = CSV_MORE;
    while (step == CSV_MORE) {
        csv_cell cell;
        step = csv_read_cell(dialect, &at, end, &cell);
        const csv_piece mistaken = {.mistake =
                                        step == CSV_OPEN ? CSV_NEVER_CLOSED : CSV_TEXT_AFTER_QUOTE,
                                    .at = step == CSV_OPEN ? cell.begin - 1 : cell.end};
        if (step == CSV_OPEN || step == CSV_AFTER_QUOTE)
            return fail_piece(ctx, self, &mistaken);
        const linclass_status status = append_name(ctx, self, &cell);
        if (status != LINCLASS_OK)
            return status;
    }
    *next = at;
    return check_names(ctx, self);
}

/* Search again the pieces that do not begin where the one before ends, and number the rows. */
static linclass_status join_pieces(linclass_context *ctx, csv_reading *self)
{
    const char *begin = self->pieces.cut[0];
    int64_t line = 1 + text_count(self->text.begin, begin, '\n');
    for (int64_t i = 0; i < self->pieces.count; i++) {
        csv_piece *const piece = &self->piece[i];
        if (piece->begin != begin) {
            piece->begin = begin;
            csv_find_rows(&self->target, self->pieces.cut[i + 1], piece);
        }
        if (piece->mistake != CSV_FINE)
            return fail_piece(ctx, self, piece);
        piece->first_row = self->table->rows;
        piece->first_line = line;
        self->table->rows += piece->rows;
        line += piece->newlines;
        begin = piece->end;
    }
    return LINCLASS_OK;
}

/* Columns of texts in the encoding are texts here: the cells of other rows do not decide whether 007 is 7. */
static linclass_status know_texts(linclass_context *ctx, const csv_reading *self,
                                  const linclass_read_options *options)
{
    const table *const made = self->table;
    table named = {.rows = made->rows, .columns = self->format.columns, .names = made->names};
    (void)snprintf(named.source, sizeof named.source, "%s", self->source);
    void *taken;
    linclass_status status =
        context_allocate_array(ctx, named.columns, sizeof(bool), "the columns of a table", &taken);
    if (status != LINCLASS_OK)
        return status;
    bool *texts = taken;
    status = columns_known_texts(ctx, &named, options, texts);
    for (int64_t j = 0; j < named.columns && status == LINCLASS_OK; j++)
        self->format.guess[j].is_text |= texts[j];
    context_release(ctx, taken);
    return status;
}

/* The columns of numbers as one block, each on a 64-byte boundary: page by page, the kernel would take as long to
 * provide them as it takes to read them. */
static linclass_status allocate_numbers(linclass_context *ctx, csv_reading *self, int64_t columns)
{
    table *const made = self->table;
    const size_t column_bytes = ((size_t)made->rows * sizeof(double) + 63) / 64 * 64;
    const linclass_status status =
        context_allocate_array(ctx, columns, column_bytes, "the numbers of a table", &made->block);
    if (status != LINCLASS_OK)
        return status;
    allocator_expect_all(&ctx->allocator, made->block, (size_t)columns * column_bytes);
    char *next = made->block;
    for (int64_t j = 0; j < made->columns; j++) {
        if (self->target.column[j].kind != CSV_NUMBERS)
            continue;
        self->target.column[j].numbers = (double *)(void *)next;
        next += column_bytes;
    }
    return LINCLASS_OK;
}

static linclass_status allocate_columns(linclass_context *ctx, csv_reading *self)
{
    table *const made = self->table;
    void *taken;
    linclass_status status = context_allocate_array(
        ctx, self->format.columns, sizeof *self->target.column, "the columns of a table", &taken);
    if (status != LINCLASS_OK)
        return status;
    self->target.column = memset(taken, 0, (size_t)self->format.columns * sizeof(csv_column));
    status = context_allocate_array(ctx, self->format.columns, sizeof *made->column,
                                    "the columns of a table", &taken);
    if (status != LINCLASS_OK)
        return status;
    made->column = memset(taken, 0, (size_t)self->format.columns * sizeof *made->column);
    made->columns = self->format.columns;
    status = context_allocate_array(ctx, made->rows, sizeof *made->lines, "the lines of a table",
                                    &taken);
    made->lines = self->target.lines = status == LINCLASS_OK ? taken : NULL;
    int64_t numbers = 0;
    for (int64_t j = 0; j < made->columns && status == LINCLASS_OK; j++) {
        const csv_guess *const guess = &self->format.guess[j];
        const bool texts =
            guess->is_text || (!self->format.dialect.header && guess->first_kind == 2);
        csv_column *const column = &self->target.column[j];
        column->kind = texts ? CSV_TEXTS : CSV_NUMBERS;
        atomic_store(&column->infinite, INT64_MAX);
        numbers += !texts;
        if (!texts)
            continue;
        status =
            context_allocate_array(ctx, made->rows, sizeof(char *), "a column of a table", &taken);
        column->cells = status == LINCLASS_OK ? taken : NULL;
    }
    return status == LINCLASS_OK ? allocate_numbers(ctx, self, numbers) : status;
}

/* Read the cells, and those of columns that turn out to be of texts once more. */
static linclass_status fill(linclass_context *ctx, csv_reading *self)
{
    linclass_status status = run(ctx, self, true, fill_piece);
    bool again = false;
    for (int64_t j = 0; j < self->format.columns; j++) {
        csv_column *const column = &self->target.column[j];
        const bool texts = column->kind == CSV_NUMBERS && atomic_load(&column->has_text);
        if (texts)
            column->cells = (const char **)(void *)column->numbers;
        column->kind = texts ? CSV_TEXTS : CSV_SKIP;
        again |= texts;
    }
    if (status == LINCLASS_OK && again)
        status = run(ctx, self, false, fill_piece);
    return status;
}

/* Whether |value| is an integer. From 2^52 on all doubles are; below, adding 2^52 rounds to one. NaN is none. */
static inline bool is_whole(double magnitude)
{
    const double ulp_is_one = 0x1p52;
    return (magnitude + ulp_is_one) - ulp_is_one == magnitude || magnitude >= ulp_is_one;
}

/* A finished column of numbers: how many are missing, and whether the others are integers. In blocks without branches,
 * which compilers turn into vectors. */
static void count_numbers(void *argument, int64_t task, int32_t worker)
{
    enum { BLOCK = 256 };
    (void)worker;
    const table *const made = argument;
    table_column *const column = &made->column[task];
    if (column->kind != TABLE_NUMBERS)
        return;
    bool integers = true;
    for (int64_t first = 0; first < made->rows; first += BLOCK) {
        const int64_t end = lesser(first + BLOCK, made->rows);
        int64_t missing = 0;
        int64_t fractions = 0;
        for (int64_t i = first; i < end; i++) {
            const double magnitude = fabs(column->numbers[i]);
            missing += isnan(magnitude);
            fractions += !is_whole(magnitude);
        }
        column->missing += missing;
        integers &= fractions == missing; /* NaN is no integer */
    }
    column->integers = integers;
}

/* Places of cells that do not stand where numbers did. */
static void release_cells(linclass_context *ctx, csv_column *column)
{
    if (column->numbers == NULL)
        context_release(ctx, (void *)column->cells);
    column->cells = NULL;
}

static linclass_status finish_columns(linclass_context *ctx, csv_reading *self)
{
    table *const made = self->table;
    linclass_status status = LINCLASS_OK;
    for (int64_t j = 0; j < made->columns && status == LINCLASS_OK; j++) {
        csv_column *const column = &self->target.column[j];
        if (column->cells != NULL) {
            made->column[j].kind = TABLE_TEXTS;
            status = csv_categories(ctx, &self->format.dialect, column->cells,
                                    self->target.text_end, made->rows, &made->column[j]);
            release_cells(ctx, column);
            continue;
        }
        const int64_t infinite = atomic_load(&column->infinite);
        if (infinite != INT64_MAX)
            return fail_at(ctx, self, self->text.begin + infinite, "a number that is not finite");
        made->column[j].kind = TABLE_NUMBERS;
        made->column[j].numbers = column->numbers;
        made->column[j].in_block = true;
    }
    if (status == LINCLASS_OK)
        pool_run(&ctx->pool, made->columns, count_numbers, made);
    return status;
}

static void describe(const csv_reading *self)
{
    const csv_dialect *const dialect = &self->format.dialect;
    char delimiter[24] = "one column";
    char quote[16] = "no quote";
    static const struct {
        char character;
        const char *name;
    } NAMES[] = {{',', "comma"}, {';', "semicolon"}, {'\t', "tab"}, {'|', "bar"}, {' ', "blank"}};
    if (dialect->delimiter != 0)
        (void)snprintf(delimiter, sizeof delimiter, "%c-separated", dialect->delimiter);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (dialect->delimiter == NAMES[i].character)
            (void)snprintf(delimiter, sizeof delimiter, "%s-separated", NAMES[i].name);
    if (dialect->quote != 0)
        (void)snprintf(quote, sizeof quote, "quote %c", dialect->quote);
    char more[80] = "";
    size_t length = 0;
    if (dialect->decimal == ',')
        length += (size_t)snprintf(more, sizeof more, ", decimal comma");
    if (self->nameless > 0)
        length += (size_t)snprintf(more + length, sizeof more - length, ", %lld without a name",
                                   (long long)self->nameless);
    if (self->format.comments > 0)
        (void)snprintf(more + length, sizeof more - length, ", %lld of comment before",
                       (long long)self->format.comments);
    (void)snprintf(self->table->dialect, sizeof self->table->dialect, "%s, %s, %s%s", delimiter,
                   quote,
                   dialect->header         ? "header"
                   : self->format.doubtful ? "no header (the first line may be one)"
                                           : "no header",
                   more);
    (void)snprintf(self->table->source, sizeof self->table->source, "%s", self->source);
}

static linclass_status read_text(linclass_context *ctx, csv_reading *self,
                                 const linclass_read_options *options)
{
    linclass_status status = check_text(ctx, self);
    if (status == LINCLASS_OK)
        status = csv_sniff(ctx, self->begin, self->target.text_end, options, &self->format);
    if (status != LINCLASS_OK)
        return status;
    const char *data;
    self->begin = self->format.begin;
    self->target.dialect = self->format.dialect;
    self->target.columns = self->format.columns;
    status = read_header(ctx, self, &data);
    if (status == LINCLASS_OK)
        status = cut(ctx, self, data);
    if (status == LINCLASS_OK)
        status = run(ctx, self, false, find_piece);
    if (status == LINCLASS_OK)
        status = join_pieces(ctx, self);
    if (status == LINCLASS_OK && options->encoding != NULL)
        status = know_texts(ctx, self, options);
    if (status == LINCLASS_OK)
        status = allocate_columns(ctx, self);
    if (status == LINCLASS_OK)
        status = fill(ctx, self);
    if (status == LINCLASS_OK)
        status = finish_columns(ctx, self);
    if (status == LINCLASS_OK)
        describe(self);
    return status == LINCLASS_OK ? read_progress_end(&self->progress) : status;
}

static void end(linclass_context *ctx, csv_reading *self)
{
    for (int64_t j = 0; self->target.column != NULL && j < self->format.columns; j++)
        release_cells(ctx, &self->target.column[j]);
    context_release(ctx, self->target.column);
    context_release(ctx, self->format.guess);
    context_release(ctx, self->piece);
    text_pieces_end(ctx, &self->pieces);
    text_block_end(ctx, &self->text);
}

linclass_status csv_read_table(linclass_context *ctx, byte_reader *reader,
                               const linclass_read_options *options, table *read)
{
    csv_reading self = {.progress = read_progress_begin(options, reader),
                        .source = byte_reader_name(reader),
                        .table = read};
    *read = (table){.allocator = ctx->allocator};
    linclass_status status = text_block_read(ctx, reader, &self.progress, &self.text);
    if (status == LINCLASS_OK)
        status = text_block_end_lines(ctx, &self.text);
    if (status == LINCLASS_OK)
        status = read_text(ctx, &self, options);
    end(ctx, &self);
    if (status != LINCLASS_OK)
        table_end(read);
    return status;
}

static linclass_status read_format(linclass_context *ctx, const format_input *input,
                                   linclass_dataset *dataset)
{
    table read;
    linclass_status status = csv_read_table(ctx, input->reader, input->options, &read);
    if (status != LINCLASS_OK)
        return status;
    status = encode_table(ctx, &read, input->options, dataset);
    table_end(&read);
    return status;
}

/* A text: the first characters are no others of control than those of lines and tabs. */
static bool recognises(const uint8_t *begin, size_t count, bool whole)
{
    enum { LOOKED_AT = 512 };
    static const uint8_t ALLOWED[] = {'\t', '\n', '\v', '\f', '\r'};
    (void)whole;
    for (size_t i = 0; i < count && i < LOOKED_AT; i++)
        if (begin[i] < ' ' && memchr(ALLOWED, begin[i], sizeof ALLOWED) == NULL)
            return false;
    return count > 0;
}

const file_format FORMAT_CSV = {"csv", recognises, read_format};
