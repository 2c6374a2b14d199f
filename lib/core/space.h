/* Work space as one block: planned part by part, taken at once, each part found by its offset. Every
 * part begins on a 64-byte boundary. */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

typedef struct space_plan {
    size_t bytes;
    bool overflow;
} space_plan;

/* Plan rows x cols elements; the offset of the part in the block. */
size_t space_part(space_plan *plan, int64_t rows, int64_t cols, size_t element);

/* Plan the parts of another plan `times` times over, such as once for each worker; the offset of the
 * first. Repetition r is at offset + r * repeated->bytes. */
size_t space_repeat(space_plan *plan, const space_plan *repeated, int64_t times);

/* The planned block, from the context's scratch. Errors: DIMENSION (it overflows), MEMORY. */
linclass_status space_take(linclass_context *ctx, const space_plan *plan, void **space);

/* The planned block, to be given back by context_release. purpose: for the sentence. */
linclass_status space_allocate(linclass_context *ctx, const space_plan *plan, const char *purpose,
                               void **space);

/* The part at an offset. */
static inline void *space_at(void *space, size_t offset)
{
    return (char *)space + offset;
}

#endif
