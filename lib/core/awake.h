/* For how long the threads of a pool wait awake: as long as pays where a processor would otherwise be
 * idle, hardly at all while other programs want it. */
#ifndef CORE_AWAKE_H
#define CORE_AWAKE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/contention.h"

typedef struct awake {
    double seconds;                  /* at most; 0: nobody waits awake */
    _Atomic double contention_until; /* by clock_seconds() */
} awake;

void awake_begin(awake *self, double seconds);

/* Look whether the calling thread has lost its processor; all threads of the pool then remember it for a
 * while. own: the thread's. */
void awake_look(awake *self, contention *own);

/* Whether one of the threads has lost its processor lately. */
bool awake_in_contention(const awake *self);

/* For how long the calling thread is to wait awake now. Looks, when the last look was long ago. */
double awake_seconds(awake *self, contention *own);

#endif
