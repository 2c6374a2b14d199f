/* Work space as one block: planned part by part, allocated at once, each part at its offset. Every part
 * begins on a 64-byte boundary. */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

typedef struct space_plan {
    size_t bytes;
    bool overflow;
} space_plan;

/* Plan a part of rows x cols elements. Returns its offset in the block. */
size_t space_part(space_plan *plan, int64_t rows, int64_t cols, size_t element);

/* Plan the parts of another plan `times` times, such as once for each worker. Returns the offset of the
 * first; repetition r is at offset + r * repeated->bytes. */
size_t space_repeat(space_plan *plan, const space_plan *repeated, int64_t times);

/* Take the planned block from the context's scratch. Errors: DIMENSION (its size overflows), MEMORY. */
linclass_status space_take(linclass_context *ctx, const space_plan *plan, void **space);

/* Allocate the planned block, to be freed by context_release. purpose: for the error message.
 * Errors: DIMENSION (its size overflows), MEMORY. */
linclass_status space_allocate(linclass_context *ctx, const space_plan *plan, const char *purpose,
                               void **space);

/* Return the part at an offset. */
static inline void *space_at(void *space, size_t offset)
{
    return (char *)space + offset;
}

#endif
