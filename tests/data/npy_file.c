#include "npy_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

byte_string npy_with_header(int version, const char *header, const void *elements, size_t bytes)
{
    const size_t prefix = version == 1 ? 10 : 12;
    const size_t length = strlen(header);
    uint8_t start[12] = "\x93NUMPY";
    start[6] = (uint8_t)version;
    start[8] = (uint8_t)length;
    start[9] = (uint8_t)(length >> 8);
    const byte_string head =
        byte_string_join(byte_string_of(start, prefix), byte_string_of(header, length));
    return byte_string_join(head, byte_string_of(elements, bytes));
}

/* Bytes of a number of type `descr`, "<f8". */
static size_t width_of(const char *descr)
{
    const char *const kind = descr + strspn(descr, "<>=|");
    const size_t size = strtoul(kind + 1, NULL, 10);
    return *kind == 'U' ? 4 : *kind == 'S' || size > 8 ? 1 : size;
}

byte_string npy_file(int version, const char *descr, const char *fortran_order, const char *shape,
                     const void *elements, size_t bytes)
{
    char header[512];
    int length =
        snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }",
                 descr, fortran_order, shape);
    while ((length + 1 + (version == 1 ? 10 : 12)) % 64 != 0)
        header[length++] = ' ';
    memcpy(header + length, "\n", 2);
    byte_string file = npy_with_header(version, header, elements, bytes);
    if (descr[0] != '=')
        in_file_order(file.bytes + file.size - bytes, bytes, width_of(descr));
    return file;
}
