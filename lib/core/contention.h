/* Whether a thread competes for its processor: how long it was ready to run and did not.
 *
 *     contention seen;
 *     contention_begin(&seen);
 *     ...                                    the thread works, or waits awake
 *     if (contention_found(&seen, now)) ...  another thread had its processor meanwhile
 *
 * Reading costs two system calls, 0.4 to 0.8 us. The processor time that getrusage() gives is as old as
 * the scheduler's last tick, hence the clock. */
#ifndef CORE_CONTENTION_H
#define CORE_CONTENTION_H

#include <stdbool.h>
#include <sys/resource.h>
#include <time.h>

#include "core/clock.h"

typedef struct contention {
    double since;     /* when it was last read, by clock_seconds() */
    double processor; /* processor time of the thread by then, seconds */
    long sleeps;      /* how often the thread had given its processor up by itself */
} contention;

static inline contention contention_read(double now)
{
    contention read = {.since = now};
    struct timespec processor;
    struct rusage used;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &processor) == 0)
        read.processor = (double)processor.tv_sec + 1e-9 * (double)processor.tv_nsec;
    if (getrusage(RUSAGE_THREAD, &used) == 0)
        read.sleeps = used.ru_nvcsw;
    return read;
}

static inline void contention_begin(contention *self)
{
    *self = contention_read(clock_seconds());
}

/* Whether the calling thread lost its processor for half a millisecond or more since the last reading;
 * this is the next reading. A time in which the thread also slept says nothing: false. */
static inline bool contention_found(contention *self, double now)
{
    static const double LOST_SECONDS = 0.5e-3;
    const contention before = *self;
    *self = contention_read(now);
    return self->sleeps == before.sleeps &&
           (now - before.since) - (self->processor - before.processor) > LOST_SECONDS;
}

#endif
