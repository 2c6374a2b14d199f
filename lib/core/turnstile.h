/* A turnstile: tasks pass it one at a time, in the order of their numbers. A sum over tasks is then
 * independent of the threads that ran them: each task adds its part when its turn comes.
 *
 * A task waits only for lower numbers, and the pool claims tasks in ascending order, so those it
 * waits for are running or done. */
#ifndef CORE_TURNSTILE_H
#define CORE_TURNSTILE_H

#include <stdint.h>

#include "core/tally.h"

typedef struct turnstile {
    tally passed; /* whose turn it is */
} turnstile;

void turnstile_begin(turnstile *self);
void turnstile_end(turnstile *self);

/* Wait until it is the turn of `task`. */
void turnstile_enter(turnstile *self, int64_t task);

/* Pass the turn to the next task. Every task enters and leaves exactly once. */
void turnstile_leave(turnstile *self);

#endif
