/* Columns by name or place. Names are matched in sorted order, so that a table may have 100000 columns; of
 * columns of the same name the first matches the first. */
#include "data/encode_columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/sort.h"

enum { SHOWN_NAMES = 600, LONGEST_COMPARED = 48 };

/* The least number of bytes inserted, removed or replaced that makes a into b; large for long texts. */
static size_t edit_distance(const char *a, const char *b)
{
    const size_t rows = strlen(a);
    const size_t cols = strlen(b);
    if (rows > LONGEST_COMPARED || cols > LONGEST_COMPARED)
        return SIZE_MAX;
    size_t distance[LONGEST_COMPARED + 1];
    for (size_t j = 0; j <= cols; j++)
        distance[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = distance[0];
        distance[0] = i;
        for (size_t j = 1; j <= cols; j++) {
            const size_t above = distance[j];
            size_t least = diagonal + (a[i - 1] != b[j - 1]);
            least = above + 1 < least ? above + 1 : least;
            least = distance[j - 1] + 1 < least ? distance[j - 1] + 1 : least;
            distance[j] = least;
            diagonal = above;
        }
    }
    return distance[cols];
}

/* The name that was probably meant, or NULL. */
static const char *nearest_name(const text_list *names, const char *wanted)
{
    const char *nearest = NULL;
    size_t least = strlen(wanted) / 3;
    for (int64_t j = 0; j < names->count; j++) {
        const char *name = text_list_get(names, j);
        const size_t distance = strcasecmp(name, wanted) == 0 ? 0 : edit_distance(name, wanted);
        if (distance > least || (nearest != NULL && distance == least))
            continue;
        least = distance;
        nearest = name;
    }
    return nearest;
}

/* "'a', 'b', ..." as far as there is room. */
static void list_names(const text_list *names, char text[SHOWN_NAMES])
{
    static const char MORE[] = ", ...";
    size_t used = 0;
    text[0] = '\0';
    for (int64_t j = 0; j < names->count; j++) {
        const char *name = text_list_get(names, j);
        const size_t bytes = strlen(name) + sizeof ", ''" - 1;
        if (used + bytes + sizeof MORE > SHOWN_NAMES) {
            memcpy(text + used, MORE, sizeof MORE);
            return;
        }
        used +=
            (size_t)snprintf(text + used, SHOWN_NAMES - used, "%s'%s'", j == 0 ? "" : ", ", name);
    }
}

/* Fail: `what` says that `name` is no column. */
static linclass_status fail_name(linclass_context *ctx, linclass_status status, const table *source,
                                 const char *what, const char *name)
{
    if (source->names.count == 0)
        return context_fail(ctx, status,
                            "%s: the %" PRId64 " columns of %s have no names, only the numbers "
                            "0 to %" PRId64
                            "; options.header=yes says that its first line has them",
                            what, source->columns, source->source, source->columns - 1);
    char names[SHOWN_NAMES];
    list_names(&source->names, names);
    const char *nearest = nearest_name(&source->names, name);
    if (nearest == NULL)
        return context_fail(ctx, status, "%s; the columns of %s are %s", what, source->source,
                            names);
    return context_fail(ctx, status, "%s: did you mean '%.100s'? The columns of %s are %s", what,
                        nearest, source->source, names);
}

/* Number of columns of that name; *place: of the first, or -1. */
static int64_t count_name(const table *source, const char *name, int64_t *place)
{
    int64_t count = 0;
    *place = -1;
    for (int64_t j = 0; j < source->names.count; j++) {
        if (strcmp(text_list_get(&source->names, j), name) != 0)
            continue;
        if (count++ == 0)
            *place = j;
    }
    return count;
}

/* Whether the text is a whole number, that of a column or not. */
static bool parse_place(const char *text, int64_t columns, int64_t *place)
{
    const char *digits = text + (text[0] == '-');
    const size_t length = strlen(digits);
    if (length == 0 || length > 15 || strspn(digits, "0123456789") != length)
        return false;
    const int64_t number = strtoll(text, NULL, 10);
    *place = number < 0 ? columns + number : number;
    return true;
}

static linclass_status find_wanted(linclass_context *ctx, const table *source, const char *wanted,
                                   int64_t *place)
{
    const int64_t count = count_name(source, wanted, place);
    if (count == 1)
        return LINCLASS_OK;
    if (count > 1)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.label is '%.100s', the name of %" PRId64
                            " columns of %s: give the number of one, such as %" PRId64,
                            wanted, count, source->source, *place);
    if (!parse_place(wanted, source->columns, place)) {
        char what[160];
        (void)snprintf(what, sizeof what, "options.label is '%.100s', which is no column", wanted);
        return fail_name(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, source, what, wanted);
    }
    if (*place >= 0 && *place < source->columns)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "options.label is %s, but %s has columns 0 to %" PRId64, wanted,
                        source->source, source->columns - 1);
}

linclass_status columns_find_label(linclass_context *ctx, const table *source,
                                   const linclass_read_options *options, int64_t *place)
{
    const linclass_encoding *encoding = options->encoding;
    if (options->label != NULL)
        return find_wanted(ctx, source, options->label, place);
    *place = -1;
    if (encoding == NULL || encoding->label_place < 0)
        return LINCLASS_OK;
    if (source->names.count > 0 && encoding->names.count > 0)
        (void)count_name(source, text_list_get(&encoding->label_name, 0), place);
    else if (source->columns == encoding->columns + 1)
        *place = encoding->label_place;
    return LINCLASS_OK;
}

static linclass_status match_places(linclass_context *ctx, const table *source,
                                    const linclass_encoding *encoding, int64_t label,
                                    int64_t *places)
{
    const int64_t features = source->columns - (label >= 0);
    if (features != encoding->columns)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "%s has %" PRId64 " columns%s, but the encoding of the model %" PRId64,
                            source->source, features, label >= 0 ? " besides the labels" : "",
                            encoding->columns);
    for (int64_t j = 0; j < encoding->columns; j++)
        places[j] = j + (label >= 0 && j >= label);
    return LINCLASS_OK;
}

static bool name_after(const void *keys, int64_t a, int64_t b)
{
    const int order = strcmp(text_list_get(keys, a), text_list_get(keys, b));
    return order > 0 || (order == 0 && a > b);
}

static void sort_names(const text_list *names, int64_t *order)
{
    for (int64_t j = 0; j < names->count; j++)
        order[j] = j;
    heap_sort(names->count, order, name_after, names);
}

/* wanted, given: the places of the names in sorted order. Returns the first name of the encoding that is not in
 * the table, in its order, or NULL. */
static const char *merge_names(const text_list *wanted_names, const int64_t *wanted,
                               const text_list *given_names, const int64_t *given, int64_t *places)
{
    int64_t at = 0;
    int64_t absent = wanted_names->count;
    for (int64_t i = 0; i < wanted_names->count; i++) {
        const char *name = text_list_get(wanted_names, wanted[i]);
        int order = -1;
        while (at < given_names->count &&
               (order = strcmp(text_list_get(given_names, given[at]), name)) < 0)
            at++;
        if (at < given_names->count && order == 0)
            places[wanted[i]] = given[at++];
        else
            absent = lesser(absent, wanted[i]);
    }
    return text_list_get(wanted_names, absent);
}

linclass_status columns_match(linclass_context *ctx, const table *source,
                              const linclass_encoding *encoding, int64_t label, int64_t *places)
{
    if (source->names.count == 0 || encoding->names.count == 0)
        return match_places(ctx, source, encoding, label, places);
    void *block;
    linclass_status status =
        context_allocate_array(ctx, encoding->names.count + source->names.count, sizeof(int64_t),
                               "the order of the columns", &block);
    if (status != LINCLASS_OK)
        return status;
    int64_t *wanted = block;
    int64_t *given = wanted + encoding->names.count;
    sort_names(&encoding->names, wanted);
    sort_names(&source->names, given);
    const char *absent = merge_names(&encoding->names, wanted, &source->names, given, places);
    if (absent != NULL) {
        char what[180];
        (void)snprintf(what, sizeof what, "there is no column '%.100s', which the model needs",
                       absent);
        status = fail_name(ctx, LINCLASS_ERROR_DIMENSION, source, what, absent);
    }
    context_release(ctx, block);
    return status;
}

linclass_status columns_known_texts(linclass_context *ctx, const table *source,
                                    const linclass_read_options *options, bool *texts)
{
    const linclass_encoding *encoding = options->encoding;
    memset(texts, 0, (size_t)source->columns * sizeof *texts);
    if (encoding == NULL)
        return LINCLASS_OK;
    int64_t label;
    linclass_status status = columns_find_label(ctx, source, options, &label);
    if (status == LINCLASS_OK && label >= 0)
        texts[label] = encoding->class_names.count > 0;
    if (status != LINCLASS_OK || encoding->columns == 0)
        return status;
    void *block;
    status = context_allocate_array(ctx, encoding->columns, sizeof(int64_t), "the columns", &block);
    if (status != LINCLASS_OK)
        return status;
    const int64_t *places = block;
    status = columns_match(ctx, source, encoding, label, block);
    for (int64_t j = 0; j < encoding->columns && status == LINCLASS_OK; j++)
        texts[places[j]] |= encoding->column[j].kind == LINCLASS_COLUMN_TEXTS;
    context_release(ctx, block);
    return status;
}
