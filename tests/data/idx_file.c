#include "idx_file.h"

#include <stdlib.h>
#include <string.h>

byte_string idx_header_of(int type, int dimensions, const uint32_t *dimension)
{
    byte_string header = byte_string_new(4 + 4 * (size_t)dimensions);
    memcpy(header.bytes, (uint8_t[]){0, 0, (uint8_t)type, (uint8_t)dimensions}, 4);
    for (int i = 0; i < dimensions; i++)
        for (int byte = 0; byte < 4; byte++)
            header.bytes[4 + 4 * i + byte] = (uint8_t)(dimension[i] >> (24 - 8 * byte));
    return header;
}

/* Reverse each element where the machine's first byte is the least. */
byte_string idx_file_of(int type, int dimensions, const uint32_t *dimension, const void *elements,
                        size_t count, size_t width)
{
    byte_string body = byte_string_of(elements, count * width);
    const uint16_t one = 1;
    const int little = *(const uint8_t *)&one;
    for (size_t i = 0; little && i < count; i++)
        for (size_t byte = 0; byte < width; byte++)
            body.bytes[i * width + byte] =
                ((const uint8_t *)elements)[i * width + width - 1 - byte];
    return byte_string_join(idx_header_of(type, dimensions, dimension), body);
}

byte_string idx_images(uint32_t samples, uint32_t rows, uint32_t cols)
{
    const size_t count = (size_t)samples * rows * cols;
    byte_string body = byte_string_new(count);
    for (size_t i = 0; i < count; i++)
        body.bytes[i] = (uint8_t)(i % 251);
    const uint32_t dimension[] = {samples, rows, cols};
    return byte_string_join(idx_header_of(IDX_UINT8, 3, dimension), body);
}

byte_string idx_labels(uint32_t count)
{
    byte_string body = byte_string_new(count);
    for (uint32_t i = 0; i < count; i++)
        body.bytes[i] = (uint8_t)(i % 10);
    return byte_string_join(idx_header_of(IDX_UINT8, 1, &count), body);
}
