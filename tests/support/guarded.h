/* Matrices that catch what must not be touched.
 *
 * A guarded matrix ends, to the byte, at a page that may not be accessed: reading or writing past
 * its last element kills the test. Everything before it and the padding between its rows is filled
 * with bytes 0xff, a NaN in both precisions and -1 as a label: a read of the padding poisons the
 * result, and a write is seen by guarded_intact. */
#ifndef SUPPORT_GUARDED_H
#define SUPPORT_GUARDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct guarded {
    void *data; /* element (0, 0), aligned for its type; not NULL even when there are no elements */
    int64_t rows;
    int64_t cols;
    int64_t ld;
    size_t element; /* bytes of one */
    unsigned char *map;
    size_t map_bytes;
} guarded;

/* rows x cols elements of `element` bytes with leading dimension ld, all bytes 0xff. */
guarded guarded_new(int64_t rows, int64_t cols, int64_t ld, size_t element);

void guarded_free(guarded *self);

/* Whether the bytes before the matrix and between its rows are as they were. */
bool guarded_intact(const guarded *self);

/* All elements again 0xff: what an output holds before a call. */
void guarded_poison(guarded *self);

/* Whether every element is as guarded_poison left it. */
bool guarded_untouched(const guarded *self);

#endif
