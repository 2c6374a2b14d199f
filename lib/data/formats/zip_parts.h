/* What the readers of an archive's directory and of its members share. */
#ifndef DATA_FORMATS_ZIP_PARTS_H
#define DATA_FORMATS_ZIP_PARTS_H

#include <string.h>

#include "data/formats/zip.h"

#define ZIP_LOCAL_MAGIC "PK\3\4"

static inline uint16_t zip_load16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline bool zip_is_magic(const uint8_t *at, const char *magic)
{
    return memcmp(at, magic, 4) == 0;
}

/* Fail with the names of the file and the member. */
linclass_status zip_fail_member(const zip_archive *self, const zip_member *member,
                                linclass_status status, const char *what);

#endif
