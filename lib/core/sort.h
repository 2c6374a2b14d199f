/* Heap sort: in place, O(n log n) for every input, without memory. The order is the caller's, and compiled in. */
#ifndef CORE_SORT_H
#define CORE_SORT_H

#include <stdbool.h>
#include <stdint.h>

#define SORT_INLINE static inline __attribute__((always_inline))

/* Whether item a comes after item b. keys: whatever the items are sorted by. */
typedef bool (*sort_order)(const void *keys, int64_t a, int64_t b);

/* Restore a heap, the last item at its root, below place `root`. */
SORT_INLINE void heap_sift_down(int64_t count, int64_t *heap, int64_t root, sort_order after,
                                const void *keys)
{
    const int64_t item = heap[root];
    for (int64_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count && after(keys, heap[child + 1], heap[child]))
            child++;
        if (!after(keys, heap[child], item))
            break;
        heap[root] = heap[child];
        root = child;
    }
    heap[root] = item;
}

/* Make a heap of items in any order. */
SORT_INLINE void heap_make(int64_t count, int64_t *items, sort_order after, const void *keys)
{
    for (int64_t root = count / 2 - 1; root >= 0; root--)
        heap_sift_down(count, items, root, after, keys);
}

/* A heap, in order. */
SORT_INLINE void heap_to_order(int64_t count, int64_t *heap, sort_order after, const void *keys)
{
    for (int64_t last = count - 1; last > 0; last--) {
        const int64_t item = heap[0];
        heap[0] = heap[last];
        heap[last] = item;
        heap_sift_down(last, heap, 0, after, keys);
    }
}

SORT_INLINE void heap_sort(int64_t count, int64_t *items, sort_order after, const void *keys)
{
    heap_make(count, items, after, keys);
    heap_to_order(count, items, after, keys);
}

/* Sort numbers, none NaN, ascending. */
void sort_doubles(int64_t count, double *values);

/* Return number `place` (0 <= place < count) of the values in ascending order, which are moved about: in time O(count)
 * at random. Where one is NaN any of them. */
double sort_select(int64_t count, double *values, int64_t place);

#endif
