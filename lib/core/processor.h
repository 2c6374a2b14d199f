/* Which processor a thread runs on, and a move to another. */
#ifndef CORE_PROCESSOR_H
#define CORE_PROCESSOR_H

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

/* Processors this process may run on: the affinity mask, not the machine. */
int processor_count(void);

/* The calling thread's, now; -1 when unknown. */
int processor_current(void);

/* Move the calling thread to another processor of its affinity mask, if there is one; the mask is what
 * it was. Takes some 10 us, and as long as the other processor lets it wait. */
void processor_leave(int processor);

/* A processor that a thread is kept off while it wakes. Zeroed: none. */
typedef struct processor_ban {
    bool active;
    cpu_set_t before; /* the thread's affinity mask */
    cpu_set_t during;
} processor_ban;

/* Keep a sleeping thread off a processor, if its affinity mask has another, until it lifts the ban. Takes
 * 1 or 2 us. A ban that was not lifted is replaced. */
void processor_forbid(processor_ban *self, pthread_t thread, int processor);

/* The calling thread's mask is what it was before the ban, unless somebody else has changed it meanwhile. */
void processor_lift(processor_ban *self);

#endif
