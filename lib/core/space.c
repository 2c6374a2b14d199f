#include "core/space.h"

#include "core/allocator.h"
#include "core/context.h"

size_t space_part(space_plan *plan, int64_t rows, int64_t cols, size_t element)
{
    const size_t offset = plan->bytes;
    size_t bytes;
    if (!checked_bytes(rows, cols, element, &bytes) || !checked_add(&plan->bytes, bytes))
        plan->overflow = true;
    return offset;
}

size_t space_repeat(space_plan *plan, const space_plan *repeated, int64_t times)
{
    plan->overflow |= repeated->overflow;
    return space_part(plan, times, 1, repeated->bytes);
}

static linclass_status check_overflow(linclass_context *ctx, const space_plan *plan)
{
    if (!plan->overflow)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the size of the work space overflows");
}

void *space_next(space_plan *plan, int64_t rows, int64_t cols, size_t element)
{
    const size_t offset = space_part(plan, rows, cols, element);
    return plan->base == NULL ? NULL : plan->base + offset;
}

linclass_status space_lay_out(linclass_context *ctx, space_layout lay_out, void *owner,
                              const char *purpose, void **memory)
{
    space_plan measured = {0};
    lay_out(owner, &measured);
    *memory = NULL;
    const linclass_status status = space_allocate(ctx, &measured, purpose, memory);
    if (status != LINCLASS_OK)
        return status;
    space_plan laid_out = {.base = *memory};
    lay_out(owner, &laid_out);
    return LINCLASS_OK;
}

linclass_status space_take(linclass_context *ctx, const space_plan *plan, void **space)
{
    const linclass_status status = check_overflow(ctx, plan);
    return status == LINCLASS_OK ? context_scratch(ctx, plan->bytes, space) : status;
}

linclass_status space_allocate(linclass_context *ctx, const space_plan *plan, const char *purpose,
                               void **space)
{
    const linclass_status status = check_overflow(ctx, plan);
    return status == LINCLASS_OK ? context_allocate(ctx, plan->bytes, purpose, space) : status;
}
