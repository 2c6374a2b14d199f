/* Bytes of files that tests make in memory. */
#ifndef TESTS_DATA_BYTE_STRING_H
#define TESTS_DATA_BYTE_STRING_H

#include <stddef.h>
#include <stdint.h>

#include "support/temporary_directory.h"

/* Owned bytes; byte_string_free gives them back. */
typedef struct byte_string {
    uint8_t *bytes;
    size_t size;
} byte_string;

byte_string byte_string_new(size_t size); /* whose bytes are to be set */
byte_string byte_string_of(const void *bytes, size_t size);
byte_string byte_string_join(byte_string first, byte_string second); /* frees both */
void byte_string_free(byte_string *self);

/* Write, free the bytes, return the path (path: TEMPORARY_PATH_BYTES). */
char *byte_string_write(const temporary_directory *directory, const char *name, byte_string content,
                        char *path);

/* Compressed as gzip -1 does, and without a frame, as in zip archives; each frees its argument. */
byte_string gzip_of(byte_string plain);
byte_string deflate_of(byte_string plain);

#endif
