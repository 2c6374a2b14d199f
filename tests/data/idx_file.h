/* Bytes of IDX files, whole and broken. */
#ifndef TESTS_DATA_IDX_FILE_H
#define TESTS_DATA_IDX_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "byte_string.h"

enum {
    IDX_UINT8 = 8,
    IDX_INT8 = 9,
    IDX_INT16 = 11,
    IDX_INT32 = 12,
    IDX_FLOAT = 13,
    IDX_DOUBLE = 14
};

/* A header of `dimensions` dimensions. */
byte_string idx_header_of(int type, int dimensions, const uint32_t *dimension);

/* Header and elements, `count` of them of `width` bytes in machine order, turned big-endian. */
byte_string idx_file_of(int type, int dimensions, const uint32_t *dimension, const void *elements,
                        size_t count, size_t width);

/* samples x rows x cols uint8, element number e being e mod 251. */
byte_string idx_images(uint32_t samples, uint32_t rows, uint32_t cols);

/* `count` uint8 labels, label i being i mod 10. */
byte_string idx_labels(uint32_t count);

#endif
