/* Work space as one block of many parts, each of which begins on a 64-byte boundary. A struct says once
 * what its parts are, in a function that is called twice: to measure the block, and to lay the parts out in
 * it. */
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

/* The same in the context's scratch, which the next call that does so takes over. Errors: as above. */
linclass_status space_lay_out_scratch(linclass_context *ctx, space_layout lay_out, void *owner);

/* The next part: `times` repetitions of what was measured, such as one for each worker. Repetition r is laid
 * out from space_plan_at(part, r, measured). */
void *space_repeat(space_plan *plan, const space_plan *measured, int64_t times);

static inline space_plan space_plan_at(void *part, int64_t repetition, const space_plan *measured)
{
    return (space_plan){.base = part == NULL ? NULL
                                             : (char *)part + (size_t)repetition * measured->bytes};
}

#endif
