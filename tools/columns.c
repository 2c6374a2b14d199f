#include "columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "class_texts.h"
#include "json.h"
#include "message.h"
#include "printable.h"

enum { MOST_COLUMNS_SHOWN = 100, MOST_CATEGORIES_SHOWN = 6, WIDEST_NAME = 40 };

/* The name of a column, or its number; to be freed. */
static char *column_text(const linclass_encoding *encoding, int64_t j)
{
    const char *name = linclass_encoding_column_name(encoding, j);
    if (name != NULL)
        return printable(name, strlen(name));
    char *text = NULL;
    if (asprintf(&text, "%" PRId64, j) < 0)
        fail_memory();
    return text;
}

static int name_width(const linclass_encoding *encoding, int64_t shown)
{
    int width = (int)sizeof "column" - 1;
    for (int64_t j = 0; j < shown; j++) {
        char *text = column_text(encoding, j);
        if (text_width(text) > width)
            width = text_width(text);
        free(text);
    }
    return width > WIDEST_NAME ? WIDEST_NAME : width;
}

static void print_categories(const linclass_encoding *encoding, int64_t j)
{
    const int64_t count = linclass_encoding_categories(encoding, j);
    printf("%" PRId64 " categories:", count);
    for (int64_t c = 0; c < count && c < MOST_CATEGORIES_SHOWN; c++) {
        const char *text = linclass_encoding_category(encoding, j, c);
        char *shown = printable(text, strlen(text));
        printf("%s '%s'", c == 0 ? "" : ",", shown);
        free(shown);
    }
    printf("%s\n", count > MOST_CATEGORIES_SHOWN ? ", ..." : "");
}

static void print_column(const linclass_encoding *encoding, const linclass_dataset *dataset,
                         int64_t j, int width)
{
    const bool numbers = linclass_encoding_column_kind(encoding, j) == LINCLASS_COLUMN_NUMBERS;
    char *name = column_text(encoding, j);
    print_aligned(name, width);
    free(name);
    printf("  %-7s", numbers ? "numbers" : "texts");
    if (dataset != NULL)
        printf("  %7" PRId64, linclass_dataset_missing(dataset, j));
    if (numbers)
        printf("  mean %.6g\n", linclass_encoding_column_mean(encoding, j));
    else {
        fputs("  ", stdout);
        print_categories(encoding, j);
    }
}

void columns_print(const linclass_encoding *encoding, const linclass_dataset *dataset)
{
    const int64_t count = encoding == NULL ? 0 : linclass_encoding_columns(encoding);
    const int64_t shown = count < MOST_COLUMNS_SHOWN ? count : MOST_COLUMNS_SHOWN;
    if (count == 0)
        return;
    const int width = name_width(encoding, shown);
    print_aligned("column", width);
    printf("  kind   %s\n", dataset != NULL ? "  missing" : "");
    for (int64_t j = 0; j < shown; j++)
        print_column(encoding, dataset, j, width);
    if (shown < count)
        printf("and %" PRId64 " columns more (--json gives all)\n", count - shown);
}

json_t *columns_array(const linclass_encoding *encoding, const linclass_dataset *dataset)
{
    const int64_t count = encoding == NULL ? 0 : linclass_encoding_columns(encoding);
    if (count == 0)
        return json_null();
    json_t *array = json_array();
    for (int64_t j = 0; j < count; j++) {
        const bool numbers = linclass_encoding_column_kind(encoding, j) == LINCLASS_COLUMN_NUMBERS;
        const char *name = linclass_encoding_column_name(encoding, j);
        json_t *column = json_object();
        object_set(column, "name", name == NULL ? json_null() : json_string(name));
        object_set_text(column, "kind", numbers ? "numbers" : "texts");
        if (dataset != NULL)
            object_set_integer(column, "missing", linclass_dataset_missing(dataset, j));
        json_t *categories = json_array();
        for (int64_t c = 0; c < linclass_encoding_categories(encoding, j); c++)
            array_append(categories, json_string(linclass_encoding_category(encoding, j, c)));
        object_set(column, "categories", categories);
        if (numbers)
            object_set_real(column, "mean", linclass_encoding_column_mean(encoding, j));
        array_append(array, column);
    }
    return array;
}
