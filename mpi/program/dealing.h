/* Which rows of which files make a part, and which rank has it. */
#ifndef MPI_PROGRAM_DEALING_H
#define MPI_PROGRAM_DEALING_H

#include <stdint.h>

/* Rows first, first + 1, ... of a shard. */
typedef struct dealt_part {
    int64_t shard;
    int64_t first;
    int64_t rows;
    int64_t before; /* rows of all parts before it */
} dealt_part;

/* Cut shards of so many rows into `wanted` parts in all, as even as can be, at least one of each shard that has rows:
 * no part has rows of two. It depends on the rows alone. Returns the parts, to be freed, *count of them. */
dealt_part *dealing_parts(int64_t shards, const int64_t *rows, int64_t wanted, int64_t *count);

/* The rank that has a part of `count`: neighbours, with about as many rows as others have. */
int dealing_rank(const dealt_part *parts, int64_t count, int64_t part, int ranks);

#endif
