/* An array in a file: its type, its shape and where its elements lie; and data sets and labels of it. */
#ifndef DATA_FORMATS_ARRAY_H
#define DATA_FORMATS_ARRAY_H

#include "data/dataset.h"

enum { ARRAY_MAX_DIMENSIONS = 64 };

/* What the elements are. Those that a matrix cannot have in their own type are converted to int64. */
typedef enum {
    ARRAY_NUMBERS,      /* of `dtype` */
    ARRAY_UINT32,       /* converted to int64 */
    ARRAY_UINT64,       /* converted to int64, which must hold them */
    ARRAY_BYTE_TEXTS,   /* of element_bytes bytes each, zeros after the text */
    ARRAY_UNICODE_TEXTS /* of element_bytes / 4 code points each, zeros after the text */
} array_kind;

typedef struct file_array {
    char name[320]; /* for error messages: the file, and the array within it */
    char type[64];  /* as the file calls it */
    array_kind kind;
    int32_t dtype; /* ARRAY_NUMBERS: LINCLASS_* */
    size_t element_bytes;
    bool swapped;       /* the elements are in the other byte order */
    bool first_fastest; /* Fortran's order: the first index changes fastest */
    int dimensions;
    int64_t shape[ARRAY_MAX_DIMENSIONS];
    const uint8_t *elements; /* `bytes` of them */
    size_t bytes;
} file_array;

/* Compute array->bytes from shape and type. Errors: FORMAT (more than can be addressed). */
linclass_status array_measure(linclass_context *ctx, file_array *array);

/* The shape and type in words, such as "60000 x 28 x 28 <f4". Returns text. */
char *array_describe(const file_array *array, char text[200]);

/* Number of elements. */
int64_t array_count(const file_array *array);

/* Elements as numbers that a matrix can have: the array's own where byte order, type and alignment allow
 * it, else a copy, *owned. *dtype: of the elements.
 * Errors: UNSUPPORTED (texts), FORMAT (a number above 2^63 - 1), MEMORY; *owned is then NULL. */
linclass_status array_numbers(linclass_context *ctx, const file_array *array, const void **elements,
                              int32_t *dtype, void **owned);

/* Fill the samples of an empty data set: the first dimension is the rows, the product of the others the
 * features, the last of them fastest. Elements stay where they are as far as array_numbers allows it; with
 * the first index fastest, columns are contiguous. Errors: FORMAT (no dimensions), and those of
 * array_numbers. */
linclass_status array_samples(linclass_context *ctx, const file_array *array,
                              linclass_dataset *dataset);

/* Fill the labels of a data set, and its class names where the array has texts: one label a row.
 * Errors: DIMENSION (their number), FORMAT (more than one dimension, text that is not UTF-8), LABEL (a
 * number that is no integer), MEMORY. */
linclass_status array_labels(linclass_context *ctx, const file_array *array,
                             linclass_dataset *dataset);

#endif
