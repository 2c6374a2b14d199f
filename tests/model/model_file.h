/* Model files as bytes, for the tests that read, write and damage them. */
#ifndef MODEL_TESTS_MODEL_FILE_H
#define MODEL_TESTS_MODEL_FILE_H

#include <stddef.h>
#include <stdint.h>

enum { MODEL_FILE_BYTES = 8192 };

typedef struct model_bytes {
    size_t size;
    uint8_t bytes[MODEL_FILE_BYTES];
} model_bytes;

/* A whole file. */
model_bytes model_bytes_read(const char *path);

/* 8 bytes of length, the header, the data. No alignment; the checksum as the header has it. */
model_bytes model_bytes_make(const char *header, const void *data, size_t data_bytes);

/* Put the right checksum in its place, as any writer of model files must (docs/model-format.md). */
void model_bytes_sign(model_bytes *file);

#endif
