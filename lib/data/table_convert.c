/* A column of another kind than is wanted: the file at hand has digits only where the one that a model was
 * fitted to had words too, or the reverse. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "core/decimal.h"
#include "core/sort.h"
#include "data/table.h"

static const double LARGEST_IN_DIGITS = 1e15;

/* The first row that has a category which is no number; rows when there is none. */
static int64_t first_bad_row(const table_column *column, int64_t rows, const double *values)
{
    for (int64_t i = 0; i < rows; i++)
        if (column->codes[i] >= 0 && isnan(values[column->codes[i]]))
            return i;
    return rows;
}

static linclass_status take_numbers(linclass_context *ctx, table *self, int64_t place,
                                    const double *values, double *numbers)
{
    table_column *column = &self->column[place];
    const int64_t bad = first_bad_row(column, self->rows, values);
    if (bad < self->rows) {
        char where[TABLE_PLACE];
        table_place(self, bad, place, where);
        return context_fail(ctx, LINCLASS_ERROR_FORMAT, "%s: '%.100s' is no number", where,
                            text_list_get(&column->categories, column->codes[bad]));
    }
    int32_t integers = 1;
    for (int64_t i = 0; i < self->rows; i++) {
        numbers[i] = column->codes[i] < 0 ? (double)NAN : values[column->codes[i]];
        integers &= isnan(numbers[i]) || numbers[i] == rint(numbers[i]);
    }
    context_release(ctx, column->codes);
    text_list_end(&column->categories, &ctx->allocator);
    column->codes = NULL;
    column->numbers = numbers;
    column->kind = TABLE_NUMBERS;
    column->integers = integers;
    return LINCLASS_OK;
}

linclass_status table_to_numbers(linclass_context *ctx, table *self, int64_t column)
{
    const text_list *categories = &self->column[column].categories;
    void *values;
    void *numbers = NULL;
    linclass_status status = context_allocate_array(ctx, categories->count, sizeof(double),
                                                    "the numbers of categories", &values);
    if (status != LINCLASS_OK)
        return status;
    double *value = values;
    for (int64_t c = 0; c < categories->count; c++)
        if (!decimal_parse(text_list_get(categories, c), &value[c]) || !isfinite(value[c]))
            value[c] = (double)NAN;
    status =
        context_allocate_array(ctx, self->rows, sizeof(double), "a column of numbers", &numbers);
    if (status == LINCLASS_OK)
        status = take_numbers(ctx, self, column, values, numbers);
    if (status != LINCLASS_OK)
        context_release(ctx, numbers);
    context_release(ctx, values);
    return status;
}

/* The distinct numbers of a column, ascending, in `distinct` (rows). Returns how many. */
static int64_t distinct_numbers(const table_column *column, int64_t rows, double *distinct)
{
    int64_t present = 0;
    for (int64_t i = 0; i < rows; i++)
        if (!isnan(column->numbers[i]))
            distinct[present++] = column->numbers[i] + 0.0; /* -0 is 0 */
    sort_doubles(present, distinct);
    int64_t count = 0;
    for (int64_t i = 0; i < present; i++)
        if (count == 0 || distinct[count - 1] != distinct[i])
            distinct[count++] = distinct[i];
    return count;
}

static int64_t place_of(int64_t count, const double *distinct, double wanted)
{
    int64_t low = 0;
    for (int64_t high = count - 1; low < high;) {
        const int64_t middle = low + (high - low) / 2;
        if (distinct[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool text_after(const void *keys, int64_t a, int64_t b)
{
    return strcmp(text_list_get(keys, a), text_list_get(keys, b)) > 0;
}

/* As a table has the number: integers in digits, where decimal_format makes 1e+01 of 10. */
static void format_number(double number, char text[DECIMAL_SIZE])
{
    if (number == rint(number) && fabs(number) < LARGEST_IN_DIGITS)
        (void)snprintf(text, DECIMAL_SIZE, "%" PRId64, (int64_t)number);
    else
        decimal_format(number, text);
}

/* The texts of the numbers in order of their bytes; rank[i]: of number i. order: count, used on the way. */
static linclass_status sorted_texts(linclass_context *ctx, int64_t count, const double *distinct,
                                    int64_t *order, int64_t *rank, text_list *sorted)
{
    text_list texts = {0};
    linclass_status status = LINCLASS_OK;
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++) {
        char text[DECIMAL_SIZE];
        format_number(distinct[i], text);
        status = text_list_append(ctx, &texts, text, strlen(text));
        order[i] = i;
    }
    if (status == LINCLASS_OK)
        heap_sort(count, order, text_after, &texts);
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++) {
        const char *text = text_list_get(&texts, order[i]);
        rank[order[i]] = i;
        status = text_list_append(ctx, sorted, text, strlen(text));
    }
    text_list_end(&texts, &ctx->allocator);
    return status;
}

static linclass_status take_texts(linclass_context *ctx, table *self, table_column *column,
                                  double *distinct, int64_t *order)
{
    const int64_t count = distinct_numbers(column, self->rows, distinct);
    if (count > INT32_MAX)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "a column has too many categories");
    int64_t *rank = order + self->rows;
    text_list sorted = {0};
    void *codes;
    linclass_status status =
        context_allocate_array(ctx, self->rows, sizeof(int32_t), "a column of texts", &codes);
    if (status != LINCLASS_OK)
        return status;
    status = sorted_texts(ctx, count, distinct, order, rank, &sorted);
    if (status != LINCLASS_OK) {
        text_list_end(&sorted, &ctx->allocator);
        context_release(ctx, codes);
        return status;
    }
    column->codes = codes;
    for (int64_t i = 0; i < self->rows; i++)
        column->codes[i] = isnan(column->numbers[i])
                               ? -1
                               : (int32_t)rank[place_of(count, distinct, column->numbers[i])];
    if (!column->in_block)
        context_release(ctx, column->numbers);
    column->numbers = NULL;
    column->in_block = false;
    column->categories = sorted;
    column->kind = TABLE_TEXTS;
    return LINCLASS_OK;
}

linclass_status table_to_texts(linclass_context *ctx, table *self, int64_t column)
{
    void *distinct;
    void *order = NULL;
    linclass_status status =
        context_allocate_array(ctx, self->rows, sizeof(double), "the distinct numbers", &distinct);
    if (status != LINCLASS_OK)
        return status;
    status = context_allocate_array(ctx, self->rows, 2 * sizeof(int64_t),
                                    "the order of the numbers", &order);
    if (status == LINCLASS_OK)
        status = take_texts(ctx, self, &self->column[column], distinct, order);
    context_release(ctx, order);
    context_release(ctx, distinct);
    return status;
}
