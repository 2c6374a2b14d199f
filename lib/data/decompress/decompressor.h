/* Compressed streams: one interface for the libraries that know them. */
#ifndef DATA_DECOMPRESS_DECOMPRESSOR_H
#define DATA_DECOMPRESS_DECOMPRESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/allocator.h"

enum { DECOMPRESSOR_MAGIC_BYTES = 10 }; /* enough of a file to recognise any of them */

typedef enum decompressor_result {
    DECOMPRESSOR_MORE,       /* of input, or room for output */
    DECOMPRESSOR_STREAM_END, /* what follows is another stream or an error */
    DECOMPRESSOR_DAMAGED,
    DECOMPRESSOR_NO_MEMORY
} decompressor_result;

/* What a step reads and writes; the step moves it on. */
typedef struct decompressor_buffers {
    const uint8_t *in;
    size_t in_bytes;
    uint8_t *out;
    size_t out_bytes;
} decompressor_buffers;

typedef struct decompressor {
    const char *name;     /* "gzip" */
    size_t state_bytes;   /* of the state, which the caller allocates */
    size_t largest_ratio; /* of the bytes after to those before decompression */

    /* Whether a file that begins with these bytes, DECOMPRESSOR_MAGIC_BYTES or all of it, is compressed so. */
    bool (*recognises)(const uint8_t *begin, size_t count);

    /* Whether another stream may begin with this byte. */
    bool (*may_follow)(uint8_t first);

    /* Prepare for a first stream. memory: valid until `end`. Returns MORE or NO_MEMORY; then `end` is not called. */
    decompressor_result (*begin)(void *state, const allocator *memory);

    /* Read and write some bytes. last: there is no input after in_bytes. What is neither consumes input nor
     * writes output, though there is both, is damaged. */
    decompressor_result (*step)(void *state, decompressor_buffers *buffers, bool last);

    /* Prepare for the next stream. Returns MORE or NO_MEMORY. */
    decompressor_result (*restart)(void *state);

    /* Return what is damaged, in the words of the library; NULL: it has none. */
    const char *(*message)(const void *state);

    void (*end)(void *state);
} decompressor;

extern const decompressor DECOMPRESSOR_GZIP;
extern const decompressor DECOMPRESSOR_BZIP2;
extern const decompressor DECOMPRESSOR_XZ;
extern const decompressor DECOMPRESSOR_ZSTD;

/* Return the one that recognises a file by its first bytes; NULL: none. */
const decompressor *decompressor_find(const uint8_t *begin, size_t count);

#endif
