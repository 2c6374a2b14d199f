/* Memory: the caller's allocator, 64-byte alignment, and sizes that cannot overflow. */
#ifndef CORE_ALLOCATOR_H
#define CORE_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct allocator {
    void *(*allocate)(size_t bytes, void *user);
    void (*release)(void *pointer, void *user);
    void *user;
} allocator;

/* malloc and free. */
allocator allocator_default(void);

/* Allocate `bytes` bytes on a 64-byte boundary (one cache line, one AVX-512 register); NULL on failure.
 * For 0 bytes, a pointer that may be freed but not dereferenced. */
void *allocator_take(const allocator *source, size_t bytes);

/* The same, all zero. */
void *allocator_take_zeroed(const allocator *source, size_t bytes);

/* Say that a block of allocator_take will be written from end to end: in a block of several MB that is malloc's, large
 * pages are asked for, which the kernel clears one by one and not in 512 faults each. */
void allocator_expect_all(const allocator *source, void *block, size_t bytes);

/* Free what allocator_take returned. pointer may be NULL. */
void allocator_give(const allocator *source, void *pointer);

/* Compute *bytes = rows * cols * element. Returns false if a factor is negative or the product exceeds
 * PTRDIFF_MAX. Every size that is a product of dimensions is computed here. */
bool checked_bytes(int64_t rows, int64_t cols, size_t element, size_t *bytes);

/* *total += more, rounded up to the 64-byte alignment; false on overflow. */
bool checked_add(size_t *total, size_t more);

#endif
