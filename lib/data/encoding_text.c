/* Written twice: once to count the bytes, once into memory for them. */
#include "data/encoding_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "core/decimal.h"
#include "core/json_string.h"

/* A text being written, or counted while `text` is NULL. */
typedef struct text_writer {
    char *text;
    size_t length;
} text_writer;

static void write_plain(text_writer *to, const char *text)
{
    const size_t length = strlen(text);
    if (to->text != NULL)
        memcpy(to->text + to->length, text, length);
    to->length += length;
}

static void write_string(text_writer *to, const char *text)
{
    write_plain(to, "\"");
    to->length += json_escape(text, to->text == NULL ? NULL : to->text + to->length);
    write_plain(to, "\"");
}

static void write_list(text_writer *to, const text_list *list)
{
    for (int64_t i = 0; i < list->count; i++) {
        write_plain(to, i == 0 ? "[" : ",");
        write_string(to, text_list_get(list, i));
    }
    write_plain(to, list->count == 0 ? "[]" : "]");
}

static void write_column(text_writer *to, const linclass_encoding *encoding, int64_t j)
{
    const encoding_column *column = &encoding->column[j];
    const char *name = text_list_get(&encoding->names, j);
    write_plain(to, j == 0 ? "{" : ",{");
    if (name != NULL) {
        write_plain(to, "\"name\":");
        write_string(to, name);
        write_plain(to, ",");
    }
    if (column->kind == LINCLASS_COLUMN_TEXTS) {
        write_plain(to, "\"categories\":");
        write_list(to, &column->categories);
    } else {
        char number[DECIMAL_SIZE];
        decimal_format(column->mean, number);
        write_plain(to, "\"mean\":");
        write_string(to, number);
    }
    write_plain(to, "}");
}

static void write_label(text_writer *to, const linclass_encoding *encoding)
{
    if (encoding->label_place < 0)
        return;
    char place[48];
    (void)snprintf(place, sizeof place, ",\"label\":{\"place\":%" PRId64, encoding->label_place);
    write_plain(to, place);
    if (encoding->label_name.count > 0) {
        write_plain(to, ",\"name\":");
        write_string(to, text_list_get(&encoding->label_name, 0));
    }
    write_plain(to, "}");
}

static void write_encoding(text_writer *to, const linclass_encoding *encoding)
{
    write_plain(to, "{\"version\":1,\"missing\":");
    write_string(to, encoding_missing_name(encoding->missing));
    write_label(to, encoding);
    if (encoding->class_names.count > 0) {
        write_plain(to, ",\"classes\":");
        write_list(to, &encoding->class_names);
    }
    write_plain(to, ",\"columns\":[");
    for (int64_t j = 0; j < encoding->columns; j++)
        write_column(to, encoding, j);
    write_plain(to, "]}");
}

const char *encoding_missing_name(int32_t missing)
{
    static const char *const NAMES[] = {"error", "mean", "zero"};
    return missing < LINCLASS_MISSING_ERROR || missing > LINCLASS_MISSING_ZERO ? NULL
                                                                               : NAMES[missing];
}

linclass_status encoding_text(linclass_context *ctx, const linclass_encoding *encoding, char **text)
{
    text_writer writer = {0};
    write_encoding(&writer, encoding);
    void *taken;
    const linclass_status status =
        context_allocate(ctx, writer.length + 1, "the encoding of a table", &taken);
    *text = taken;
    if (status != LINCLASS_OK)
        return status;
    writer = (text_writer){.text = taken};
    write_encoding(&writer, encoding);
    writer.text[writer.length] = '\0';
    return LINCLASS_OK;
}
