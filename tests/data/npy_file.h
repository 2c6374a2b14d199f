/* Bytes of .npy files. */
#ifndef TESTS_DATA_NPY_FILE_H
#define TESTS_DATA_NPY_FILE_H

#include "byte_string.h"

/* .npy: the header numpy writes for this version, padded to 64 bytes, and the elements. shape: such as
 * "(2, 3)". */
byte_string npy_file(int version, const char *descr, const char *fortran_order, const char *shape,
                     const void *elements, size_t bytes);

/* The same with a header of the test's own. */
byte_string npy_with_header(int version, const char *header, const void *elements, size_t bytes);

/* Elements of tests are in the order of the machine: put some into that of a file that a little-endian one
 * writes. */
static inline void in_file_order(uint8_t *elements, size_t bytes, size_t width)
{
    for (size_t i = 0; __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && i + width <= bytes; i += width) {
        for (size_t byte = 0; byte < width / 2; byte++) {
            const uint8_t low = elements[i + byte];
            elements[i + byte] = elements[i + width - 1 - byte];
            elements[i + width - 1 - byte] = low;
        }
    }
}

#endif
