/* Bytes of .npy files. */
#ifndef TESTS_DATA_NPY_FILE_H
#define TESTS_DATA_NPY_FILE_H

#include "idx_file.h"

/* .npy: the header numpy writes for this version, padded to 64 bytes, and the elements. shape: such as
 * "(2, 3)". */
byte_string npy_file(int version, const char *descr, const char *fortran_order, const char *shape,
                     const void *elements, size_t bytes);

/* The same with a header of the test's own. */
byte_string npy_with_header(int version, const char *header, const void *elements, size_t bytes);

#endif
