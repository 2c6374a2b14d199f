/* How long the threads of a pool spin before they block: as long as is worthwhile while a processor would
 * otherwise be idle, and hardly at all while other programs compete for it. */
#ifndef CORE_AWAKE_H
#define CORE_AWAKE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/contention.h"

typedef struct awake {
    double seconds;                  /* at most; 0: no spinning */
    _Atomic double contention_until; /* by clock_seconds() */
} awake;

void awake_begin(awake *self, double seconds);

/* Check whether the calling thread has lost its processor; all threads of the pool then take that into
 * account for a while. own: that of the thread. */
void awake_look(awake *self, contention *own);

/* Return whether one of the threads has lost its processor recently. */
bool awake_in_contention(const awake *self);

/* Return how long the calling thread should spin now. Calls awake_look if the last call was long ago. */
double awake_seconds(awake *self, contention *own);

#endif
