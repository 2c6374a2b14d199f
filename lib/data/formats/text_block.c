/* A block that doubles, up to what the source can still hold: a false length costs nothing. */
#include "data/formats/text_block.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

#include "core/context.h"
#include "core/minimum.h"

enum { FIRST_BYTES = 1 << 18, PART_BYTES = 1 << 20 };

static linclass_status enlarge(linclass_context *ctx, text_block *self, size_t limit,
                               size_t *capacity)
{
    /* One byte more than there can be, so that the end of the source is seen without another step. */
    const size_t most = limit < SIZE_MAX / 2 ? self->count + limit + 1 : SIZE_MAX / 2;
    const size_t larger = lesser_size(*capacity == 0 ? FIRST_BYTES : 2 * *capacity, most);
    void *block;
    const linclass_status status = context_allocate(ctx, larger, "the text of a file", &block);
    if (status != LINCLASS_OK)
        return status;
    if (self->count > 0)
        memcpy(block, self->owned, self->count);
    context_release(ctx, self->owned);
    self->owned = block;
    *capacity = larger;
    return LINCLASS_OK;
}

static linclass_status read_all(linclass_context *ctx, byte_reader *reader, read_progress *progress,
                                text_block *self)
{
    size_t capacity = 0;
    linclass_status status = LINCLASS_OK;
    for (bool more = true; more && status == LINCLASS_OK;) {
        if (self->count == capacity)
            status = enlarge(ctx, self, byte_reader_limit(reader), &capacity);
        if (status != LINCLASS_OK)
            break;
        const size_t part = lesser_size(capacity - self->count, PART_BYTES);
        size_t got;
        status = byte_reader_read(reader, (char *)self->owned + self->count, part, &got);
        self->count += got;
        more = got == part;
        if (status == LINCLASS_OK)
            status = read_progress_report(progress, (int64_t)byte_reader_consumed(reader));
    }
    self->begin = self->owned;
    return status;
}

linclass_status text_block_read(linclass_context *ctx, byte_reader *reader, read_progress *progress,
                                text_block *block)
{
    *block = (text_block){0};
    byte_reader_map(reader, &block->mapping, &block->mapping_bytes);
    if (block->mapping != NULL) {
        block->begin = block->mapping;
        block->count = block->mapping_bytes;
        return LINCLASS_OK;
    }
    const linclass_status status = read_all(ctx, reader, progress, block);
    if (status != LINCLASS_OK)
        text_block_end(ctx, block);
    return status;
}

linclass_status text_block_end_lines(linclass_context *ctx, text_block *self)
{
    if (self->count == 0 || memchr(self->begin, '\n', self->count) != NULL ||
        memchr(self->begin, '\r', self->count) == NULL)
        return LINCLASS_OK;
    if (self->owned == NULL) {
        void *copy;
        const linclass_status status =
            context_allocate(ctx, self->count, "the text of a file", &copy);
        if (status != LINCLASS_OK)
            return status;
        memcpy(copy, self->begin, self->count);
        (void)munmap(self->mapping, self->mapping_bytes);
        *self = (text_block){.begin = copy, .count = self->count, .owned = copy};
    }
    char *const text = self->owned;
    assert(text != NULL);
    for (size_t i = 0; i < self->count; i++)
        text[i] = text[i] == '\r' ? '\n' : text[i];
    return LINCLASS_OK;
}

void text_block_end(linclass_context *ctx, text_block *self)
{
    if (self->mapping != NULL)
        (void)munmap(self->mapping, self->mapping_bytes);
    context_release(ctx, self->owned);
    *self = (text_block){0};
}

void text_block_position(const text_block *self, const char *at, int64_t *line, int64_t *column)
{
    const char *begin = self->begin;
    *line = 1;
    for (const char *end; begin < at; begin = end + 1, ++*line) {
        end = memchr(begin, '\n', (size_t)(at - begin));
        if (end == NULL)
            break;
    }
    *column = at - begin + 1;
}
