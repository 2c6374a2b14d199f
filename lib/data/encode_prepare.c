/* Cells that are missing, unknown or too large: refused or replaced. All columns are looked at before anything is
 * refused, so that the first row with a defect is named. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/decimal.h"
#include "data/encode_categories.h"
#include "data/encode_cells.h"

/* What is less rounds to a finite number: FLT_MAX and half of the step to the next. */
static const double BEYOND_FLOAT = 0x1.ffffffp127;

/* The first row of all columns that is refused. */
typedef struct defect {
    int64_t row; /* INT64_MAX: none */
    int64_t place;
    const char *unknown; /* the category; NULL: the cell is missing, or its number too large */
    double number;       /* NaN: missing */
} defect;

static linclass_status fail(linclass_context *ctx, const encode_cells *self, const defect *found)
{
    char where[TABLE_PLACE];
    table_place(self->source, found->row, found->place, where);
    if (found->unknown != NULL)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s: the category '%.100s' is unknown (options.unknown is error)",
                            where, found->unknown);
    if (isnan(found->number))
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s: the cell is missing (options.missing can be mean or zero)", where);
    char number[DECIMAL_SIZE];
    decimal_format(found->number, number);
    return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                        "%s: %s is too large for float32 (options.dtype can be float64)", where,
                        number);
}

/* Replace the missing numbers of a column, as far as they may be missing, then look at all of them. */
static void prepare_numbers(const encode_cells *self, int64_t j, defect *first)
{
    const int64_t rows = self->source->rows;
    const int64_t place = self->places[j];
    const int32_t missing = self->options->missing;
    const double value = missing == LINCLASS_MISSING_MEAN ? self->encoding->column[j].mean : 0;
    double *numbers = self->source->column[place].numbers;
    for (int64_t i = 0; i < rows && missing != LINCLASS_MISSING_ERROR; i++)
        if (isnan(numbers[i]))
            numbers[i] = value;
    const double beyond =
        self->options->dtype == LINCLASS_FLOAT32 ? BEYOND_FLOAT : (double)INFINITY;
    for (int64_t i = 0; i < rows && i < first->row; i++)
        if (!(fabs(numbers[i]) < beyond))
            *first = (defect){.row = i, .place = place, .number = numbers[i]};
}

static void check_texts(const encode_cells *self, int64_t place, const int32_t *map, defect *first)
{
    const table_column *column = &self->source->column[place];
    const bool missing_refused = self->options->missing == LINCLASS_MISSING_ERROR;
    const bool unknown_refused = self->options->unknown == LINCLASS_UNKNOWN_ERROR;
    for (int64_t i = 0; i < self->source->rows && i < first->row; i++) {
        const int32_t code = column->codes[i];
        if (code < 0 && missing_refused)
            *first = (defect){.row = i, .place = place, .number = (double)NAN};
        else if (code >= 0 && map[code] < 0 && unknown_refused)
            *first = (defect){
                .row = i, .place = place, .unknown = text_list_get(&column->categories, code)};
    }
}

static linclass_status prepare_texts(linclass_context *ctx, const encode_cells *self, int64_t j,
                                     defect *first)
{
    const table_column *column = &self->source->column[self->places[j]];
    int32_t *map;
    const linclass_status status =
        categories_map(ctx, &column->categories, &self->encoding->column[j].categories, &map);
    if (status != LINCLASS_OK)
        return status;
    check_texts(self, self->places[j], map, first);
    for (int64_t i = 0; i < self->source->rows; i++)
        if (column->codes[i] >= 0)
            column->codes[i] = map[column->codes[i]];
    context_release(ctx, map);
    return LINCLASS_OK;
}

linclass_status encode_cells_prepare(linclass_context *ctx, const encode_cells *self)
{
    defect first = {.row = INT64_MAX};
    linclass_status status = LINCLASS_OK;
    for (int64_t j = 0; j < self->encoding->columns && status == LINCLASS_OK; j++) {
        const int64_t place = self->places[j];
        const int32_t kind = self->encoding->column[j].kind;
        if (kind != self->source->column[place].kind)
            status = kind == LINCLASS_COLUMN_NUMBERS ? table_to_numbers(ctx, self->source, place)
                                                     : table_to_texts(ctx, self->source, place);
        if (status != LINCLASS_OK)
            break;
        if (kind == LINCLASS_COLUMN_TEXTS)
            status = prepare_texts(ctx, self, j, &first);
        else
            prepare_numbers(self, j, &first);
    }
    return status == LINCLASS_OK && first.row < INT64_MAX ? fail(ctx, self, &first) : status;
}
