/* .npy, an array of numpy:
 *
 *     6 bytes     93 'N' 'U' 'M' 'P' 'Y'
 *     2 bytes     the version: 1 0, 2 0 or 3 0
 *     2 or 4      N, little-endian: the length of the header, in 2 bytes in version 1
 *     N bytes     {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }, spaces, a newline
 *     the elements
 *
 * and nothing after them. */
#ifndef DATA_FORMATS_NPY_HEADER_H
#define DATA_FORMATS_NPY_HEADER_H

#include "data/formats/array.h"

/* No array of numbers needs more; the readers look at as many bytes before the elements. */
enum { NPY_HEADER_BYTES = 1 << 15 };

bool npy_begins(const uint8_t *begin, size_t count);

/* Read the header of an array from its first `count` bytes; array->name is set. *header_bytes: where the
 * elements begin; array->elements is not set.
 * Errors: FORMAT (the message says which byte), UNSUPPORTED (elements that are no numbers and no texts). */
linclass_status npy_read_header(linclass_context *ctx, const uint8_t *bytes, size_t count,
                                file_array *array, size_t *header_bytes);

/* The same of a whole file: array->elements too. Errors: also FORMAT (too few bytes, or too many). */
linclass_status npy_read(linclass_context *ctx, const uint8_t *bytes, size_t count,
                         file_array *array);

#endif
