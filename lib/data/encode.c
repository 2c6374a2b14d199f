/* The stages: which column has the labels, the encoding (made or given), the columns that it means, labels,
 * cells, names of features. */
#include "data/encode.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "core/json_string.h"
#include "data/encode_categories.h"
#include "data/encode_cells.h"
#include "data/encode_classes.h"
#include "data/encode_columns.h"
#include "data/encoding.h"

/* Mean of the numbers that are there. Returns false when there is none. The sum of large numbers may overflow: it
 * is then a sum of quotients, which costs digits of the smallest numbers alone. */
static bool mean_of(const double *numbers, int64_t rows, double *mean)
{
    int64_t count = 0;
    double sum = 0;
    for (int64_t i = 0; i < rows; i++) {
        if (isnan(numbers[i]))
            continue;
        sum += numbers[i];
        count++;
    }
    *mean = count == 0 ? 0 : sum / (double)count;
    if (isfinite(*mean))
        return count > 0;
    *mean = 0;
    for (int64_t i = 0; i < rows; i++)
        if (!isnan(numbers[i]))
            *mean += numbers[i] / (double)count;
    return true;
}

/* What the encoding says of the column at `place`. */
static linclass_status describe_column(linclass_context *ctx, const table *source, int64_t place,
                                       int32_t missing, encoding_column *described)
{
    const table_column *column = &source->column[place];
    described->kind = column->kind;
    if (column->kind == TABLE_TEXTS)
        return categories_used(ctx, source, place, "category", &described->categories);
    const bool any = mean_of(column->numbers, source->rows, &described->mean);
    if (any || missing != LINCLASS_MISSING_MEAN || source->rows == 0)
        return LINCLASS_OK;
    char where[TABLE_PLACE];
    table_place(source, -1, place, where);
    return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                        "%s: there is no number, so no mean (options.missing can be zero)", where);
}

static linclass_status append_name(linclass_context *ctx, const table *source, int64_t place,
                                   text_list *names)
{
    const char *name = text_list_get(&source->names, place);
    if (name == NULL)
        return LINCLASS_OK;
    const size_t length = strlen(name);
    if (utf8_valid_bytes(name, length) < length)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s: the name of column %" PRId64 ", '%.100s', is not UTF-8",
                            source->source, place, name);
    return text_list_append(ctx, names, name, length);
}

static linclass_status describe_table(linclass_context *ctx, const table *source, int64_t label,
                                      const linclass_read_options *options, linclass_encoding *made)
{
    linclass_status status = LINCLASS_OK;
    made->label_place = label;
    made->missing = options->missing;
    if (label >= 0)
        status = append_name(ctx, source, label, &made->label_name);
    for (int64_t j = 0; j < made->columns && status == LINCLASS_OK; j++) {
        const int64_t place = j + (label >= 0 && j >= label);
        status = append_name(ctx, source, place, &made->names);
        if (status == LINCLASS_OK)
            status = describe_column(ctx, source, place, options->missing, &made->column[j]);
    }
    return status;
}

/* dataset->encoding: a copy of the one given where that has columns, else made from the table. */
static linclass_status take_encoding(linclass_context *ctx, const table *source, int64_t label,
                                     const linclass_read_options *options,
                                     linclass_dataset *dataset)
{
    const linclass_encoding *given = options->encoding;
    if (given != NULL && given->columns > 0)
        return encoding_copy(ctx, given, &dataset->encoding);
    const linclass_status status =
        encoding_new(ctx, source->columns - (label >= 0), &dataset->encoding);
    return status != LINCLASS_OK ? status
                                 : describe_table(ctx, source, label, options, dataset->encoding);
}

/* "column", or "column=category"; a column without a name is its place. */
static linclass_status append_feature(linclass_context *ctx, const linclass_encoding *encoding,
                                      int64_t j, const char *category, text_list *names)
{
    char place[24];
    (void)snprintf(place, sizeof place, "%" PRId64,
                   j + (encoding->label_place >= 0 && j >= encoding->label_place));
    const char *name = text_list_get(&encoding->names, j);
    if (name == NULL)
        name = place;
    if (category == NULL)
        return text_list_append(ctx, names, name, strlen(name));
    const size_t bytes = strlen(name) + 1 + strlen(category) + 1;
    void *text;
    linclass_status status = context_allocate(ctx, bytes, "the name of a feature", &text);
    if (status != LINCLASS_OK)
        return status;
    (void)snprintf(text, bytes, "%s=%s", name, category);
    status = text_list_append(ctx, names, text, bytes - 1);
    context_release(ctx, text);
    return status;
}

static linclass_status name_features(linclass_context *ctx, linclass_dataset *dataset)
{
    const linclass_encoding *encoding = dataset->encoding;
    if (encoding->names.count == 0 && linclass_encoding_features(encoding) == encoding->columns)
        return LINCLASS_OK;
    linclass_status status = LINCLASS_OK;
    for (int64_t j = 0; j < encoding->columns; j++) {
        const encoding_column *column = &encoding->column[j];
        if (column->kind == LINCLASS_COLUMN_NUMBERS)
            status = append_feature(ctx, encoding, j, NULL, &dataset->feature_names);
        for (int64_t c = 0; c < column->categories.count && status == LINCLASS_OK; c++)
            status = append_feature(ctx, encoding, j, text_list_get(&column->categories, c),
                                    &dataset->feature_names);
        if (status != LINCLASS_OK)
            return status;
    }
    return LINCLASS_OK;
}

static linclass_status count_missing(linclass_context *ctx, const table *source,
                                     const int64_t *places, linclass_dataset *dataset)
{
    const int64_t columns = dataset->encoding->columns;
    void *missing;
    const linclass_status status =
        context_allocate_array(ctx, columns, sizeof(int64_t), "counts of the columns", &missing);
    if (status != LINCLASS_OK)
        return status;
    dataset->missing = missing;
    for (int64_t j = 0; j < columns; j++)
        dataset->missing[j] = source->column[places[j]].missing;
    return LINCLASS_OK;
}

static linclass_status encode_features(linclass_context *ctx, table *source, int64_t label,
                                       const linclass_read_options *options,
                                       linclass_dataset *dataset)
{
    void *places;
    linclass_status status = context_allocate_array(ctx, dataset->encoding->columns,
                                                    sizeof(int64_t), "the columns", &places);
    if (status != LINCLASS_OK)
        return status;
    const encode_cells cells = {
        .source = source, .encoding = dataset->encoding, .places = places, .options = options};
    memcpy(dataset->dialect, source->dialect, sizeof dataset->dialect);
    dataset->dtype = options->dtype;
    dataset->rows = source->rows;
    dataset->cols = linclass_encoding_features(dataset->encoding);
    dataset->sample_dimensions = 1;
    dataset->sample_shape[0] = dataset->cols;
    status = columns_match(ctx, source, dataset->encoding, label, places);
    if (status == LINCLASS_OK)
        status = count_missing(ctx, source, places, dataset);
    if (status == LINCLASS_OK)
        status = encode_cells_prepare(ctx, &cells);
    if (status == LINCLASS_OK)
        status = encode_cells_write(ctx, &cells, dataset);
    context_release(ctx, places);
    return status == LINCLASS_OK ? name_features(ctx, dataset) : status;
}

static linclass_status check_options(linclass_context *ctx, const linclass_read_options *options)
{
    const struct {
        const char *name;
        int32_t value;
        int32_t least;
        int32_t most;
    } ranges[] = {
        {"dtype", options->dtype, LINCLASS_FLOAT32, LINCLASS_FLOAT64},
        {"layout", options->layout, -1, LINCLASS_LAYOUT_CSR},
        {"missing", options->missing, LINCLASS_MISSING_ERROR, LINCLASS_MISSING_ZERO},
        {"unknown", options->unknown, LINCLASS_UNKNOWN_ZERO, LINCLASS_UNKNOWN_ERROR},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (ranges[i].value < ranges[i].least || ranges[i].value > ranges[i].most)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "options.%s is %" PRId32 ", not %" PRId32 " to %" PRId32,
                                ranges[i].name, ranges[i].value, ranges[i].least, ranges[i].most);
    return LINCLASS_OK;
}

linclass_status encode_table(linclass_context *ctx, table *source,
                             const linclass_read_options *options, linclass_dataset *dataset)
{
    int64_t label = -1;
    linclass_status status = check_options(ctx, options);
    if (status == LINCLASS_OK)
        status = columns_find_label(ctx, source, options, &label);
    if (status == LINCLASS_OK)
        status = take_encoding(ctx, source, label, options, dataset);
    if (status == LINCLASS_OK)
        status = encode_features(ctx, source, label, options, dataset);
    if (status == LINCLASS_OK && label >= 0 && !options->ignore_labels)
        status = encode_labels(ctx, source, label, options->encoding, dataset);
    if (status == LINCLASS_OK && !options->ignore_labels)
        status = encode_classes(ctx, options->encoding, dataset);
    return status;
}
