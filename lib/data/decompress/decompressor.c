#include "data/decompress/decompressor.h"

const decompressor *decompressor_find(const uint8_t *begin, size_t count)
{
    static const decompressor *const ALL[] = {&DECOMPRESSOR_GZIP, &DECOMPRESSOR_BZIP2,
                                              &DECOMPRESSOR_XZ, &DECOMPRESSOR_ZSTD};
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++)
        if (ALL[i]->recognises(begin, count))
            return ALL[i];
    return NULL;
}
