/* Waiting awake for what is about to happen, before going to sleep.
 *
 *     for (spin wait = spin_begin(nanoseconds); !happened() && spin_on(&wait);)
 *         ;
 *     if (!happened()) sleep until it has */
#ifndef CORE_SPIN_H
#define CORE_SPIN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

typedef struct spin {
    int64_t nanoseconds; /* at most */
    int64_t begun;       /* when the clock was first read */
    uint32_t turns;
} spin;

static inline int64_t spin_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline spin spin_begin(int64_t nanoseconds)
{
    return (spin){.nanoseconds = nanoseconds};
}

/* Pause; false when the time is up. The clock is read every 32 turns. */
static inline bool spin_on(spin *self)
{
    enum { TURNS = 32 };
    if (self->nanoseconds == 0)
        return false;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
    if (++self->turns % TURNS != 0)
        return true;
    const int64_t now = spin_clock();
    if (self->turns == TURNS)
        self->begun = now;
    return now - self->begun < self->nanoseconds;
}

#endif
