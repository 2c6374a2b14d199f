/* The handle: what a reader read, and the view of it. */
#include "data/dataset.h"

#include <string.h>

#include "core/context.h"

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
    return LINCLASS_OK;
}

void linclass_dataset_destroy(linclass_dataset *dataset)
{
    if (dataset == NULL)
        return;
    const allocator source = dataset->allocator;
    allocator_give(&source, dataset->labels);
    allocator_give(&source, dataset->data);
    allocator_give(&source, dataset);
}

linclass_status linclass_dataset_matrix(const linclass_dataset *dataset, linclass_matrix *matrix,
                                        size_t size)
{
    if (dataset == NULL)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    return linclass_matrix_init(matrix, size, dataset->dtype, dataset->rows, dataset->cols,
                                dataset->data, dataset->cols);
}

const int64_t *linclass_dataset_labels(const linclass_dataset *dataset)
{
    return dataset == NULL ? NULL : dataset->labels;
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
