/* The column of labels. Integers are read from doubles, so they are exact up to 2^53. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/decimal.h"
#include "data/encode.h"
#include "data/encode_categories.h"
#include "data/encoding.h"

static const double LARGEST_EXACT = 9007199254740992; /* 2^53 */

static linclass_status fail_at(linclass_context *ctx, const table *source, int64_t row,
                               int64_t column, const char *what)
{
    char where[TABLE_PLACE];
    table_place(source, row, column, where);
    return context_fail(ctx, LINCLASS_ERROR_LABEL, "%s: %s", where, what);
}

static linclass_status fail_number(linclass_context *ctx, const table *source, int64_t row,
                                   int64_t column)
{
    char where[TABLE_PLACE];
    char number[DECIMAL_SIZE];
    table_place(source, row, column, where);
    decimal_format(source->column[column].numbers[row], number);
    return context_fail(ctx, LINCLASS_ERROR_LABEL,
                        "%s: the label %s is no integer between -2^53 and 2^53", where, number);
}

static linclass_status read_integers(linclass_context *ctx, const table *source, int64_t column,
                                     int64_t *labels)
{
    const double *numbers = source->column[column].numbers;
    for (int64_t i = 0; i < source->rows; i++) {
        if (isnan(numbers[i]))
            return fail_at(ctx, source, i, column, "the label is missing");
        if (numbers[i] != rint(numbers[i]) || !(fabs(numbers[i]) <= LARGEST_EXACT))
            return fail_number(ctx, source, i, column);
        labels[i] = (int64_t)numbers[i];
    }
    return LINCLASS_OK;
}

static linclass_status fail_text(linclass_context *ctx, const table *source, int64_t row,
                                 int64_t place)
{
    char where[TABLE_PLACE];
    table_place(source, row, place, where);
    const table_column *column = &source->column[place];
    return context_fail(ctx, LINCLASS_ERROR_LABEL, "%s: '%.100s' is no class that is known", where,
                        text_list_get(&column->categories, column->codes[row]));
}

/* Labels of the texts, by `names`, all classes. */
static linclass_status read_texts(linclass_context *ctx, const table *source, int64_t place,
                                  const text_list *names, int64_t *labels)
{
    const table_column *column = &source->column[place];
    int32_t *map;
    linclass_status status = categories_map(ctx, &column->categories, names, &map);
    for (int64_t i = 0; i < source->rows && status == LINCLASS_OK; i++) {
        const int32_t code = column->codes[i];
        if (code < 0)
            status = fail_at(ctx, source, i, place, "the label is missing");
        else if (map[code] < 0)
            status = fail_text(ctx, source, i, place);
        else
            labels[i] = map[code];
    }
    context_release(ctx, map);
    return status;
}

/* Make the column of the kind that the known labels are of. */
static linclass_status convert(linclass_context *ctx, table *source, int64_t place,
                               const linclass_encoding *known)
{
    const int32_t kind = source->column[place].kind;
    if (known == NULL)
        return LINCLASS_OK;
    if (known->class_names.count > 0)
        return kind == TABLE_TEXTS ? LINCLASS_OK : table_to_texts(ctx, source, place);
    return kind == TABLE_NUMBERS ? LINCLASS_OK : table_to_numbers(ctx, source, place);
}

static bool any_value(const table *source, int64_t place)
{
    const table_column *column = &source->column[place];
    for (int64_t i = 0; i < source->rows; i++)
        if (column->kind == TABLE_TEXTS ? column->codes[i] >= 0 : !isnan(column->numbers[i]))
            return true;
    return false;
}

linclass_status encode_labels(linclass_context *ctx, table *source, int64_t column,
                              const linclass_encoding *known, linclass_dataset *dataset)
{
    if (known != NULL && source->rows > 0 && !any_value(source, column))
        return LINCLASS_OK;
    linclass_status status = convert(ctx, source, column, known);
    if (status != LINCLASS_OK)
        return status;
    void *labels;
    status = context_allocate_array(ctx, source->rows, sizeof(int64_t), "the labels", &labels);
    if (status != LINCLASS_OK)
        return status;
    dataset->labels = labels;
    if (source->column[column].kind == TABLE_NUMBERS)
        return read_integers(ctx, source, column, labels);
    status = known != NULL ? text_list_copy(ctx, &dataset->class_names, &known->class_names)
                           : categories_used(ctx, source, column, "label", &dataset->class_names);
    return status != LINCLASS_OK ? status
                                 : read_texts(ctx, source, column, &dataset->class_names, labels);
}
