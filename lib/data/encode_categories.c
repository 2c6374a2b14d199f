/* Two ascending lists are merged in one pass. */
#include "data/encode_categories.h"

#include <string.h>

#include "core/context.h"
#include "core/json_string.h"

/* Find the first row of a category, and fail. */
static linclass_status fail_utf8(linclass_context *ctx, const table *source, int64_t column,
                                 int64_t category, const char *what)
{
    int64_t row = 0;
    while (source->column[column].codes[row] != category)
        row++;
    char where[TABLE_PLACE];
    table_place(source, row, column, where);
    return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s: the %s '%.100s' is not UTF-8", where, what,
                        text_list_get(&source->column[column].categories, category));
}

linclass_status categories_used(linclass_context *ctx, const table *source, int64_t place,
                                const char *what, text_list *used)
{
    const table_column *column = &source->column[place];
    const int64_t count = column->categories.count;
    void *marks;
    linclass_status status = context_allocate_array(ctx, count, 1, "the categories", &marks);
    if (status != LINCLASS_OK)
        return status;
    char *occurs = marks;
    memset(occurs, 0, (size_t)count);
    for (int64_t i = 0; i < source->rows; i++)
        if (column->codes[i] >= 0)
            occurs[column->codes[i]] = 1;
    for (int64_t c = 0; c < count && status == LINCLASS_OK; c++) {
        if (!occurs[c])
            continue;
        const char *text = text_list_get(&column->categories, c);
        const size_t length = strlen(text);
        status = utf8_valid_bytes(text, length) == length
                     ? text_list_append(ctx, used, text, length)
                     : fail_utf8(ctx, source, place, c, what);
    }
    context_release(ctx, marks);
    return status;
}

linclass_status categories_map(linclass_context *ctx, const text_list *from, const text_list *to,
                               int32_t **map)
{
    void *taken;
    const linclass_status status =
        context_allocate_array(ctx, from->count, sizeof **map, "the categories", &taken);
    *map = taken;
    if (status != LINCLASS_OK)
        return status;
    int64_t at = 0;
    for (int64_t c = 0; c < from->count; c++) {
        const char *text = text_list_get(from, c);
        int order = -1;
        while (at < to->count && (order = strcmp(text_list_get(to, at), text)) < 0)
            at++;
        (*map)[c] = at < to->count && order == 0 ? (int32_t)at : -1;
    }
    return LINCLASS_OK;
}
