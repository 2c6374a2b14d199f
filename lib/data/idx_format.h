/* IDX, the format of MNIST:
 *
 *     byte 0, 1     0, 0
 *     byte 2        type of the elements: 08 uint8, 09 int8, 0b int16, 0c int32, 0d float, 0e double
 *     byte 3        d, the number of dimensions, >= 1
 *     4 d bytes     the dimensions, unsigned 32-bit
 *     the elements, the last dimension fastest
 *
 * all big-endian, and nothing after them. */
#ifndef DATA_IDX_FORMAT_H
#define DATA_IDX_FORMAT_H

#include <linclass/status.h>

#include "data/byte_reader.h"

enum { IDX_MAX_DIMENSIONS = 255 };

typedef struct idx_element_type {
    const char *name;
    size_t bytes;
    int32_t dtype; /* of a matrix of such elements */
    uint8_t code;
} idx_element_type;

typedef struct idx_header {
    const idx_element_type *type;
    int dimensions;
    int64_t dimension[IDX_MAX_DIMENSIONS];
    int64_t features; /* product of all dimensions but the first */
    size_t bytes;     /* of the elements */
    char text[128];   /* such as "60000 x 28 x 28 uint8" */
} idx_header;

/* Errors: FORMAT, and those of byte_reader_read. */
linclass_status idx_read_header(linclass_context *ctx, byte_reader *reader, idx_header *header);

/* The header->bytes bytes of elements as they are in the file, allocated on ctx, after making sure
 * that nothing follows them. Errors: FORMAT, MEMORY, those of byte_reader_read; then *elements is
 * NULL. */
linclass_status idx_read_elements(linclass_context *ctx, byte_reader *reader,
                                  const idx_header *header, void **elements);

#endif
