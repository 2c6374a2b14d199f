/* Public structs that begin with their size: older programs with a newer library, and the reverse. */
#ifndef CORE_VERSIONED_H
#define CORE_VERSIONED_H

#include <linclass/context.h>
#include <linclass/status.h>

/* Write the defaults into a caller's struct of `size` bytes, and its size member; bytes past
 * `known`, this library's struct, are zeroed. first: sizeof the struct in the first release. */
linclass_status versioned_init(void *target, size_t size, const void *defaults, size_t known,
                               size_t first);

/* Read a caller's struct into this library's: members the caller's struct lacks get the defaults;
 * a longer struct is accepted when its unknown tail is all zero. given == NULL: all defaults.
 * Errors: STRUCT_SIZE, naming the argument. */
linclass_status versioned_read(linclass_context *ctx, const char *name, const void *given,
                               void *target, const void *defaults, size_t known, size_t first);

/* Copy this library's struct into a caller's of given->size bytes, leaving that member alone and
 * zeroing what this library does not know. Errors: STRUCT_SIZE, naming the argument. */
linclass_status versioned_write(linclass_context *ctx, const char *name, void *given,
                                const void *source, size_t known, size_t first);

#endif
