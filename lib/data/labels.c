/* Classes from labels: the distinct values of y in order, and each label's place among them.
 *
 * Distinct values. Where the labels span a short range (digits, bytes, small numbers: nearly
 * always), a bit for each value of the range is set and the bits are read off in order: O(m + range
 * / 64). Otherwise labels are collected in a buffer of at least 4096, which is sorted and stripped of
 * repetitions whenever it is full; it doubles when that leaves it more than half full. A pass over
 * the buffer therefore takes in at least half a buffer of new labels: O(m log k) time, O(k) memory,
 * without hashing and without a copy of y.
 *
 * Hazard: max - min overflows int64_t; ranges are taken in uint64_t. */
#include "data/labels.h"

#include <stdbool.h>
#include <string.h>

#include "core/context.h"
#include "core/sort.h"

enum { FIRST_CAPACITY = 4096, SHORT_RANGE = 1 << 20 };

static inline bool is_greater(const void *keys, int64_t a, int64_t b)
{
    (void)keys;
    return a > b;
}

/* Sort, keep one of each; the number kept. */
static int64_t sort_distinct(int64_t *values, int64_t count)
{
    heap_sort(count, values, is_greater, NULL);
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++)
        if (kept == 0 || values[kept - 1] != values[i])
            values[kept++] = values[i];
    return kept;
}

static void extremes(int64_t m, const int64_t *y, int64_t *least, int64_t *greatest)
{
    int64_t low = y[0];
    int64_t high = y[0];
    for (int64_t i = 1; i < m; i++) {
        low = y[i] < low ? y[i] : low;
        high = y[i] > high ? y[i] : high;
    }
    *least = low;
    *greatest = high;
}

/* The distinct values of y, all within least..least+range. */
static linclass_status classes_by_bits(linclass_context *ctx, int64_t m, const int64_t *y,
                                       int64_t least, uint64_t range, int64_t **classes, int64_t *k)
{
    const size_t words = range / 64 + 1;
    void *taken;
    linclass_status status =
        context_allocate(ctx, words * sizeof(uint64_t), "the set of labels", &taken);
    if (status != LINCLASS_OK)
        return status;
    uint64_t *const present = memset(taken, 0, words * sizeof(uint64_t));
    for (int64_t i = 0; i < m; i++) {
        const uint64_t place = (uint64_t)y[i] - (uint64_t)least;
        present[place / 64] |= UINT64_C(1) << place % 64;
    }
    int64_t count = 0;
    for (size_t word = 0; word < words; word++)
        count += __builtin_popcountll(present[word]);
    status = context_allocate_array(ctx, count, sizeof(int64_t), "classes", &taken);
    if (status == LINCLASS_OK) {
        *classes = taken;
        *k = 0;
        for (size_t word = 0; word < words; word++)
            for (uint64_t left = present[word]; left != 0; left &= left - 1)
                (*classes)[(*k)++] = least + (int64_t)(word * 64 + (size_t)__builtin_ctzll(left));
    }
    context_release(ctx, present);
    return status;
}

/* values, of *capacity, doubled. */
static linclass_status grow(linclass_context *ctx, int64_t **values, int64_t *capacity)
{
    void *taken;
    const linclass_status status =
        context_allocate_array(ctx, *capacity, 2 * sizeof **values, "classes", &taken);
    if (status != LINCLASS_OK)
        return status;
    memcpy(taken, *values, (size_t)*capacity * sizeof **values);
    context_release(ctx, *values);
    *values = taken;
    *capacity *= 2;
    return LINCLASS_OK;
}

static linclass_status classes_by_sorting(linclass_context *ctx, int64_t m, const int64_t *y,
                                          int64_t **classes, int64_t *k)
{
    int64_t capacity = FIRST_CAPACITY;
    int64_t count = 0;
    void *taken;
    linclass_status status =
        context_allocate_array(ctx, capacity, sizeof(int64_t), "classes", &taken);
    if (status != LINCLASS_OK)
        return status;
    int64_t *values = taken;
    for (int64_t i = 0; i < m && status == LINCLASS_OK; i++) {
        if (count == capacity) {
            count = sort_distinct(values, count);
            if (count > capacity / 2)
                status = grow(ctx, &values, &capacity);
        }
        values[count++] = y[i];
    }
    if (status != LINCLASS_OK) {
        context_release(ctx, values);
        return status;
    }
    *classes = values;
    *k = sort_distinct(values, count);
    return LINCLASS_OK;
}

linclass_status labels_classes(linclass_context *ctx, int64_t m, const int64_t *y,
                               int64_t **classes, int64_t *k)
{
    *classes = NULL;
    *k = 0;
    int64_t least = 0;
    int64_t greatest = 0;
    if (m > 0)
        extremes(m, y, &least, &greatest);
    const uint64_t range = (uint64_t)greatest - (uint64_t)least;
    if (m > 0 && range < SHORT_RANGE)
        return classes_by_bits(ctx, m, y, least, range, classes, k);
    return classes_by_sorting(ctx, m, y, classes, k);
}

static linclass_status fail_unknown(linclass_context *ctx, const char *name, int64_t index,
                                    int64_t label, int64_t k)
{
    return context_fail(ctx, LINCLASS_ERROR_LABEL, "%s[%lld] is %lld, none of the %lld classes",
                        name, (long long)index, (long long)label, (long long)k);
}

/* Index of the last class <= label, or 0 when there is none; k >= 1. No branch to mispredict. */
static int64_t find(int64_t k, const int64_t *classes, int64_t label)
{
    const int64_t *base = classes;
    for (int64_t length = k; length > 1; length -= length / 2)
        base += base[length / 2] <= label ? length / 2 : 0;
    return base - classes;
}

linclass_status labels_encode(linclass_context *ctx, const char *name, int64_t m, const int64_t *y,
                              int64_t k, const int64_t *classes, int64_t *encoded)
{
    if (m > 0 && k == 0)
        return fail_unknown(ctx, name, 0, y[0], 0);
    for (int64_t i = 0; i < m; i++) {
        const int64_t label = y[i];
        /* Classes are consecutive more often than not. */
        const uint64_t place = (uint64_t)label - (uint64_t)classes[0];
        const int64_t index = place < (uint64_t)k && classes[place] == label
                                  ? (int64_t)place
                                  : find(k, classes, label);
        if (classes[index] != label)
            return fail_unknown(ctx, name, i, label, k);
        if (encoded != NULL)
            encoded[i] = index;
    }
    return LINCLASS_OK;
}

linclass_status labels_check(linclass_context *ctx, int64_t m, int64_t k, const int64_t *y)
{
    bool outside = false;
    for (int64_t i = 0; i < m; i++)
        outside |= (uint64_t)y[i] >= (uint64_t)k;
    for (int64_t i = 0; outside && i < m; i++)
        if ((uint64_t)y[i] >= (uint64_t)k)
            return context_fail(ctx, LINCLASS_ERROR_LABEL, "y[%lld] is %lld, outside 0..%lld",
                                (long long)i, (long long)y[i], (long long)(k - 1));
    return LINCLASS_OK;
}
