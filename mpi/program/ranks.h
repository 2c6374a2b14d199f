/* What the ranks of the program decide together. */
#ifndef MPI_PROGRAM_RANKS_H
#define MPI_PROGRAM_RANKS_H

#include <stdint.h>

typedef struct ranks {
    int rank;
    int count;
} ranks;

/* Initialise MPI, which ends with the program. Returns an exit status. */
int ranks_begin(int *argc, char ***argv, ranks *self);

/* The greatest of the exit statuses of all ranks. What failed has been reported where it failed. */
int ranks_agree(int status);

/* Rank 0's, on all. */
void ranks_follow(int64_t *values, int count);

/* Sums over the ranks, in place. */
void ranks_add(int64_t *values, int64_t count);

/* Threads of this rank. */
typedef struct ranks_threads {
    int32_t answering; /* for its parts */
    int32_t
        driving; /* for the work of rank 0 between requests, while the other ranks of its machine sleep */
} ranks_threads;

/* asked: threads of each rank, or 0: the processors that it may run on, shared with the other ranks of its machine that
 * may run there too. Rank 0 may run on all processors of those ranks afterwards. */
ranks_threads ranks_share_processors(const ranks *self, int32_t asked);

#endif
