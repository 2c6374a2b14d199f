/* An encoding: made by encode.h or read from a model, then only looked at. */
#include "data/encoding.h"

#include <string.h>

#include "core/context.h"

linclass_status encoding_new(linclass_context *ctx, int64_t columns, linclass_encoding **encoding)
{
    *encoding = NULL;
    void *taken;
    linclass_status status = context_allocate(ctx, sizeof **encoding, "an encoding", &taken);
    if (status != LINCLASS_OK)
        return status;
    linclass_encoding *made = taken;
    *made = (linclass_encoding){.allocator = ctx->allocator, .label_place = -1};
    void *column;
    status = context_allocate_array(ctx, columns, sizeof *made->column, "an encoding", &column);
    if (status != LINCLASS_OK) {
        encoding_destroy(made);
        return status;
    }
    memset(column, 0, (size_t)columns * sizeof *made->column);
    made->column = column;
    made->columns = columns;
    *encoding = made;
    return LINCLASS_OK;
}

linclass_status encoding_copy(linclass_context *ctx, const linclass_encoding *source,
                              linclass_encoding **copy)
{
    linclass_encoding *made;
    linclass_status status = encoding_new(ctx, source->columns, &made);
    for (int64_t j = 0; status == LINCLASS_OK && j < source->columns; j++) {
        made->column[j].kind = source->column[j].kind;
        made->column[j].mean = source->column[j].mean;
        status = text_list_copy(ctx, &made->column[j].categories, &source->column[j].categories);
    }
    if (status == LINCLASS_OK)
        status = text_list_copy(ctx, &made->names, &source->names);
    if (status == LINCLASS_OK)
        status = text_list_copy(ctx, &made->label_name, &source->label_name);
    if (status == LINCLASS_OK)
        status = text_list_copy(ctx, &made->class_names, &source->class_names);
    if (status != LINCLASS_OK) {
        encoding_destroy(made);
        *copy = NULL;
        return status;
    }
    made->label_place = source->label_place;
    made->missing = source->missing;
    *copy = made;
    return LINCLASS_OK;
}

void encoding_destroy(linclass_encoding *encoding)
{
    if (encoding == NULL)
        return;
    const allocator source = encoding->allocator;
    for (int64_t j = 0; j < encoding->columns; j++)
        text_list_end(&encoding->column[j].categories, &source);
    allocator_give(&source, encoding->column);
    text_list_end(&encoding->names, &source);
    text_list_end(&encoding->label_name, &source);
    text_list_end(&encoding->class_names, &source);
    allocator_give(&source, encoding);
}

static const encoding_column *column_at(const linclass_encoding *encoding, int64_t column)
{
    return column < 0 || column >= encoding->columns ? NULL : &encoding->column[column];
}

int32_t encoding_expects(const linclass_encoding *encoding, const char *name, int64_t place)
{
    const int32_t label_kind =
        encoding->class_names.count > 0 ? LINCLASS_COLUMN_TEXTS : LINCLASS_COLUMN_NUMBERS;
    if (name == NULL || encoding->names.count == 0) {
        if (encoding->label_place >= 0 && place == encoding->label_place)
            return label_kind;
        const bool after = encoding->label_place >= 0 && place > encoding->label_place;
        return linclass_encoding_column_kind(encoding, place - after);
    }
    const char *label = text_list_get(&encoding->label_name, 0);
    if (label != NULL && strcmp(label, name) == 0)
        return label_kind;
    for (int64_t j = 0; j < encoding->columns; j++)
        if (strcmp(text_list_get(&encoding->names, j), name) == 0)
            return encoding->column[j].kind;
    return 0;
}

int64_t linclass_encoding_columns(const linclass_encoding *encoding)
{
    return encoding->columns;
}

int64_t linclass_encoding_features(const linclass_encoding *encoding)
{
    int64_t features = 0;
    for (int64_t j = 0; j < encoding->columns; j++)
        features += encoding->column[j].kind == LINCLASS_COLUMN_NUMBERS
                        ? 1
                        : encoding->column[j].categories.count;
    return features;
}

const char *linclass_encoding_column_name(const linclass_encoding *encoding, int64_t column)
{
    return text_list_get(&encoding->names, column);
}

int32_t linclass_encoding_column_kind(const linclass_encoding *encoding, int64_t column)
{
    const encoding_column *found = column_at(encoding, column);
    return found == NULL ? 0 : found->kind;
}

double linclass_encoding_column_mean(const linclass_encoding *encoding, int64_t column)
{
    const encoding_column *found = column_at(encoding, column);
    return found == NULL ? 0 : found->mean;
}

int64_t linclass_encoding_categories(const linclass_encoding *encoding, int64_t column)
{
    const encoding_column *found = column_at(encoding, column);
    return found == NULL ? 0 : found->categories.count;
}

const char *linclass_encoding_category(const linclass_encoding *encoding, int64_t column,
                                       int64_t category)
{
    const encoding_column *found = column_at(encoding, column);
    return found == NULL ? NULL : text_list_get(&found->categories, category);
}

const char *linclass_encoding_label_name(const linclass_encoding *encoding)
{
    return text_list_get(&encoding->label_name, 0);
}

int64_t linclass_encoding_classes(const linclass_encoding *encoding)
{
    return encoding->class_names.count;
}

const char *linclass_encoding_class_name(const linclass_encoding *encoding, int64_t label)
{
    return text_list_get(&encoding->class_names, label);
}

int32_t linclass_encoding_missing(const linclass_encoding *encoding)
{
    return encoding->missing;
}
