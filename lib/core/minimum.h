/* The lesser and the greater of two, and the lowest index seen by any worker. */
#ifndef CORE_MINIMUM_H
#define CORE_MINIMUM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

static inline int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline size_t lesser_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline void record_lowest(_Atomic int64_t *lowest, int64_t index)
{
    int64_t seen = atomic_load(lowest);
    while (index < seen && !atomic_compare_exchange_weak(lowest, &seen, index)) {
    }
}

#endif
