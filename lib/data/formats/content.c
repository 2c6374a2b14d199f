/* A block grows as bytes arrive, so that neither a header nor the ratio of a compressed file is believed:
 *
 *     capacity = min(expected + 1, max(64 KiB, bytes of a plain file + 1, 2 * bytes received)),
 *
 * the byte more being that which shows that the file goes on. */
#include "data/formats/content.h"

#include <string.h>
#include <sys/mman.h>

#include "core/context.h"
#include "core/minimum.h"
#include "data/formats/read_progress.h"

enum { FIRST_CAPACITY = 1 << 16, PIECE = 1 << 22 };

static size_t next_capacity(const format_input *input, size_t expected, size_t received)
{
    size_t capacity = FIRST_CAPACITY;
    const size_t source = byte_reader_source_bytes(input->reader);
    if (received == 0 && source >= capacity && source < SIZE_MAX)
        capacity = source + 1;
    if (received > 0 && __builtin_mul_overflow(received, (size_t)2, &capacity))
        capacity = SIZE_MAX;
    return expected == 0 || expected == SIZE_MAX ? capacity : lesser_size(capacity, expected + 1);
}

static linclass_status enlarge(linclass_context *ctx, const format_input *input, size_t capacity,
                               file_content *content)
{
    void *larger;
    const linclass_status status =
        context_allocate(ctx, capacity, byte_reader_name(input->reader), &larger);
    if (status != LINCLASS_OK)
        return status;
    if (content->count > 0)
        memcpy(larger, content->block, content->count);
    context_release(ctx, content->block);
    content->block = larger;
    content->bytes = larger;
    return LINCLASS_OK;
}

static linclass_status read_all(linclass_context *ctx, const format_input *input, size_t expected,
                                file_content *content)
{
    size_t capacity = 0;
    read_progress progress = read_progress_begin(input->options, input->reader);
    for (;;) {
        linclass_status status = LINCLASS_OK;
        if (content->count == capacity) {
            capacity = next_capacity(input, expected, content->count);
            if (capacity == content->count)
                return read_progress_end(&progress);
            status = enlarge(ctx, input, capacity, content);
        }
        const size_t wanted = lesser_size(capacity - content->count, PIECE);
        size_t got = 0;
        if (status == LINCLASS_OK)
            status = byte_reader_read(input->reader, (uint8_t *)content->block + content->count,
                                      wanted, &got);
        content->count += got;
        if (status == LINCLASS_OK)
            status = read_progress_report(&progress, (int64_t)byte_reader_consumed(input->reader));
        if (status != LINCLASS_OK || got < wanted)
            return status == LINCLASS_OK ? read_progress_end(&progress) : status;
    }
}

linclass_status content_open(linclass_context *ctx, const format_input *input, size_t expected,
                             file_content *content)
{
    *content = (file_content){0};
    byte_reader_map(input->reader, &content->mapping, &content->count);
    if (content->mapping != NULL) {
        content->bytes = content->mapping;
        return LINCLASS_OK;
    }
    const linclass_status status = read_all(ctx, input, expected, content);
    if (status != LINCLASS_OK)
        content_end(ctx, content);
    return status;
}

static bool lies_in(const file_content *content, const void *array)
{
    const uintptr_t begin = (uintptr_t)content->bytes;
    return content->bytes != NULL && (uintptr_t)array >= begin &&
           (uintptr_t)array <= begin + content->count;
}

void content_keep(linclass_context *ctx, file_content *content, linclass_dataset *dataset)
{
    if (lies_in(content, dataset->data) || lies_in(content, dataset->row_starts) ||
        lies_in(content, dataset->columns)) {
        dataset->owned[DATASET_CONTENT] = content->block;
        dataset->mapping = content->mapping;
        dataset->mapping_bytes = content->mapping == NULL ? 0 : content->count;
        *content = (file_content){0};
    }
    content_end(ctx, content);
}

void content_end(linclass_context *ctx, file_content *content)
{
    if (content->mapping != NULL)
        (void)munmap(content->mapping, content->count);
    context_release(ctx, content->block);
    *content = (file_content){0};
}
