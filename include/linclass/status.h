/* Statuses. The values never change; new ones get new numbers. */
#ifndef LINCLASS_STATUS_H
#define LINCLASS_STATUS_H

#include <linclass/common.h>

LINCLASS_BEGIN_DECLS

enum {
    LINCLASS_OK = 0,

    /* Errors. */
    LINCLASS_ERROR_INVALID_ARGUMENT = -1, /* NULL where data is needed, overlap, bad option */
    LINCLASS_ERROR_DIMENSION = -2,    /* negative, overflowing or mismatched size, ld too small */
    LINCLASS_ERROR_NON_FINITE = -3,   /* NaN or infinity in X, theta, bias, logits */
    LINCLASS_ERROR_LABEL = -4,        /* label outside 0..k-1 or unknown; one class only */
    LINCLASS_ERROR_MEMORY = -5,       /* the allocator returned NULL */
    LINCLASS_ERROR_IO = -6,           /* the operating system refused to read or write a file */
    LINCLASS_ERROR_FORMAT = -7,       /* a file is not what it should be */
    LINCLASS_ERROR_UNSUPPORTED = -8,  /* a combination the library does not offer */
    LINCLASS_ERROR_NUMERIC = -9,      /* finite input, but the result overflowed or diverged */
    LINCLASS_ERROR_INTERNAL = -10,    /* a defect of the library; please report it */
    LINCLASS_ERROR_STRUCT_SIZE = -11, /* struct newer than the library, or size not set */
    LINCLASS_ERROR_BUSY = -12,        /* another call on the same context has not returned */

    /* Finished, for a reason. */
    LINCLASS_ITERATION_LIMIT = 1,
    LINCLASS_TIME_LIMIT = 2,
    LINCLASS_STOPPED_BY_CALLBACK = 3,
    LINCLASS_EARLY_STOPPED = 4,
    LINCLASS_LINE_SEARCH_STALLED = 5,
    LINCLASS_NOT_CONVERGED = 6, /* F is farther from its minimum than promised */
    LINCLASS_NO_MINIMUM = 7     /* no penalty, separated classes: F falls to 0 for ever */
};

/* Name of a status in words, such as "ok" or "label error"; "unknown status" for a number this
 * release does not know. A constant string, never NULL. Thread-safe. */
LINCLASS_API const char *linclass_status_string(linclass_status status);

LINCLASS_END_DECLS

#endif
