/* Level 3, data sets in files. */
#ifndef LINCLASS_DATASET_H
#define LINCLASS_DATASET_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

/* Samples and, where there are any, their labels, as read; immutable. */
typedef struct linclass_dataset linclass_dataset;

/* Read IDX files, the format of MNIST and its kin, plain or gzip'd (told by content, not by name).
 * images: any number of dimensions >= 1, of type unsigned byte, float or double; the first is the
 * samples, the product of the others the features. labels: one dimension, of an integer type, as
 * long as there are samples; NULL for none. "-" is standard input, for one of the two.
 * The magic number, and the dimensions against the bytes present, are checked before memory is
 * taken for them; a truncated file, bytes after the end, and a damaged gzip stream are errors.
 * Elements keep their type (linclass_dataset_matrix has scale 1): uint8 images stay uint8.
 * Errors: INVALID_ARGUMENT, IO, FORMAT, DIMENSION (labels of another length), MEMORY; then
 * *dataset is NULL. The sentence names the file. */
LINCLASS_API linclass_status linclass_dataset_read_idx(linclass_context *ctx, const char *images,
                                                       const char *labels,
                                                       linclass_dataset **dataset);

/* The labels alone, of an IDX file; the data set has m rows and 0 columns. */
LINCLASS_API linclass_status linclass_dataset_read_idx_labels(linclass_context *ctx,
                                                              const char *labels,
                                                              linclass_dataset **dataset);

/* A new data set of the rows rows[0..count-1] of another, in that order, copied with their labels:
 * the rows of a part of linclass_split(), say. count >= 0; rows: each in 0..m-1, repetitions allowed.
 * ctx: may be NULL. Errors: INVALID_ARGUMENT (a NULL, a row out of range), DIMENSION (count), MEMORY;
 * then *selected is NULL. */
LINCLASS_API linclass_status linclass_dataset_select(linclass_context *ctx,
                                                     const linclass_dataset *dataset, int64_t count,
                                                     const int64_t *rows,
                                                     linclass_dataset **selected);

/* Free the data set. NULL is allowed. */
LINCLASS_API void linclass_dataset_destroy(linclass_dataset *dataset);

/* A view of the samples, valid as long as the data set; size: sizeof *matrix. */
LINCLASS_API linclass_status linclass_dataset_matrix(const linclass_dataset *dataset,
                                                     linclass_matrix *matrix, size_t size);

/* The m labels; NULL when the data set has none. */
LINCLASS_API const int64_t *linclass_dataset_labels(const linclass_dataset *dataset);

/* The dimensions of a sample as the file has them, such as 28 x 28: their number (0 when a sample
 * is one number), and up to `capacity` of them into `dimensions` (may be NULL when capacity = 0). */
LINCLASS_API int64_t linclass_dataset_sample_shape(const linclass_dataset *dataset,
                                                   int64_t *dimensions, int64_t capacity);

LINCLASS_END_DECLS

#endif
