/* A file of labels: its format is found by its content. In a text file every line is a number, and then
 * the label it stands for, which must be an integer; or, where a single line is none, every line is the
 * name of a class. */
#include "data/formats/labels_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "core/decimal.h"
#include "core/json_string.h"
#include "data/formats/npy.h"
#include "data/formats/npy_header.h"
#include "data/idx.h"
#include "data/text_codes.h"

/* A text file, line by line. */
typedef struct line_cursor {
    const char *next;
    const char *end;
    int64_t line; /* of the text, from 1 */
    const char *text;
    size_t length; /* without blanks at both ends */
} line_cursor;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static line_cursor begin_lines(const file_content *content)
{
    static const char MARK[] = "\xef\xbb\xbf"; /* the byte order mark of UTF-8 */
    const char *begin = (const char *)content->bytes;
    const char *const end = content->count == 0 ? begin : begin + content->count;
    if (content->count >= 3 && memcmp(begin, MARK, 3) == 0)
        begin += 3;
    return (line_cursor){.next = begin, .end = end};
}

static bool next_line(line_cursor *at)
{
    if (at->next == at->end)
        return false;
    const char *stop = memchr(at->next, '\n', (size_t)(at->end - at->next));
    const char *const after = stop == NULL ? at->end : stop + 1;
    stop = stop == NULL ? at->end : stop;
    at->text = at->next;
    while (at->text < stop && is_blank(*at->text))
        at->text++;
    while (stop > at->text && is_blank(stop[-1]))
        stop--;
    at->length = (size_t)(stop - at->text);
    at->next = after;
    at->line++;
    return true;
}

typedef enum { LINE_TEXT, LINE_NUMBER, LINE_INTEGER } line_kind;

static line_kind parse_integer(const line_cursor *at, int64_t *label)
{
    const bool is_negative = *at->text == '-';
    const size_t sign = is_negative || *at->text == '+';
    *label = 0;
    for (size_t i = sign; i < at->length; i++) {
        const int digit = at->text[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(*label, 10, label) ||
            __builtin_sub_overflow(*label, digit, label))
            return LINE_TEXT;
    }
    if (!is_negative && __builtin_sub_overflow(INT64_C(0), *label, label))
        return LINE_TEXT;
    return at->length > sign ? LINE_INTEGER : LINE_TEXT;
}

/* Integers exactly, other numbers where they are integers below 2^53, such as 1.0 or 2e3. */
static line_kind parse_line(const line_cursor *at, int64_t *label)
{
    char text[64];
    double value;
    if (parse_integer(at, label) == LINE_INTEGER)
        return LINE_INTEGER;
    if (at->length >= sizeof text || memchr(at->text, 0, at->length) != NULL)
        return LINE_TEXT;
    memcpy(text, at->text, at->length);
    text[at->length] = '\0';
    if (!decimal_parse(text, &value))
        return LINE_TEXT;
    if (!(fabs(value) < 9007199254740992.0) || value != trunc(value))
        return LINE_NUMBER;
    *label = (int64_t)value;
    return LINE_INTEGER;
}

static linclass_status check_lines(linclass_context *ctx, const char *name,
                                   const file_content *content, int64_t rows)
{
    line_cursor at = begin_lines(content);
    while (next_line(&at)) {
        if (at.length == 0)
            return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s, line %lld: there is no label",
                                name, (long long)at.line);
        if (memchr(at.text, 0, at.length) != NULL ||
            utf8_valid_bytes(at.text, at.length) != at.length)
            return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                                "%s, line %lld: the label is not a text in UTF-8", name,
                                (long long)at.line);
    }
    if (at.line != rows)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "%s has %lld labels, for %lld samples",
                            name, (long long)at.line, (long long)rows);
    return LINCLASS_OK;
}

/* Fill the labels where all lines are integers; *line: the first that is a number, but no integer, or 0.
 * Returns whether all lines are numbers. */
static bool lines_to_integers(const file_content *content, int64_t *labels, line_cursor *other)
{
    other->line = 0;
    for (line_cursor at = begin_lines(content); next_line(&at);) {
        const line_kind kind = parse_line(&at, &labels[at.line - 1]);
        if (kind == LINE_TEXT)
            return false;
        if (kind == LINE_NUMBER && other->line == 0)
            *other = at;
    }
    return true;
}

static linclass_status lines_to_texts(linclass_context *ctx, const file_content *content,
                                      linclass_dataset *dataset)
{
    text_list texts = {0};
    linclass_status status = LINCLASS_OK;
    for (line_cursor at = begin_lines(content); next_line(&at) && status == LINCLASS_OK;)
        status = text_list_append(ctx, &texts, at.text, at.length);
    if (status == LINCLASS_OK)
        status = text_codes(ctx, &texts, &dataset->class_names, dataset->labels);
    text_list_end(&texts, &ctx->allocator);
    return status;
}

static linclass_status read_lines(linclass_context *ctx, const char *name,
                                  const file_content *content, linclass_dataset *dataset)
{
    void *labels;
    linclass_status status = check_lines(ctx, name, content, dataset->rows);
    if (status == LINCLASS_OK)
        status = context_allocate_array(ctx, dataset->rows, sizeof(int64_t), "labels", &labels);
    if (status != LINCLASS_OK)
        return status;
    dataset->labels = labels;
    line_cursor other;
    if (!lines_to_integers(content, labels, &other))
        return lines_to_texts(ctx, content, dataset);
    if (other.line > 0)
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "%s, line %lld: label %.*s is not an integer", name,
                            (long long)other.line, (int)other.length, other.text);
    return LINCLASS_OK;
}

static linclass_status read_npy(linclass_context *ctx, const format_input *input,
                                linclass_dataset *dataset)
{
    file_content content;
    file_array array;
    linclass_status status = npy_open(ctx, input, &content, &array);
    if (status == LINCLASS_OK)
        status = array_labels(ctx, &array, dataset);
    content_end(ctx, &content);
    return status;
}

static linclass_status read_text(linclass_context *ctx, const format_input *input,
                                 linclass_dataset *dataset)
{
    file_content content;
    linclass_status status = content_open(ctx, input, 0, &content);
    if (status == LINCLASS_OK)
        status = read_lines(ctx, byte_reader_name(input->reader), &content, dataset);
    content_end(ctx, &content);
    return status;
}

static linclass_status read_any(linclass_context *ctx, const format_input *input,
                                linclass_dataset *dataset)
{
    const uint8_t *begin;
    size_t count;
    bool whole;
    const linclass_status status = byte_reader_peek(input->reader, &begin, &count, &whole);
    if (status != LINCLASS_OK)
        return status;
    if (npy_begins(begin, count))
        return read_npy(ctx, input, dataset);
    if (count >= 4 && begin[0] == 0 && begin[1] == 0)
        return idx_read_labels(ctx, input->reader, dataset->rows, dataset);
    return read_text(ctx, input, dataset);
}

linclass_status labels_file_read(linclass_context *ctx, const linclass_read_options *options,
                                 linclass_dataset *dataset)
{
    context_release(ctx, dataset->labels);
    dataset->labels = NULL;
    text_list_end(&dataset->class_names, &dataset->allocator);
    format_input input = {.options = options};
    linclass_status status = byte_reader_open(ctx, options->labels_path, &input.reader);
    if (status == LINCLASS_OK)
        status = read_any(ctx, &input, dataset);
    byte_reader_close(input.reader);
    return status;
}
