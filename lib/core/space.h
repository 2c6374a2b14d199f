/* Work space as one block of many parts, each of which begins on a 64-byte boundary. A struct says once
 * what its parts are, in a function that is called twice: to measure the block, and to lay the parts out in
 * it. Where a struct has parts that it may repeat, they are planned by their offsets instead. */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

typedef struct space_plan {
    size_t bytes;
    bool overflow;
    char *base; /* of the block that is laid out; NULL while it is measured */
} space_plan;

/* The next part of the block, rows x cols elements; NULL while it is measured. */
void *space_next(space_plan *plan, int64_t rows, int64_t cols, size_t element);

/* The same of doubles. */
static inline double *space_doubles(space_plan *plan, int64_t rows, int64_t cols)
{
    return space_next(plan, rows, cols, sizeof(double));
}

/* Set the pointers of `owner` to parts, by space_next, the same parts in the same order in every call. */
typedef void (*space_layout)(void *owner, space_plan *plan);

/* Allocate a block and lay out the parts of `owner` in it. *memory: the block, to be freed by
 * context_release; NULL after an error. purpose: for the error message. Errors: DIMENSION (its size
 * overflows), MEMORY. */
linclass_status space_lay_out(linclass_context *ctx, space_layout lay_out, void *owner,
                              const char *purpose, void **memory);

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
