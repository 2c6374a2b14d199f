/* The data set behind the public handle. Readers make an empty one and fill it. */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <linclass/dataset.h>
#include <linclass/status.h>

#include "core/allocator.h"

enum { DATASET_MAX_DIMENSIONS = 254 }; /* of a sample: what an IDX file can say */

struct linclass_dataset {
    allocator allocator; /* the context's, which may be gone before the data set */
    int32_t dtype;       /* LINCLASS_UINT8, LINCLASS_FLOAT32, LINCLASS_FLOAT64 */
    int64_t rows;
    int64_t cols;
    void *data;      /* rows x cols, row-major, contiguous; NULL without samples */
    int64_t *labels; /* rows, or NULL */
    int64_t sample_dimensions;
    int64_t sample_shape[DATASET_MAX_DIMENSIONS];
};

/* An empty data set. Errors: MEMORY. */
linclass_status dataset_new(linclass_context *ctx, linclass_dataset **dataset);

#endif
