/* Spinning for a bounded time before blocking.
 *
 *     for (spin wait = spin_begin(seconds); !happened() && spin_on(&wait);)
 *         ;
 *     if (!happened()) block until it has */
#ifndef CORE_SPIN_H
#define CORE_SPIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/clock.h"

typedef struct spin {
    double seconds; /* at most */
    double begun;   /* when the clock was first read */
    uint32_t turns;
} spin;

static inline spin spin_begin(double seconds)
{
    return (spin){.seconds = seconds};
}

/* Pause. Returns false when the time is up. The clock is read every 32 turns. */
static inline bool spin_on(spin *self)
{
    enum { TURNS = 32 };
    if (self->seconds == 0)
        return false;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
    if (++self->turns % TURNS != 0)
        return true;
    const double now = clock_seconds();
    if (self->turns == TURNS)
        self->begun = now;
    return now - self->begun < self->seconds;
}

#endif
