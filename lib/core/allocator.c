/* 64-byte alignment over an allocator that promises only malloc's: take 64 bytes more plus a
 * pointer, and keep what the allocator returned just before the aligned block. */
#include "core/allocator.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, LARGE_PAGE = 1 << 21 };

static void *allocate_malloc(size_t bytes, void *user)
{
    (void)user;
    return malloc(bytes);
}

static void release_free(void *pointer, void *user)
{
    (void)user;
    free(pointer);
}

allocator allocator_default(void)
{
    return (allocator){allocate_malloc, release_free, NULL};
}

void *allocator_take(const allocator *source, size_t bytes)
{
    const size_t overhead = ALIGNMENT + sizeof(void *);
    if (bytes > PTRDIFF_MAX - overhead)
        return NULL;
    char *raw = source->allocate(bytes + overhead, source->user);
    if (raw == NULL)
        return NULL;
    const uintptr_t first = (uintptr_t)raw + sizeof(void *);
    const size_t shift = (ALIGNMENT - first % ALIGNMENT) % ALIGNMENT;
    char *aligned = raw + sizeof(void *) + shift;
    memcpy(aligned - sizeof(void *), &raw, sizeof raw);
    return aligned;
}

void *allocator_take_zeroed(const allocator *source, size_t bytes)
{
    void *pointer = allocator_take(source, bytes);
    if (pointer != NULL)
        memset(pointer, 0, bytes);
    return pointer;
}

void allocator_expect_all(const allocator *source, void *block, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const uintptr_t begin = (uintptr_t)block;
    const size_t before = (LARGE_PAGE - begin % LARGE_PAGE) % LARGE_PAGE;
    if (source->allocate != allocate_malloc || bytes < before + LARGE_PAGE)
        return;
    /* Advice: nothing depends on whether it is taken. */
    (void)madvise((char *)block + before, (bytes - before) / LARGE_PAGE * LARGE_PAGE,
                  MADV_HUGEPAGE);
#else
    (void)source;
    (void)block;
    (void)bytes;
#endif
}

void allocator_give(const allocator *source, void *pointer)
{
    if (pointer == NULL)
        return;
    void *raw;
    memcpy(&raw, (char *)pointer - sizeof(void *), sizeof raw);
    source->release(raw, source->user);
}

bool checked_bytes(int64_t rows, int64_t cols, size_t element, size_t *bytes)
{
    int64_t count;
    int64_t product;
    if (rows < 0 || cols < 0 || __builtin_mul_overflow(rows, cols, &count) ||
        __builtin_mul_overflow(count, (int64_t)element, &product) || product > PTRDIFF_MAX)
        return false;
    *bytes = (size_t)product;
    return true;
}

bool checked_add(size_t *total, size_t more)
{
    const size_t limit = PTRDIFF_MAX - ALIGNMENT;
    if (more > limit || *total > limit - more)
        return false;
    *total += (more + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return true;
}
