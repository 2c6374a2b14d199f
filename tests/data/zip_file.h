/* Archives of arrays, whole and damaged. */
#ifndef TESTS_DATA_ZIP_FILE_H
#define TESTS_DATA_ZIP_FILE_H

#include "byte_string.h"

enum { ZIP_DEFLATED = 1, ZIP_DESCRIPTOR = 2, ZIP_WIDE = 4 };

typedef struct zip_part {
    const char *name; /* ended by one whose name is NULL */
    byte_string content;
    int how;     /* ZIP_* */
    size_t pads; /* bytes of an extra field in the local header, 0 or at least 4 */
} zip_part;

/* An archive of the parts, whose content is freed. wide: with an end of the directory in 64 bits. */
byte_string zip_of(const zip_part *parts, int wide);

/* Where the entry of part `index` is in the directory of an archive without a comment. */
uint8_t *zip_entry(byte_string archive, int index);

#endif
