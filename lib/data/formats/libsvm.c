/* LIBSVM text to sparse rows, in two passes over pieces of the file: colons and newlines are counted, which are
 * the elements and rows at most, then each piece is read to its place. Comments, queries and empty lines leave
 * gaps, which are closed in the end.
 *
 * Indices begin at 1 until an index 0 is seen: the second pass is then done again with the other base. */
#include <string.h>

#include "core/context.h"
#include "data/formats/formats.h"
#include "data/formats/libsvm_rows.h"
#include "data/formats/text_pieces.h"

enum { SHOWN_BYTES = 40 };

typedef struct libsvm_reading {
    text_block text;
    text_pieces pieces;
    libsvm_piece *piece; /* pieces.count */
    libsvm_target target;
    read_progress progress;
    int64_t row_room; /* of all pieces */
    int64_t element_room;
} libsvm_reading;

static bool count_piece(void *argument, int64_t piece)
{
    const libsvm_reading *const self = argument;
    libsvm_piece *const counted = &self->piece[piece];
    libsvm_count(self->pieces.cut[piece], self->pieces.cut[piece + 1], &counted->row_room,
                 &counted->element_room);
    return true;
}

static bool fill_piece(void *argument, int64_t piece)
{
    const libsvm_reading *const self = argument;
    return libsvm_fill(&self->target, self->pieces.cut[piece], self->pieces.cut[piece + 1],
                       &self->piece[piece]);
}

static linclass_status count_all(linclass_context *ctx, libsvm_reading *self)
{
    void *taken;
    linclass_status status = context_allocate_array(ctx, self->pieces.count, sizeof *self->piece,
                                                    "the pieces of a text", &taken);
    if (status != LINCLASS_OK)
        return status;
    self->piece = taken;
    int64_t failed;
    status =
        text_pieces_run(ctx, &self->pieces, &self->progress, false, count_piece, self, &failed);
    for (int64_t i = 0; i < self->pieces.count && status == LINCLASS_OK; i++) {
        self->piece[i].first_row = self->row_room;
        self->piece[i].first_element = self->element_room;
        self->row_room += self->piece[i].row_room;
        self->element_room += self->piece[i].element_room;
    }
    return status;
}

/* The arrays, in blocks of the data set's. */
static linclass_status allocate(linclass_context *ctx, libsvm_reading *self,
                                linclass_dataset *dataset)
{
    const size_t width = dataset->dtype == LINCLASS_FLOAT64 ? sizeof(double) : sizeof(float);
    void *labels = NULL;
    linclass_status status = context_allocate_array(
        ctx, self->element_room, width, "the values of sparse rows", &dataset->owned[0]);
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, self->row_room + 1, sizeof(int64_t),
                                        "the beginnings of sparse rows", &dataset->owned[1]);
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, self->element_room, sizeof(int32_t),
                                        "the columns of sparse rows", &dataset->owned[2]);
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, self->row_room, sizeof(int64_t), "labels", &labels);
    if (status != LINCLASS_OK)
        return status;
    dataset->labels = labels;
    self->target.labels = labels;
    self->target.row_ends = (int64_t *)dataset->owned[1] + 1;
    self->target.columns = dataset->owned[2];
    if (dataset->dtype == LINCLASS_FLOAT64)
        self->target.doubles = dataset->owned[0];
    else
        self->target.floats = dataset->owned[0];
    return LINCLASS_OK;
}

static const char *describe(libsvm_mistake mistake)
{
    switch (mistake) {
    case LIBSVM_NO_LABEL:
        return "begins with index:value; a row begins with a label";
    case LIBSVM_SEVERAL_LABELS:
        return "is several labels; a row has one";
    case LIBSVM_LABEL_NO_NUMBER:
        return "is no label, which is an integer";
    case LIBSVM_LABEL_NO_INTEGER:
        return "is no label, which is an integer (and below 2^53 unless written as one)";
    case LIBSVM_NO_PAIR:
        return "is no index:value";
    case LIBSVM_QUERY:
        return "is no qid:N";
    case LIBSVM_INDEX_TOO_LARGE:
        return "has an index above 2147483646";
    case LIBSVM_INDEX_ZERO:
        return "has the index 0, where the first is 1";
    case LIBSVM_INDEX_ORDER:
        return "has an index that is not above the one before it in the row";
    case LIBSVM_VALUE_NO_NUMBER:
        return "is no number";
    case LIBSVM_VALUE_NOT_FINITE:
        return "is not finite";
    case LIBSVM_VALUE_TOO_LARGE:
        return "is too large for the type of the values";
    case LIBSVM_CHANGED:
    case LIBSVM_FINE:
        break;
    }
    return "was changed while the file was read";
}

static linclass_status fail_piece(linclass_context *ctx, const libsvm_reading *self,
                                  const byte_reader *reader, const libsvm_piece *piece)
{
    int64_t line;
    int64_t column;
    text_block_position(&self->text, piece->at, &line, &column);
    const char *const end = self->text.begin + self->text.count;
    static const char ENDS[] = {' ', '\t', '\r', '\n', '#'};
    int length = 0;
    while (length < SHOWN_BYTES && piece->at + length != end &&
           memchr(ENDS, piece->at[length], sizeof ENDS) == NULL)
        length++;
    linclass_status status = LINCLASS_ERROR_FORMAT;
    if (piece->mistake == LIBSVM_SEVERAL_LABELS)
        status = LINCLASS_ERROR_UNSUPPORTED;
    if (piece->mistake == LIBSVM_LABEL_NO_INTEGER)
        status = LINCLASS_ERROR_LABEL;
    return context_fail(ctx, status, "%s, line %lld, column %lld: '%.*s' %s",
                        byte_reader_name(reader), (long long)line, (long long)column, length,
                        piece->at, describe(piece->mistake));
}

/* Whether an index 0 was met, which decides the base. */
static bool met_index_zero(const libsvm_reading *self, int64_t failed)
{
    return failed < self->pieces.count && self->piece[failed].has_index_zero;
}

static linclass_status fill_all(linclass_context *ctx, libsvm_reading *self,
                                const byte_reader *reader, int32_t index_base)
{
    const bool advances = self->text.mapping != NULL;
    self->target.index_base = index_base != 0;
    self->target.base_is_known = index_base >= 0;
    int64_t failed;
    linclass_status status =
        text_pieces_run(ctx, &self->pieces, &self->progress, advances, fill_piece, self, &failed);
    if (status == LINCLASS_OK && met_index_zero(self, failed)) {
        self->target.index_base = 0;
        self->target.base_is_known = true;
        status = text_pieces_run(ctx, &self->pieces, &self->progress, advances, fill_piece, self,
                                 &failed);
    }
    if (status == LINCLASS_OK && failed < self->pieces.count)
        status = fail_piece(ctx, self, reader, &self->piece[failed]);
    return status;
}

static void move(void *array, size_t width, int64_t from, int64_t to, int64_t count)
{
    if (from != to && count > 0)
        memmove((char *)array + (size_t)to * width, (char *)array + (size_t)from * width,
                (size_t)count * width);
}

/* Close the gaps between the pieces, and number the elements through. */
static void join(libsvm_reading *self, linclass_dataset *dataset)
{
    const size_t width = dataset->dtype == LINCLASS_FLOAT64 ? sizeof(double) : sizeof(float);
    int64_t *const row_starts = dataset->owned[1];
    int64_t rows = 0;
    int64_t elements = 0;
    bool all_ones = true;
    dataset->cols = self->target.features;
    row_starts[0] = 0;
    for (int64_t i = 0; i < self->pieces.count; i++) {
        const libsvm_piece *const piece = &self->piece[i];
        move(dataset->labels, sizeof(int64_t), piece->first_row, rows, piece->rows);
        move(dataset->owned[2], sizeof(int32_t), piece->first_element, elements, piece->elements);
        move(dataset->owned[0], width, piece->first_element, elements, piece->elements);
        for (int64_t row = 0; row < piece->rows; row++)
            row_starts[rows + row + 1] = elements + row_starts[piece->first_row + row + 1];
        rows += piece->rows;
        elements += piece->elements;
        all_ones &= piece->all_ones;
        if (self->target.features == 0 && piece->columns > dataset->cols)
            dataset->cols = piece->columns;
    }
    if (all_ones) {
        allocator_give(&dataset->allocator, dataset->owned[0]);
        dataset->owned[0] = NULL;
    }
    dataset->rows = rows;
    dataset->layout = LINCLASS_LAYOUT_CSR;
    dataset->data = dataset->owned[0];
    dataset->row_starts = row_starts;
    dataset->columns = dataset->owned[2];
    dataset->column_dtype = LINCLASS_INT32;
}

static linclass_status check_options(linclass_context *ctx, const linclass_read_options *options)
{
    if (options->dtype != LINCLASS_FLOAT32 && options->dtype != LINCLASS_FLOAT64)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.dtype is %d, neither LINCLASS_FLOAT32 nor LINCLASS_FLOAT64",
                            (int)options->dtype);
    if (options->index_base < -1 || options->index_base > 1)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.index_base is %d, not 0, 1 or -1", (int)options->index_base);
    if (options->features < 0 || options->features > INT32_MAX)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.features is %lld, not in 0..2147483647",
                            (long long)options->features);
    return LINCLASS_OK;
}

static linclass_status read_rows(linclass_context *ctx, libsvm_reading *self,
                                 const format_input *input, linclass_dataset *dataset)
{
    const char *const end = self->text.begin + self->text.count;
    linclass_status status = text_pieces_cut(ctx, self->text.begin, end, &self->pieces);
    if (status == LINCLASS_OK)
        status = count_all(ctx, self);
    if (status == LINCLASS_OK)
        status = allocate(ctx, self, dataset);
    if (status == LINCLASS_OK)
        status = fill_all(ctx, self, input->reader, input->options->index_base);
    if (status != LINCLASS_OK)
        return status;
    join(self, dataset);
    if (dataset->rows == 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s has no rows",
                            byte_reader_name(input->reader));
    return read_progress_end(&self->progress);
}

static linclass_status read_format(linclass_context *ctx, const format_input *input,
                                   linclass_dataset *dataset)
{
    linclass_status status = check_options(ctx, input->options);
    if (status != LINCLASS_OK)
        return status;
    libsvm_reading self = {.progress = read_progress_begin(input->options, input->reader),
                           .target.features = input->options->features};
    dataset->dtype = input->options->dtype;
    status = text_block_read(ctx, input->reader, &self.progress, &self.text);
    if (status == LINCLASS_OK)
        status = read_rows(ctx, &self, input, dataset);
    context_release(ctx, self.piece);
    text_pieces_end(ctx, &self.pieces);
    text_block_end(ctx, &self.text);
    return status;
}

/* By whole lines, or the whole pairs of a line that is longer than what is seen. */
static bool recognises(const uint8_t *begin, size_t count, bool whole)
{
    const char *const text = (const char *)begin;
    const char *const newline = whole ? NULL : memrchr(text, '\n', count);
    const char *const blank = whole ? NULL : memrchr(text, ' ', count);
    const char *const cut = newline != NULL ? newline : blank;
    return libsvm_looks_like(text, cut != NULL ? cut : text + count);
}

const file_format FORMAT_LIBSVM = {"libsvm", recognises, read_format};
