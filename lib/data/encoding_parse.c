/* The text of an encoding, which comes from a file: nothing in it is believed. The number of columns is counted in
 * a first pass, which stores nothing; keys may stand in any order, each once. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/decimal.h"
#include "core/json_read.h"
#include "data/encoding_text.h"

typedef struct encoding_parser {
    linclass_context *ctx;
    json_cursor cursor;
    char *buffer;            /* room for any string of the text */
    linclass_encoding *made; /* NULL while columns are counted */
    int64_t columns;
    linclass_status status; /* MEMORY, or OK */
} encoding_parser;

/* Each of these returns whether what it takes was there, and right. */

/* A string; its text in parser->buffer, with a zero. */
static bool take_text(encoding_parser *parser, size_t *length)
{
    json_text string;
    if (!json_take_string(&parser->cursor, &string) ||
        !json_unescape(string, parser->buffer, length))
        return false;
    parser->buffer[*length] = '\0';
    return true;
}

static bool append(encoding_parser *parser, text_list *list, size_t length)
{
    if (list == NULL)
        return true;
    parser->status = text_list_append(parser->ctx, list, parser->buffer, length);
    return parser->status == LINCLASS_OK;
}

/* Texts in strictly ascending order of their bytes. list NULL: only looked at. */
static bool take_ascending(encoding_parser *parser, text_list *list)
{
    if (!json_take(&parser->cursor, '['))
        return false;
    for (int64_t i = 0; !json_take(&parser->cursor, ']'); i++) {
        size_t length;
        if ((i > 0 && !json_take(&parser->cursor, ',')) || !take_text(parser, &length))
            return false;
        if (i > 0 && list != NULL && strcmp(text_list_get(list, i - 1), parser->buffer) >= 0)
            return false;
        if (!append(parser, list, length))
            return false;
    }
    return true;
}

static bool take_mean(encoding_parser *parser, double *mean)
{
    size_t length;
    return take_text(parser, &length) && decimal_parse(parser->buffer, mean) && isfinite(*mean);
}

enum { SEEN_NAME = 1, SEEN_MEAN = 2, SEEN_CATEGORIES = 4 };

static bool take_column(encoding_parser *parser, encoding_column *column, int *seen)
{
    encoding_column ignored;
    const bool kept = column != NULL;
    column = kept ? column : &ignored;
    json_text key;
    json_step step;
    if (!json_take(&parser->cursor, '{'))
        return false;
    for (int64_t i = 0; (step = json_next_member(&parser->cursor, i, &key)) == JSON_MEMBER; i++) {
        size_t length;
        int now = 0;
        bool right = false;
        if (json_text_is(key, "name")) {
            now = SEEN_NAME;
            right = take_text(parser, &length) &&
                    append(parser, kept ? &parser->made->names : NULL, length);
        } else if (json_text_is(key, "mean")) {
            now = SEEN_MEAN;
            column->kind = LINCLASS_COLUMN_NUMBERS;
            right = take_mean(parser, &column->mean);
        } else if (json_text_is(key, "categories")) {
            now = SEEN_CATEGORIES;
            column->kind = LINCLASS_COLUMN_TEXTS;
            right = take_ascending(parser, kept ? &column->categories : NULL);
        }
        if (!right || (*seen & now) != 0)
            return false;
        *seen |= now;
    }
    const int kinds = *seen & (SEEN_MEAN | SEEN_CATEGORIES);
    return step == JSON_END && (kinds == SEEN_MEAN || kinds == SEEN_CATEGORIES);
}

static bool take_columns(encoding_parser *parser)
{
    if (!json_take(&parser->cursor, '['))
        return false;
    int64_t j = 0;
    bool named = false;
    for (; !json_take(&parser->cursor, ']'); j++) {
        int seen = 0;
        encoding_column *column = parser->made == NULL ? NULL : &parser->made->column[j];
        if ((j > 0 && !json_take(&parser->cursor, ',')) || !take_column(parser, column, &seen))
            return false;
        if (j > 0 && named != ((seen & SEEN_NAME) != 0))
            return false;
        named = (seen & SEEN_NAME) != 0;
    }
    parser->columns = j;
    return true;
}

static bool take_label(encoding_parser *parser)
{
    json_text key;
    json_step step;
    int64_t place = -1;
    bool named = false;
    if (!json_take(&parser->cursor, '{'))
        return false;
    for (int64_t i = 0; (step = json_next_member(&parser->cursor, i, &key)) == JSON_MEMBER; i++) {
        size_t length;
        text_list *list = parser->made == NULL ? NULL : &parser->made->label_name;
        if (json_text_is(key, "place") && place < 0 && json_take_size(&parser->cursor, &place))
            continue;
        if (!json_text_is(key, "name") || named || !take_text(parser, &length) ||
            !append(parser, list, length))
            return false;
        named = true;
    }
    if (parser->made != NULL)
        parser->made->label_place = place;
    return step == JSON_END && place >= 0;
}

static bool take_missing(encoding_parser *parser)
{
    size_t length;
    if (!take_text(parser, &length))
        return false;
    for (int32_t missing = 0; encoding_missing_name(missing) != NULL; missing++) {
        if (strcmp(parser->buffer, encoding_missing_name(missing)) != 0)
            continue;
        if (parser->made != NULL)
            parser->made->missing = missing;
        return true;
    }
    return false;
}

/* The value of member `which` of take_encoding. */
static bool take_value(encoding_parser *parser, int64_t which)
{
    int64_t version;
    switch (which) {
    case 0:
        return json_take_size(&parser->cursor, &version) && version == 1;
    case 1:
        return take_missing(parser);
    case 2:
        return take_label(parser);
    case 3:
        return take_ascending(parser, parser->made == NULL ? NULL : &parser->made->class_names);
    default:
        return take_columns(parser);
    }
}

static bool take_encoding(encoding_parser *parser)
{
    static const char *const KEYS[] = {"version", "missing", "label", "classes", "columns"};
    enum { COUNT = sizeof KEYS / sizeof KEYS[0] };
    static const bool REQUIRED[COUNT] = {true, true, false, false, true};
    bool seen[COUNT] = {false};
    json_text key;
    json_step step;
    if (!json_take(&parser->cursor, '{'))
        return false;
    for (int64_t i = 0; (step = json_next_member(&parser->cursor, i, &key)) == JSON_MEMBER; i++) {
        int64_t which = 0;
        while (which < COUNT && !json_text_is(key, KEYS[which]))
            which++;
        if (which == COUNT || seen[which] || !take_value(parser, which))
            return false;
        seen[which] = true;
    }
    for (int which = 0; which < COUNT; which++)
        if (REQUIRED[which] && !seen[which])
            return false;
    return step == JSON_END && json_at_end(&parser->cursor);
}

/* What no single value shows: a place within the table. */
static bool is_consistent(const linclass_encoding *made)
{
    const bool named = made->names.count > 0;
    if (made->label_place > made->columns)
        return false;
    return !named || made->label_place < 0 || made->label_name.count == 1;
}

static bool parse(encoding_parser *parser, const char *text, size_t length)
{
    const json_cursor whole = {text, text + length};
    parser->cursor = whole;
    if (!take_encoding(parser))
        return false;
    parser->status = encoding_new(parser->ctx, parser->columns, &parser->made);
    parser->cursor = whole;
    return parser->status == LINCLASS_OK && take_encoding(parser) && is_consistent(parser->made);
}

linclass_status encoding_parse(linclass_context *ctx, const char *name, const char *text,
                               linclass_encoding **encoding)
{
    *encoding = NULL;
    const size_t length = strlen(text);
    encoding_parser parser = {.ctx = ctx};
    void *buffer;
    const linclass_status status =
        context_allocate(ctx, length + 1, "the encoding of a table", &buffer);
    if (status != LINCLASS_OK)
        return status;
    parser.buffer = buffer;
    const bool right = parse(&parser, text, length);
    context_release(ctx, buffer);
    if (right) {
        *encoding = parser.made;
        return LINCLASS_OK;
    }
    encoding_destroy(parser.made);
    if (parser.status != LINCLASS_OK)
        return parser.status;
    return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                        "%.300s is not the encoding of a table: wrong before byte %zu", name,
                        (size_t)(parser.cursor.next - text));
}
