#include "core/space.h"

#include "core/allocator.h"
#include "core/context.h"

size_t space_part(space_plan *plan, int64_t rows, int64_t cols, size_t element)
{
    const size_t before = plan->bytes;
    size_t bytes;
    if (!checked_bytes(rows, cols, element, &bytes) || !checked_add(&plan->bytes, bytes)) {
        plan->overflow = true;
        return 0;
    }
    return plan->bytes - before;
}

void space_repeat(space_plan *plan, int64_t times)
{
    size_t bytes;
    if (!checked_bytes(times, 1, plan->bytes, &bytes))
        plan->overflow = true;
    else
        plan->bytes = bytes;
}

linclass_status space_take(linclass_context *ctx, const space_plan *plan, void **space)
{
    if (plan->overflow)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the work space's size overflows");
    return context_scratch(ctx, plan->bytes, space);
}
