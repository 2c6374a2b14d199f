/* Public structs that begin with their size: older programs with a newer library, and the reverse. */
#ifndef CORE_VERSIONED_H
#define CORE_VERSIONED_H

#include <linclass/context.h>
#include <linclass/status.h>

/* Bytes of each public struct in its first release, 0.2 for all so far: a caller's struct is never shorter.
 * Structs grow; these numbers stay. */
enum {
    FIRST_CONTEXT_OPTIONS = 40,
    FIRST_MATRIX = 88,
    FIRST_READ_OPTIONS = 112,
    FIRST_FIT_OPTIONS = 240,
    FIRST_FIT_REPORT = 176,
    FIRST_EVALUATION = 192,
    FIRST_AVERAGES = 72,
    FIRST_CERTIFICATE = 128,
    FIRST_STANDARD_ERRORS = 80,
    FIRST_LEAVE_ONE_OUT = 64,
    FIRST_PATH_OPTIONS = 96,
    FIRST_LEARNING_RATE_OPTIONS = 72,
    FIRST_CANDIDATE = 136,
    FIRST_PART = 48,
    FIRST_PARTS = 40,
    FIRST_CALIBRATION = 56
};

/* Write the defaults into a caller's struct of `size` bytes, and its size member; bytes past
 * `known`, this library's struct, are zeroed. first: a number of the list above. */
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
