#include "made_table.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/context.h"
#include "core/decimal.h"

enum { MOST_CELLS = 64 };

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void *taken(linclass_context *ctx, int64_t count, size_t size)
{
    void *memory;
    assert_int_equal(context_allocate_array(ctx, count, size, "a test", &memory), LINCLASS_OK);
    return memory;
}

static void append(linclass_context *ctx, text_list *list, const char *text)
{
    assert_int_equal(text_list_append(ctx, list, text, strlen(text)), LINCLASS_OK);
}

/* Whether all cells that are there are numbers. */
static int fill_numbers(table_column *column, int64_t rows, int64_t columns,
                        const char *const *cells)
{
    column->kind = TABLE_NUMBERS;
    column->integers = 1;
    for (int64_t i = 0; i < rows; i++) {
        const char *cell = cells[i * columns];
        column->numbers[i] = (double)NAN;
        column->missing += cell == NULL;
        if (cell == NULL)
            continue;
        if (!decimal_parse(cell, &column->numbers[i]))
            return 0;
        column->integers &= column->numbers[i] == rint(column->numbers[i]);
    }
    return 1;
}

static void fill_texts(linclass_context *ctx, table_column *column, int64_t rows, int64_t columns,
                       const char *const *cells)
{
    const char *distinct[MOST_CELLS];
    size_t count = 0;
    for (int64_t i = 0; i < rows; i++)
        if (cells[i * columns] != NULL)
            distinct[count++] = cells[i * columns];
    qsort(distinct, count, sizeof *distinct, by_bytes);
    for (size_t c = 0; c < count; c++)
        if (c == 0 || strcmp(distinct[c], distinct[c - 1]) != 0)
            append(ctx, &column->categories, distinct[c]);
    column->kind = TABLE_TEXTS;
    column->missing = 0;
    for (int64_t i = 0; i < rows; i++) {
        const char *cell = cells[i * columns];
        column->codes[i] = -1;
        column->missing += cell == NULL;
        for (int64_t c = 0; cell != NULL && c < column->categories.count; c++)
            if (strcmp(text_list_get(&column->categories, c), cell) == 0)
                column->codes[i] = (int32_t)c;
    }
}

table made_table(linclass_context *ctx, int64_t rows, int64_t columns, const char *const *names,
                 const char *const *cells)
{
    assert_true(rows <= MOST_CELLS);
    table made = {.allocator = ctx->allocator,
                  .rows = rows,
                  .columns = columns,
                  .column = taken(ctx, columns, sizeof(table_column)),
                  .lines = taken(ctx, rows, sizeof(int64_t)),
                  .source = "'made.csv'"};
    memset(made.column, 0, (size_t)columns * sizeof *made.column);
    for (int64_t i = 0; i < rows; i++)
        made.lines[i] = i + 1 + (names != NULL);
    for (int64_t j = 0; j < columns; j++) {
        table_column *column = &made.column[j];
        if (names != NULL)
            append(ctx, &made.names, names[j]);
        column->numbers = taken(ctx, rows, sizeof(double));
        if (fill_numbers(column, rows, columns, cells + j))
            continue;
        context_release(ctx, column->numbers);
        column->numbers = NULL;
        column->codes = taken(ctx, rows, sizeof(int32_t));
        fill_texts(ctx, column, rows, columns, cells + j);
    }
    return made;
}
