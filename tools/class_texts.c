#include "class_texts.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "printable.h"

static char *number_text(int64_t number)
{
    char *text = NULL;
    if (asprintf(&text, "%" PRId64, number) < 0)
        fail_memory();
    return text;
}

char *csv_cell(const char *text)
{
    const bool quoted = text[0] == '\0' || strpbrk(text, ",\"\r\n") != NULL || text[0] == ' ' ||
                        text[strlen(text) - 1] == ' ';
    char *cell = allocate(2 * strlen(text) + 3, 1);
    char *at = cell;
    if (quoted)
        *at++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *at++ = '"';
        *at++ = *text;
    }
    if (quoted)
        *at = '"';
    return cell;
}

static char *shown(const char *text)
{
    return printable(text, strlen(text));
}

static char *json_literal(const char *text)
{
    json_t *string = json_string(text);
    char *literal = string == NULL ? NULL : json_dumps(string, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    if (literal == NULL)
        fail_memory();
    json_decref(string);
    return literal;
}

/* write: a name as text, to be freed. */
static class_texts make(const linclass_model *model, bool numbers, char *(*write)(const char *))
{
    class_texts made = {.model = model,
                        .count = linclass_model_classes(model),
                        .labels = linclass_model_labels(model)};
    made.text = allocate((size_t)made.count, sizeof *made.text);
    for (int64_t j = 0; j < made.count; j++) {
        const char *name = numbers ? NULL : linclass_model_class_name(model, made.labels[j]);
        made.named |= name != NULL;
        if (name == NULL)
            made.text[j] = number_text(made.labels[j]);
        else
            made.text[j] = write(name);
    }
    return made;
}

class_texts class_texts_shown(const linclass_model *model)
{
    return make(model, false, shown);
}

class_texts class_texts_csv(const linclass_model *model, bool numbers)
{
    return make(model, numbers, csv_cell);
}

class_texts class_texts_json(const linclass_model *model, bool numbers)
{
    return make(model, numbers, json_literal);
}

void class_texts_free(class_texts *texts)
{
    for (int64_t j = 0; j < texts->count; j++)
        free(texts->text[j]);
    free(texts->text);
    *texts = (class_texts){0};
}

static int compare(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

const char *class_text(const class_texts *texts, int64_t label)
{
    const int64_t *found =
        bsearch(&label, texts->labels, (size_t)texts->count, sizeof label, compare);
    return found == NULL ? "" : texts->text[found - texts->labels];
}

int text_width(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

void print_aligned(const char *text, int width)
{
    printf("%*s%s", width > text_width(text) ? width - text_width(text) : 0, "", text);
}
