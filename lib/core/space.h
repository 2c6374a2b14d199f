/* Work space of a call as one block: added up part by part, then taken at once and carved in the same
 * order. Every part begins on a 64-byte boundary. */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

typedef struct space_plan {
    size_t bytes;
    bool overflow;
} space_plan;

/* Plan rows x cols elements; the bytes the part takes, its padding included. */
size_t space_part(space_plan *plan, int64_t rows, int64_t cols, size_t element);

/* Everything planned so far `times` times over, such as once for each worker. */
void space_repeat(space_plan *plan, int64_t times);

/* The planned space, from the context's scratch. Errors: DIMENSION (it overflows), MEMORY. */
linclass_status space_take(linclass_context *ctx, const space_plan *plan, void **space);

#endif
