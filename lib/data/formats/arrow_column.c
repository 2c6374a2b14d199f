/* Values lie in buffers by their type (the specification's columnar format):
 *
 *     numbers             validity bits; values
 *     booleans            validity bits; a bit each
 *     utf8, large_utf8    validity bits; 32- or 64-bit offsets, one more than values; bytes
 *     utf8_view           validity bits; 16 bytes each: the length, then the text itself where it has at most 12
 *                         bytes, else 4 bytes of it, the number of a buffer of bytes, and an offset; those buffers;
 *                         their lengths
 *     dictionary          indices like numbers; the texts in array->dictionary
 *
 * Texts of all chunks are collected, or those of their dictionaries, then sorted and numbered once.
 *
 * Hazards. The buffers have no length of their own: lengths, offsets and indices are checked against each
 * other, and the producer is trusted with the rest, as in any such interface. */
#include "data/formats/arrow_column.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "data/half.h"
#include "data/text_codes.h"

typedef enum { KIND_NONE, KIND_NULL, KIND_BOOL, KIND_NUMBER, KIND_TEXT } value_kind;

static value_kind kind_of(const char *format)
{
    if (strcmp(format, "n") == 0)
        return KIND_NULL;
    if (strcmp(format, "b") == 0)
        return KIND_BOOL;
    if (strcmp(format, "u") == 0 || strcmp(format, "U") == 0 || strcmp(format, "vu") == 0)
        return KIND_TEXT;
    return format[0] != '\0' && strchr("cCsSiIlLefg", format[0]) != NULL && format[1] == '\0'
               ? KIND_NUMBER
               : KIND_NONE;
}

static bool is_index(const char *format)
{
    return kind_of(format) == KIND_NUMBER && strchr("efg", format[0]) == NULL;
}

linclass_status arrow_check_schema(linclass_context *ctx, const struct ArrowSchema *schema,
                                   const char *name)
{
    const struct ArrowSchema *const values =
        schema->dictionary == NULL ? schema : schema->dictionary;
    if (schema->format == NULL || values->format == NULL)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "the Arrow stream: column '%.100s' has no format", name);
    if (values == schema && kind_of(schema->format) != KIND_NONE)
        return LINCLASS_OK;
    if (values != schema && kind_of(values->format) == KIND_TEXT && is_index(schema->format))
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                        "the Arrow stream: column '%.100s' is %sof format '%.40s'; columns are "
                        "integers, floats, booleans, texts or dictionaries of texts: cast it or "
                        "leave it out",
                        name, values == schema ? "" : "a dictionary ", values->format);
}

static int64_t fewest_buffers(const char *format)
{
    const value_kind kind = kind_of(format);
    return kind == KIND_NULL ? 0 : kind != KIND_TEXT ? 2 : 3;
}

/* The buffers of the values from..from + length - 1 are there. */
static bool has_buffers(const struct ArrowSchema *schema, const struct ArrowArray *array)
{
    const int64_t fewest = fewest_buffers(schema->format);
    if (array->length < 0 || array->offset < 0 || array->n_buffers < fewest ||
        array->length > INT64_MAX / 32 - array->offset)
        return false;
    if (fewest == 0 || array->length == 0)
        return true;
    if (array->buffers == NULL || array->buffers[1] == NULL)
        return false;
    return schema->dictionary == NULL || array->dictionary != NULL;
}

linclass_status arrow_check_chunk(linclass_context *ctx, const struct ArrowSchema *schema,
                                  const struct ArrowArray *chunk)
{
    bool fits = chunk->length >= 0 && chunk->offset >= 0 &&
                chunk->n_children == schema->n_children &&
                (chunk->children != NULL || schema->n_children == 0) &&
                (chunk->buffers != NULL || chunk->n_buffers <= 0) &&
                chunk->length <= INT64_MAX / 32 - chunk->offset;
    for (int64_t j = 0; fits && j < schema->n_children; j++) {
        const struct ArrowArray *const column = chunk->children[j];
        fits = column != NULL && has_buffers(schema->children[j], column) &&
               column->length >= chunk->offset + chunk->length &&
               (schema->children[j]->dictionary == NULL ||
                has_buffers(schema->children[j]->dictionary, column->dictionary));
    }
    return fits ? LINCLASS_OK
                : context_fail(ctx, LINCLASS_ERROR_FORMAT,
                               "the Arrow stream: a chunk does not fit its schema");
}

/* Whether value i, counted from the array's offset, is there. */
static bool is_there(const struct ArrowArray *array, int64_t i)
{
    const uint8_t *const bits =
        array->n_buffers > 0 && array->null_count != 0 ? array->buffers[0] : NULL;
    const int64_t place = array->offset + i;
    return bits == NULL || (bits[place / 8] >> place % 8 & 1) != 0;
}

static double number_at(char format, const void *values, int64_t place)
{
    switch (format) {
    case 'c':
        return ((const int8_t *)values)[place];
    case 'C':
        return ((const uint8_t *)values)[place];
    case 's':
        return ((const int16_t *)values)[place];
    case 'S':
        return ((const uint16_t *)values)[place];
    case 'i':
        return ((const int32_t *)values)[place];
    case 'I':
        return ((const uint32_t *)values)[place];
    case 'l':
        return (double)((const int64_t *)values)[place];
    case 'L':
        return (double)((const uint64_t *)values)[place];
    case 'e':
        return (double)float_of_half(((const uint16_t *)values)[place]);
    case 'f':
        return ((const float *)values)[place];
    case 'b':
        return ((const uint8_t *)values)[place / 8] >> place % 8 & 1;
    default:
        return ((const double *)values)[place];
    }
}

/* What is read of a column: its place in the rows of all chunks. */
typedef struct column_reader {
    linclass_context *ctx;
    const struct ArrowSchema *schema;
    const arrow_chunks *chunks;
    int64_t index;
    const char *name;
} column_reader;

static linclass_status fail_value(const column_reader *self, int64_t row, const char *what)
{
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                        "the Arrow stream, row %lld, column '%.100s': %s", (long long)row,
                        self->name, what);
}

static linclass_status read_numbers(const column_reader *self, table_column *column)
{
    void *taken;
    const linclass_status status = context_allocate_array(
        self->ctx, self->chunks->rows, sizeof(double), "a column of numbers", &taken);
    if (status != LINCLASS_OK)
        return status;
    column->kind = TABLE_NUMBERS;
    column->numbers = taken;
    column->integers = 1;
    const char format = self->schema->format[0];
    int64_t row = 0;
    for (int64_t c = 0; c < self->chunks->count; c++) {
        const struct ArrowArray *const rows = &self->chunks->chunk[c];
        const struct ArrowArray *const array = rows->children[self->index];
        for (int64_t i = 0; i < rows->length; i++, row++) {
            double value = (double)NAN;
            if (format != 'n' && is_there(rows, i) && is_there(array, rows->offset + i))
                value = number_at(format, array->buffers[1], array->offset + rows->offset + i);
            if (isinf(value))
                return fail_value(self, row, "the number is infinite");
            column->numbers[row] = value;
            column->missing += isnan(value);
            column->integers &= isnan(value) || value == trunc(value);
        }
    }
    return LINCLASS_OK;
}

/* Where a text is. */
typedef struct text_place {
    const char *begin;
    int64_t length;
} text_place;

static bool find_view(const struct ArrowArray *array, int64_t place, text_place *text)
{
    const uint8_t *const view = (const uint8_t *)array->buffers[1] + 16 * place;
    int32_t length;
    int32_t where[2];
    memcpy(&length, view, sizeof length);
    *text = (text_place){(const char *)view + 4, length};
    if (length <= 12)
        return length >= 0;
    memcpy(where, view + 8, sizeof where);
    const int64_t buffers = array->n_buffers - 3;
    const int64_t *const lengths = array->buffers[array->n_buffers - 1];
    if (where[0] < 0 || where[0] >= buffers || where[1] < 0 || lengths == NULL ||
        array->buffers[2 + where[0]] == NULL || lengths[where[0]] - where[1] < length)
        return false;
    text->begin = (const char *)array->buffers[2 + where[0]] + where[1];
    return true;
}

/* The text at a place in the buffers. False where the numbers around it are impossible. */
static bool find_text(const char *format, const struct ArrowArray *array, int64_t place,
                      text_place *text)
{
    if (format[0] == 'v')
        return find_view(array, place, text);
    int64_t begin;
    int64_t end;
    if (format[0] == 'u') {
        begin = ((const int32_t *)array->buffers[1])[place];
        end = ((const int32_t *)array->buffers[1])[place + 1];
    } else {
        begin = ((const int64_t *)array->buffers[1])[place];
        end = ((const int64_t *)array->buffers[1])[place + 1];
    }
    const char *const bytes = array->buffers[2];
    if (begin < 0 || end < begin || (bytes == NULL && end > begin))
        return false;
    *text = (text_place){bytes == NULL ? "" : bytes + begin, end - begin};
    return true;
}

/* Append text i of an array to the list. row: for the error message. */
static linclass_status append_text(const column_reader *self, const char *format,
                                   const struct ArrowArray *array, int64_t i, int64_t row,
                                   text_list *texts)
{
    text_place text;
    if (!find_text(format, array, array->offset + i, &text))
        return fail_value(self, row, "the text lies outside its buffer");
    if (memchr(text.begin, 0, (size_t)text.length) != NULL)
        return fail_value(self, row, "the text has a zero byte in it");
    if (texts->count == INT32_MAX)
        return context_fail(self->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the Arrow stream: column '%.100s' has more than 2147483647 texts",
                            self->name);
    return text_list_append(self->ctx, texts, text.begin, (size_t)text.length);
}

/* codes: the place of each cell's text in the list, -1: missing. */
static linclass_status collect_cells(const column_reader *self, const struct ArrowArray *rows,
                                     int64_t first_row, int32_t *codes, text_list *texts)
{
    const struct ArrowArray *const array = rows->children[self->index];
    linclass_status status = LINCLASS_OK;
    for (int64_t i = 0; i < rows->length && status == LINCLASS_OK; i++) {
        codes[i] = -1;
        if (!is_there(rows, i) || !is_there(array, rows->offset + i))
            continue;
        codes[i] = (int32_t)texts->count;
        status =
            append_text(self, self->schema->format, array, rows->offset + i, first_row + i, texts);
    }
    return status;
}

/* A 64-bit index beyond the dictionary, exactly. */
static bool index_at(char format, const void *values, int64_t place, int64_t bound, int64_t *index)
{
    if (format == 'L') {
        const uint64_t value = ((const uint64_t *)values)[place];
        *index = (int64_t)value;
        return value < (uint64_t)bound;
    }
    *index = format == 'l' ? ((const int64_t *)values)[place]
                           : (int64_t)number_at(format, values, place);
    return *index >= 0 && *index < bound;
}

/* The same of a dictionary: its texts are appended, and cells refer to them. */
static linclass_status collect_dictionary(const column_reader *self, const struct ArrowArray *rows,
                                          int64_t first_row, int32_t *codes, text_list *texts)
{
    const struct ArrowArray *const array = rows->children[self->index];
    const struct ArrowArray *const dictionary = array->dictionary;
    const int64_t before = texts->count;
    linclass_status status = LINCLASS_OK;
    for (int64_t i = 0; rows->length > 0 && i < dictionary->length && status == LINCLASS_OK; i++)
        status = is_there(dictionary, i) ? append_text(self, self->schema->dictionary->format,
                                                       dictionary, i, first_row, texts)
                                         : text_list_append(self->ctx, texts, "", 0);
    for (int64_t i = 0; i < rows->length && status == LINCLASS_OK; i++) {
        int64_t index;
        codes[i] = -1;
        if (!is_there(rows, i) || !is_there(array, rows->offset + i))
            continue;
        if (!index_at(self->schema->format[0], array->buffers[1], array->offset + rows->offset + i,
                      dictionary->length, &index))
            return fail_value(self, first_row + i, "the index is none of its dictionary");
        if (is_there(dictionary, index))
            codes[i] = (int32_t)(before + index);
    }
    return status;
}

/* The codes of texts in the list to those of the distinct texts that cells have. */
static linclass_status number_texts(const column_reader *self, const text_list *texts,
                                    table_column *column)
{
    void *taken;
    linclass_status status = context_allocate_array(self->ctx, texts->count, sizeof(int64_t),
                                                    "the codes of texts", &taken);
    if (status != LINCLASS_OK)
        return status;
    int64_t *const number = taken;
    status = text_codes(self->ctx, texts, &column->categories, number);
    for (int64_t row = 0; status == LINCLASS_OK && row < self->chunks->rows; row++) {
        if (column->codes[row] >= 0)
            column->codes[row] = (int32_t)number[column->codes[row]];
        else
            column->missing++;
    }
    context_release(self->ctx, number);
    return status;
}

static linclass_status read_texts(const column_reader *self, table_column *column)
{
    text_list texts = {0};
    void *taken;
    linclass_status status = context_allocate_array(self->ctx, self->chunks->rows, sizeof(int32_t),
                                                    "a column of texts", &taken);
    if (status != LINCLASS_OK)
        return status;
    column->kind = TABLE_TEXTS;
    column->codes = taken;
    int64_t row = 0;
    for (int64_t c = 0; c < self->chunks->count && status == LINCLASS_OK; c++) {
        const struct ArrowArray *const rows = &self->chunks->chunk[c];
        status = self->schema->dictionary == NULL
                     ? collect_cells(self, rows, row, column->codes + row, &texts)
                     : collect_dictionary(self, rows, row, column->codes + row, &texts);
        row += rows->length;
    }
    if (status == LINCLASS_OK)
        status = number_texts(self, &texts, column);
    text_list_end(&texts, &self->ctx->allocator);
    return status;
}

linclass_status arrow_read_column(linclass_context *ctx, const struct ArrowSchema *schema,
                                  const arrow_chunks *chunks, int64_t index, const char *name,
                                  table_column *column)
{
    const column_reader reader = {ctx, schema, chunks, index, name};
    return schema->dictionary != NULL || kind_of(schema->format) == KIND_TEXT
               ? read_texts(&reader, column)
               : read_numbers(&reader, column);
}
