/* Names of files with a number in them, such as shard-%d.npy or part-%05d.npy. */
#ifndef MPI_PROGRAM_SHARD_NAMES_H
#define MPI_PROGRAM_SHARD_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Which numbers there are: first, first + 1, ... */
typedef struct shard_numbers {
    int64_t first;
    int64_t count;
} shard_numbers;

/* Whether the name has a %d or a %0Nd, and no other %. */
bool shard_pattern_valid(const char *pattern);
bool shard_pattern_numbered(const char *pattern);

/* Return the name with the number in place of %d, to be freed. pattern: valid, or NULL, for which NULL is returned. */
char *shard_name(const char *pattern, int64_t number);

/* Find the files of a pattern: from 0 or 1 on, as long as there are such files; of a name without %d the one file.
 * Returns an exit status: EXIT_IO where there is none, or one is missing before another. */
int shard_numbers_find(const char *pattern, shard_numbers *found);

#endif
