/* Reading as many bytes as a header promises, without trusting the header. */
#ifndef DATA_CLAIMED_BYTES_H
#define DATA_CLAIMED_BYTES_H

#include "data/byte_reader.h"

/* Read the `claim` bytes a header promises into *block, allocated on ctx (not NULL even for 0).
 * what: the promise in words, such as "60000 x 28 x 28 uint8". Errors: FORMAT when fewer bytes
 * follow, those of byte_reader_read, MEMORY; then *block is NULL. */
linclass_status claimed_bytes_read(linclass_context *ctx, byte_reader *reader, const char *what,
                                   size_t claim, void **block);

#endif
