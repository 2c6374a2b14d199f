/* What each part had when it was asked first: a fit over other rows from one request to the next has no minimum. */
#ifndef PARTS_ROLL_H
#define PARTS_ROLL_H

#include "parts/tree.h"

/* The rows of a part, and a digest of its number, labels and weights. */
typedef struct part_entry {
    int64_t rows; /* -1: not asked yet */
    int64_t digest;
} part_entry;

/* Of a part's number each. Zeros, but for the context, to begin with. */
typedef struct part_roll {
    linclass_context *ctx;
    int64_t count;
    int64_t capacity;
    part_entry *entries;
} part_roll;

/* Enter a part that is asked the first time, or compare it with its entry. Errors: FORMAT (it has other rows, labels or
 * weights; in the message of ctx), MEMORY. */
linclass_status part_roll_check(part_roll *self, linclass_context *ctx, const part_node *node);

void part_roll_end(part_roll *self);

#endif
