#include "parts/roll.h"

#include <inttypes.h>
#include <string.h>

#include "core/context.h"

static linclass_status grow(part_roll *self, int64_t count)
{
    if (count <= self->capacity)
        return LINCLASS_OK;
    const int64_t capacity = 2 * count + 62;
    void *memory;
    const linclass_status status = context_allocate_array(
        self->ctx, capacity, sizeof *self->entries, "what parts have", &memory);
    if (status != LINCLASS_OK)
        return status;
    if (self->count > 0)
        memcpy(memory, self->entries, (size_t)self->count * sizeof *self->entries);
    context_release(self->ctx, self->entries);
    self->entries = memory;
    self->capacity = capacity;
    return LINCLASS_OK;
}

linclass_status part_roll_check(part_roll *self, linclass_context *ctx, const part_node *node)
{
    const int64_t part = node->first;
    const linclass_status status = grow(self, part + 1);
    if (status != LINCLASS_OK)
        return status;
    while (self->count <= part)
        self->entries[self->count++] = (part_entry){.rows = -1};
    part_entry *entry = &self->entries[part];
    if (entry->rows < 0)
        *entry = (part_entry){node->rows, node->digest};
    if (entry->rows != node->rows)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "it has %" PRId64 " rows, and had %" PRId64
                            " when it was asked first: every sweep must find the same rows",
                            node->rows, entry->rows);
    if (entry->digest != node->digest)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "its labels or weights differ from those when it was asked first: "
                            "every sweep must find the same rows");
    return LINCLASS_OK;
}

void part_roll_end(part_roll *self)
{
    if (self->ctx != NULL)
        context_release(self->ctx, self->entries);
    *self = (part_roll){.ctx = self->ctx};
}
