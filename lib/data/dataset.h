/* The data set behind the public handle. Readers make an empty one and fill it. */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <linclass/dataset.h>
#include <linclass/status.h>

#include "core/allocator.h"
#include "data/text_list.h"

enum { DATASET_MAX_DIMENSIONS = 254 }; /* of a sample: what an IDX file can say */

/* Which of the owned blocks holds what. */
enum { DATASET_DATA, DATASET_ROW_STARTS, DATASET_COLUMNS, DATASET_CONTENT, DATASET_BLOCKS };

struct linclass_dataset {
    allocator allocator; /* the context's, which may be gone before the data set */
    int32_t dtype;       /* LINCLASS_UINT8, ...: of the elements */
    int32_t layout;      /* LINCLASS_LAYOUT_* */
    int64_t rows;
    int64_t cols;
    int64_t row_stride; /* strided: elements to the next row, and to the next column */
    int64_t col_stride;
    const void *data;            /* the elements: in a block of `owned`, or in the mapping */
    const int64_t *row_starts;   /* CSR: rows + 1 */
    const void *columns;         /* CSR */
    int32_t column_dtype;        /* CSR: LINCLASS_INT32 or LINCLASS_INT64 */
    int64_t *labels;             /* rows, or NULL */
    text_list feature_names;     /* cols of them, or none */
    text_list class_names;       /* of the labels 0, 1, ..., or none */
    linclass_encoding *encoding; /* or NULL */
    int64_t *missing;            /* cells of each column of the encoding; NULL: not a table */
    const char *format;          /* of its file, constant; NULL: not a file */
    char dialect[200];           /* of its table, for people; empty: none */
    void *owned
        [DATASET_BLOCKS]; /* allocated: data, row_starts, columns, the file's content; or NULL */
    void *mapping;        /* the mapped file, or NULL */
    size_t mapping_bytes;
    int64_t sample_dimensions;
    int64_t sample_shape[DATASET_MAX_DIMENSIONS];
};

/* An empty data set. Errors: MEMORY. */
linclass_status dataset_new(linclass_context *ctx, linclass_dataset **dataset);

#endif
