/* A count of what has been done, which threads wait for.
 *
 * In a region of the pool, which claims tasks in ascending order, a task may wait for what tasks of lower numbers
 * count. */
#ifndef CORE_TALLY_H
#define CORE_TALLY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

typedef struct tally {
    pthread_mutex_t mutex;
    pthread_cond_t counted;
    _Atomic int64_t count;
} tally;

/* At 0. */
void tally_begin(tally *self);
void tally_end(tally *self);

/* Count one more. */
void tally_add(tally *self);

/* Wait until at least `count` have been counted. */
void tally_wait(tally *self, int64_t count);

#endif
