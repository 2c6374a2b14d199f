/* The handle: what a reader read, the view of it, and copies of some of its rows. */
#include "data/dataset.h"

#include <string.h>
#include <sys/mman.h>

#include "core/arguments.h"
#include "core/context_call.h"
#include "core/versioned.h"
#include "data/elements.h"
#include "data/encoding.h"
#include "data/matrix.h"

linclass_status dataset_new(linclass_context *ctx, linclass_dataset **dataset)
{
    void *taken;
    const linclass_status status = context_allocate(ctx, sizeof **dataset, "a data set", &taken);
    *dataset = taken;
    if (status != LINCLASS_OK)
        return status;
    memset(taken, 0, sizeof **dataset);
    (*dataset)->allocator = ctx->allocator;
    (*dataset)->dtype = LINCLASS_UINT8;
    (*dataset)->col_stride = 1;
    return LINCLASS_OK;
}

void linclass_dataset_destroy(linclass_dataset *dataset)
{
    if (dataset == NULL)
        return;
    const allocator source = dataset->allocator;
    allocator_give(&source, dataset->labels);
    for (size_t i = 0; i < sizeof dataset->owned / sizeof dataset->owned[0]; i++)
        allocator_give(&source, dataset->owned[i]);
    text_list_end(&dataset->feature_names, &source);
    text_list_end(&dataset->class_names, &source);
    encoding_destroy(dataset->encoding);
    allocator_give(&source, dataset->missing);
    if (dataset->mapping != NULL)
        (void)munmap(dataset->mapping, dataset->mapping_bytes);
    allocator_give(&source, dataset);
}

static linclass_status check_selection(linclass_context *ctx, const linclass_dataset *dataset,
                                       int64_t count, const int64_t *rows)
{
    if (dataset == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "dataset is NULL");
    const linclass_status status = check_dimension(ctx, "count", count);
    if (status != LINCLASS_OK)
        return status;
    if (rows == NULL && count > 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "rows is NULL");
    for (int64_t i = 0; i < count; i++)
        if (rows[i] < 0 || rows[i] >= dataset->rows)
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "rows[%lld] is %lld, none of the %lld rows of the data set",
                                (long long)i, (long long)rows[i], (long long)dataset->rows);
    return LINCLASS_OK;
}

/* A new array of the picked rows of `width` bytes each; NULL for NULL. */
static linclass_status copy_rows(linclass_context *ctx, const void *source, int64_t width,
                                 int64_t count, const int64_t *rows, void **copy)
{
    *copy = NULL;
    if (source == NULL)
        return LINCLASS_OK;
    const linclass_status status =
        context_allocate_array(ctx, count, (size_t)width, "the selected rows", copy);
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++)
        memcpy((char *)*copy + i * width, (const char *)source + rows[i] * width, (size_t)width);
    return status;
}

static linclass_status copy_names(linclass_context *ctx, const linclass_dataset *dataset,
                                  linclass_dataset *made)
{
    linclass_status status = text_list_copy(ctx, &made->feature_names, &dataset->feature_names);
    if (status == LINCLASS_OK)
        status = text_list_copy(ctx, &made->class_names, &dataset->class_names);
    if (status == LINCLASS_OK && dataset->encoding != NULL)
        status = encoding_copy(ctx, dataset->encoding, &made->encoding);
    return status;
}

/* The picked rows of a CSR data set: their elements one row after the other. */
static linclass_status copy_sparse(linclass_context *ctx, const linclass_dataset *dataset,
                                   int64_t count, const int64_t *rows, linclass_dataset *made)
{
    const int64_t *starts = dataset->row_starts;
    linclass_status status = context_allocate_array(ctx, count + 1, sizeof(int64_t),
                                                    "the selected rows", &made->owned[1]);
    if (status != LINCLASS_OK)
        return status;
    int64_t *made_starts = made->owned[1];
    made_starts[0] = 0;
    for (int64_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(made_starts[i], starts[rows[i] + 1] - starts[rows[i]],
                                   &made_starts[i + 1]))
            return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the selected rows are too many");
    }
    const size_t of_column = element_bytes(dataset->column_dtype);
    const size_t of_value = dataset->data == NULL ? 0 : element_bytes(dataset->dtype);
    status = context_allocate_array(ctx, made_starts[count], of_column, "the selected rows",
                                    &made->owned[2]);
    if (status == LINCLASS_OK && of_value > 0)
        status = context_allocate_array(ctx, made_starts[count], of_value, "the selected rows",
                                        &made->owned[0]);
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++) {
        const size_t begin = (size_t)starts[rows[i]];
        const size_t elements = (size_t)(starts[rows[i] + 1] - starts[rows[i]]);
        const size_t place = (size_t)made_starts[i];
        if (elements == 0)
            continue;
        memcpy((char *)made->owned[2] + place * of_column,
               (const char *)dataset->columns + begin * of_column, elements * of_column);
        if (of_value > 0)
            memcpy((char *)made->owned[0] + place * of_value,
                   (const char *)dataset->data + begin * of_value, elements * of_value);
    }
    made->layout = LINCLASS_LAYOUT_CSR;
    made->column_dtype = dataset->column_dtype;
    made->row_starts = made->owned[1];
    made->columns = made->owned[2];
    made->data = made->owned[0];
    return status;
}

/* The picked rows of a strided data set, row-major. */
static linclass_status copy_strided(linclass_context *ctx, const linclass_dataset *dataset,
                                    int64_t count, const int64_t *rows, linclass_dataset *made)
{
    const size_t element = element_bytes(dataset->dtype);
    made->row_stride = dataset->cols;
    if (dataset->data == NULL)
        return LINCLASS_OK;
    size_t bytes;
    if (!checked_bytes(count, dataset->cols, element, &bytes))
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the selected rows are too many");
    const linclass_status status =
        context_allocate(ctx, bytes, "the selected rows", &made->owned[0]);
    made->data = made->owned[0];
    char *to = made->owned[0];
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++) {
        const char *from =
            (const char *)dataset->data + rows[i] * dataset->row_stride * (int64_t)element;
        for (int64_t j = 0; dataset->col_stride != 1 && j < dataset->cols; j++, to += element)
            memcpy(to, from + j * dataset->col_stride * (int64_t)element, element);
        if (dataset->col_stride == 1 && dataset->cols > 0) {
            memcpy(to, from, (size_t)dataset->cols * element);
            to += (size_t)dataset->cols * element;
        }
    }
    return status;
}

static linclass_status select_rows(linclass_context *ctx, const linclass_dataset *dataset,
                                   int64_t count, const int64_t *rows, linclass_dataset **selected)
{
    linclass_dataset *made;
    linclass_status status = dataset_new(ctx, &made);
    if (status != LINCLASS_OK)
        return status;
    made->dtype = dataset->dtype;
    made->rows = count;
    made->cols = dataset->cols;
    made->sample_dimensions = dataset->sample_dimensions;
    memcpy(made->sample_shape, dataset->sample_shape, sizeof made->sample_shape);
    void *labels = NULL;
    status = dataset->layout == LINCLASS_LAYOUT_CSR ? copy_sparse(ctx, dataset, count, rows, made)
                                                    : copy_strided(ctx, dataset, count, rows, made);
    if (status == LINCLASS_OK)
        status = copy_rows(ctx, dataset->labels, sizeof(int64_t), count, rows, &labels);
    made->labels = labels;
    if (status == LINCLASS_OK)
        status = copy_names(ctx, dataset, made);
    if (status == LINCLASS_OK)
        *selected = made;
    else
        linclass_dataset_destroy(made);
    return status;
}

linclass_status linclass_dataset_select(linclass_context *ctx, const linclass_dataset *dataset,
                                        int64_t count, const int64_t *rows,
                                        linclass_dataset **selected)
{
    if (selected != NULL)
        *selected = NULL;
    CONTEXT_ENTER(ctx);
    if (selected == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "selected is NULL");
    const linclass_status status = check_selection(ctx, dataset, count, rows);
    if (status != LINCLASS_OK)
        return status;
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, select_rows(ctx, dataset, count, rows, selected));
}

linclass_status linclass_dataset_matrix(const linclass_dataset *dataset, linclass_matrix *matrix,
                                        size_t size)
{
    if (dataset == NULL)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    const linclass_matrix view = {
        .size = sizeof view,
        .dtype = dataset->dtype,
        .layout = dataset->layout,
        .rows = dataset->rows,
        .cols = dataset->cols,
        .row_stride = dataset->row_stride,
        .col_stride = dataset->col_stride,
        .data = dataset->data,
        .row_starts = dataset->row_starts,
        .columns = dataset->columns,
        .column_dtype = dataset->column_dtype,
    };
    return matrix_describe(matrix, size, &view);
}

const int64_t *linclass_dataset_labels(const linclass_dataset *dataset)
{
    return dataset == NULL ? NULL : dataset->labels;
}

const char *linclass_dataset_feature_name(const linclass_dataset *dataset, int64_t column)
{
    return dataset == NULL ? NULL : text_list_get(&dataset->feature_names, column);
}

int64_t linclass_dataset_class_count(const linclass_dataset *dataset)
{
    return dataset == NULL ? 0 : dataset->class_names.count;
}

const char *linclass_dataset_class_name(const linclass_dataset *dataset, int64_t label)
{
    return dataset == NULL ? NULL : text_list_get(&dataset->class_names, label);
}

const linclass_encoding *linclass_dataset_encoding(const linclass_dataset *dataset)
{
    return dataset == NULL ? NULL : dataset->encoding;
}

const char *linclass_dataset_format(const linclass_dataset *dataset)
{
    return dataset == NULL ? NULL : dataset->format;
}

const char *linclass_dataset_dialect(const linclass_dataset *dataset)
{
    return dataset == NULL || dataset->dialect[0] == '\0' ? NULL : dataset->dialect;
}

int64_t linclass_dataset_missing(const linclass_dataset *dataset, int64_t column)
{
    if (dataset == NULL || dataset->missing == NULL || column < 0 ||
        column >= dataset->encoding->columns)
        return 0;
    return dataset->missing[column];
}

int64_t linclass_dataset_sample_shape(const linclass_dataset *dataset, int64_t *dimensions,
                                      int64_t capacity)
{
    if (dataset == NULL)
        return 0;
    for (int64_t i = 0; i < dataset->sample_dimensions && i < capacity; i++)
        dimensions[i] = dataset->sample_shape[i];
    return dataset->sample_dimensions;
}
