/* Level 3, data sets in files. */
#ifndef LINCLASS_DATASET_H
#define LINCLASS_DATASET_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/encoding.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

/* Samples and, if there are any, their labels, as read. Immutable. */
typedef struct linclass_dataset linclass_dataset;

/* What a reader does with a text that the encoding of its column does not know. */
enum { LINCLASS_UNKNOWN_ZERO = 0, LINCLASS_UNKNOWN_ERROR = 1 };

/* Called on the thread of the call while a file is read, about ten times a second: `done` of `total`
 * bytes of the file (total 0: not known). Return 0 to continue, anything else to stop: the call then
 * returns LINCLASS_STOPPED_BY_CALLBACK, and there is no data set. */
typedef int32_t (*linclass_read_callback)(int64_t done, int64_t total, void *user);

typedef struct linclass_read_options {
    size_t size;
    /* "csv", "libsvm", "npy", "npz", "safetensors", "idx"; NULL: found by the content of the file. */
    const char *format;
    /* The labels: the name or the number of a column (CSV, Arrow; numbers count from 0, negative ones
     * from the end), the name of an array (.npz, safetensors). NULL: the labels that the format has
     * (LIBSVM), else none. */
    const char *label;
    /* Path of a second file with the labels (an integer or text each: .npy, IDX, one a line); NULL: none. */
    const char *labels_path;
    /* Name of the array of samples in a file of several (.npz, safetensors); NULL: the only one, or X. */
    const char *samples;
    /* How the columns of a table are encoded, by the data set that a model was fitted to; NULL: found
     * from the table itself. The columns are matched by their names, else by their places. */
    const linclass_encoding *encoding;
    linclass_read_callback progress; /* NULL: none */
    void *progress_user;
    int64_t features;   /* LIBSVM: columns; larger indices are left out. 0: the largest index */
    int32_t dtype;      /* of numbers read from text: LINCLASS_FLOAT32 or LINCLASS_FLOAT64 */
    int32_t layout;     /* LINCLASS_LAYOUT_* of a table's features; -1: that which is smaller */
    int32_t missing;    /* LINCLASS_MISSING_* */
    int32_t unknown;    /* LINCLASS_UNKNOWN_* */
    int32_t header;     /* CSV: 1: the first line has names, 0: it has not, -1: found */
    int32_t delimiter;  /* CSV: a character; 0: found */
    int32_t quote;      /* CSV: a character; 0: none, -1: found */
    int32_t index_base; /* LIBSVM: 0, 1; -1: found */
    /* 1: labels are left out, whatever they are, for rows to be predicted: the data set has none. A column of
     * labels is still no feature. */
    int32_t ignore_labels;
    int32_t decimal; /* CSV: the decimal point of numbers, '.' or ','; 0: found */
} linclass_read_options;

/* Write the defaults into *options: everything found by itself, float32, missing cells and unknown
 * formats errors, unknown categories 0. size: sizeof *options. Errors: INVALID_ARGUMENT. */
LINCLASS_API linclass_status linclass_read_options_init(linclass_read_options *options,
                                                        size_t size);

/* Read a data set from a file: CSV or TSV, LIBSVM text, .npy, .npz (arrays or a matrix of scipy.sparse),
 * safetensors or IDX, plain or compressed by gzip, bzip2, xz or zstd. Format and compression are found by
 * the content, not by the name. "-" is standard input. Plain .npy, .npz, safetensors and IDX files are
 * mapped where type, order and alignment allow it: then the data set lies in the file, which must not
 * change as long as the data set is used.
 *
 * options: NULL for the defaults. *dataset: owned by the caller (linclass_dataset_destroy); NULL after an
 * error. Labels that are texts become the numbers 0, 1, ... of the names in ascending order of their
 * bytes (linclass_dataset_class_name).
 *
 * Errors: INVALID_ARGUMENT, IO, FORMAT (the error message names file, line and column, or byte),
 * DIMENSION (the number of labels differs), LABEL, UNSUPPORTED (elements or members that are not read), MEMORY,
 * STOPPED_BY_CALLBACK. docs/formats.md describes the formats. */
LINCLASS_API linclass_status linclass_dataset_read(linclass_context *ctx, const char *path,
                                                   const linclass_read_options *options,
                                                   linclass_dataset **dataset);

/* Read a data set from IDX files, the format of MNIST, plain or gzip'd (recognised by content, not by
 * name). Elements keep their type (linclass_dataset_matrix leaves the scale automatic): uint8 images stay uint8.
 *
 * images: one or more dimensions, of any type; the first dimension is the samples, the product of the
 * others the features. labels: one dimension, of an integer type, one label
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

/* Return the name of feature `column`, valid as long as the data set; NULL if it has none, or for a
 * column out of range. */
LINCLASS_API const char *linclass_dataset_feature_name(const linclass_dataset *dataset,
                                                       int64_t column);

/* Return the number of class names: 0 where the labels were integers. */
LINCLASS_API int64_t linclass_dataset_class_count(const linclass_dataset *dataset);

/* Return the text of label `label`, valid as long as the data set; NULL if it has none. */
LINCLASS_API const char *linclass_dataset_class_name(const linclass_dataset *dataset,
                                                     int64_t label);

/* Return how the columns of the table became features, valid as long as the data set; NULL where the file
 * was no table. */
LINCLASS_API const linclass_encoding *linclass_dataset_encoding(const linclass_dataset *dataset);

/* Return the name of the format of the file, as linclass_read_options.format has it; NULL where the data set was not
 * read by linclass_dataset_read. A constant string. */
LINCLASS_API const char *linclass_dataset_format(const linclass_dataset *dataset);

/* Return how a text file was taken, for people, such as 'comma-separated, quote ", header', valid as long as the
 * data set; NULL where there is nothing to say. */
LINCLASS_API const char *linclass_dataset_dialect(const linclass_dataset *dataset);

/* Return the number of cells that were missing in a column of the encoding; 0 for a column out of range, for what
 * was no table, and for selected rows. */
LINCLASS_API int64_t linclass_dataset_missing(const linclass_dataset *dataset, int64_t column);

/* Return the number of dimensions of a sample in its file, such as 2 for images of 28 x 28 pixels (0 if
 * a sample is a single number), and write the first `capacity` of them to `dimensions`, which may be NULL
 * if capacity = 0. */
LINCLASS_API int64_t linclass_dataset_sample_shape(const linclass_dataset *dataset,
                                                   int64_t *dimensions, int64_t capacity);

LINCLASS_END_DECLS

#endif
