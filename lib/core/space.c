#include "core/space.h"

#include "core/allocator.h"
#include "core/context.h"

void *space_next(space_plan *plan, int64_t rows, int64_t cols, size_t element)
{
    const size_t offset = plan->bytes;
    size_t bytes;
    if (!checked_bytes(rows, cols, element, &bytes) || !checked_add(&plan->bytes, bytes))
        plan->overflow = true;
    return plan->base == NULL ? NULL : plan->base + offset;
}

void *space_repeat(space_plan *plan, const space_plan *measured, int64_t times)
{
    plan->overflow |= measured->overflow;
    return space_next(plan, times, 1, measured->bytes);
}

static linclass_status measure(linclass_context *ctx, space_layout lay_out, void *owner,
                               size_t *bytes)
{
    space_plan measured = {0};
    lay_out(owner, &measured);
    *bytes = measured.bytes;
    if (!measured.overflow)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the size of the work space overflows");
}

linclass_status space_lay_out(linclass_context *ctx, space_layout lay_out, void *owner,
                              const char *purpose, void **memory)
{
    *memory = NULL;
    size_t bytes;
    linclass_status status = measure(ctx, lay_out, owner, &bytes);
    if (status == LINCLASS_OK)
        status = context_allocate(ctx, bytes, purpose, memory);
    if (status == LINCLASS_OK)
        lay_out(owner, &(space_plan){.base = *memory});
    return status;
}

linclass_status space_lay_out_scratch(linclass_context *ctx, space_layout lay_out, void *owner)
{
    size_t bytes;
    void *scratch = NULL;
    linclass_status status = measure(ctx, lay_out, owner, &bytes);
    if (status == LINCLASS_OK)
        status = context_scratch(ctx, bytes, &scratch);
    if (status == LINCLASS_OK)
        lay_out(owner, &(space_plan){.base = scratch});
    return status;
}
