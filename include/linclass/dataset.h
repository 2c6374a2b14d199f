/* Level 3, data sets in files. */
#ifndef LINCLASS_DATASET_H
#define LINCLASS_DATASET_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

/* Samples and, if there are any, their labels, as read. Immutable. */
typedef struct linclass_dataset linclass_dataset;

/* Read a data set from IDX files, the format of MNIST, plain or gzip'd (recognised by content, not by
 * name). Elements keep their type (linclass_dataset_matrix has scale 1): uint8 images stay uint8.
 *
 * images: one or more dimensions, of type unsigned byte, float or double; the first dimension is the
 * samples, the product of the others the features. labels: one dimension, of an integer type, one label
 * per sample; NULL for none. "-" is standard input, for one of the two. *dataset: owned by the caller
 * (linclass_dataset_destroy); NULL after an error.
 *
 * Errors: INVALID_ARGUMENT, IO, FORMAT (a truncated file, bytes after the end, a damaged gzip stream),
 * DIMENSION (the number of labels differs), MEMORY. The error message names the file. The magic number
 * and the dimensions are checked against the bytes present before memory is allocated for them. */
LINCLASS_API linclass_status linclass_dataset_read_idx(linclass_context *ctx, const char *images,
                                                       const char *labels,
                                                       linclass_dataset **dataset);

/* Read only labels, from an IDX file: the data set has m rows and 0 columns. Otherwise as
 * linclass_dataset_read_idx. */
LINCLASS_API linclass_status linclass_dataset_read_idx_labels(linclass_context *ctx,
                                                              const char *labels,
                                                              linclass_dataset **dataset);

/* Copy the rows rows[0..count-1] of a data set and their labels, in that order, into a new one: the rows
 * of a part of linclass_split(), for example.
 * ctx: may be NULL. count >= 0. rows: each in 0..m-1, repetitions allowed. *selected: owned by the
 * caller; NULL after an error.
 * Errors: INVALID_ARGUMENT (NULL, a row out of range), DIMENSION (count), MEMORY. */
LINCLASS_API linclass_status linclass_dataset_select(linclass_context *ctx,
                                                     const linclass_dataset *dataset, int64_t count,
                                                     const int64_t *rows,
                                                     linclass_dataset **selected);

/* Free the data set. It may be NULL. */
LINCLASS_API void linclass_dataset_destroy(linclass_dataset *dataset);

/* Write a view of the samples to *matrix, valid as long as the data set. size: sizeof *matrix. */
LINCLASS_API linclass_status linclass_dataset_matrix(const linclass_dataset *dataset,
                                                     linclass_matrix *matrix, size_t size);

/* Return the m labels, valid as long as the data set; NULL if it has none. */
LINCLASS_API const int64_t *linclass_dataset_labels(const linclass_dataset *dataset);

/* Return the number of dimensions of a sample in its file, such as 2 for images of 28 x 28 pixels (0 if
 * a sample is a single number), and write the first `capacity` of them to `dimensions`, which may be NULL
 * if capacity = 0. */
LINCLASS_API int64_t linclass_dataset_sample_shape(const linclass_dataset *dataset,
                                                   int64_t *dimensions, int64_t capacity);

LINCLASS_END_DECLS

#endif
