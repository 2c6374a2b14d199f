/* Blocks that double. Texts are found by their offsets, which stay valid when the block moves. */
#include "data/text_list.h"

#include <string.h>

#include "core/context.h"

enum { FIRST_TEXTS = 16, FIRST_BYTES = 256 };

/* A block with room for `capacity` bytes that begins with the `used` bytes of the old one, which is freed. */
static linclass_status grow(linclass_context *ctx, void **block, size_t used, size_t capacity)
{
    void *larger;
    const linclass_status status = context_allocate(ctx, capacity, "names", &larger);
    if (status != LINCLASS_OK)
        return status;
    if (used > 0)
        memcpy(larger, *block, used);
    context_release(ctx, *block);
    *block = larger;
    return LINCLASS_OK;
}

static linclass_status make_room(linclass_context *ctx, text_list *self, size_t bytes)
{
    linclass_status status = LINCLASS_OK;
    if (self->count == self->capacity) {
        const int64_t capacity = self->capacity == 0 ? FIRST_TEXTS : 2 * self->capacity;
        void *begins = self->begins;
        status = grow(ctx, &begins, (size_t)self->count * sizeof(int64_t),
                      (size_t)capacity * sizeof(int64_t));
        self->begins = begins;
        if (status == LINCLASS_OK)
            self->capacity = capacity;
    }
    if (status == LINCLASS_OK && self->bytes_capacity - self->bytes_used < bytes) {
        size_t capacity = self->bytes_capacity == 0 ? FIRST_BYTES : 2 * self->bytes_capacity;
        if (capacity - self->bytes_used < bytes)
            capacity = self->bytes_used + bytes;
        void *texts = self->bytes;
        status = grow(ctx, &texts, self->bytes_used, capacity);
        self->bytes = texts;
        if (status == LINCLASS_OK)
            self->bytes_capacity = capacity;
    }
    return status;
}

linclass_status text_list_append(linclass_context *ctx, text_list *self, const char *text,
                                 size_t length)
{
    const linclass_status status = make_room(ctx, self, length + 1);
    if (status != LINCLASS_OK)
        return status;
    self->begins[self->count++] = (int64_t)self->bytes_used;
    if (length > 0)
        memcpy(self->bytes + self->bytes_used, text, length);
    self->bytes[self->bytes_used + length] = '\0';
    self->bytes_used += length + 1;
    return LINCLASS_OK;
}

const char *text_list_get(const text_list *self, int64_t index)
{
    return index < 0 || index >= self->count ? NULL : self->bytes + self->begins[index];
}

linclass_status text_list_copy(linclass_context *ctx, text_list *self, const text_list *source)
{
    *self = (text_list){0};
    linclass_status status = LINCLASS_OK;
    for (int64_t i = 0; i < source->count && status == LINCLASS_OK; i++) {
        const char *text = text_list_get(source, i);
        status = text_list_append(ctx, self, text, strlen(text));
    }
    if (status != LINCLASS_OK)
        text_list_end(self, &ctx->allocator);
    return status;
}

void text_list_end(text_list *self, const allocator *source)
{
    allocator_give(source, self->begins);
    allocator_give(source, self->bytes);
    *self = (text_list){0};
}
