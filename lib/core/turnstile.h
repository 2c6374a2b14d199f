/* A turnstile: tasks pass it one at a time, in the order of their numbers. It makes a sum over tasks
 * the same whoever computed them: each adds its part when its turn comes.
 *
 * A task waits only for lower numbers, and the pool claims tasks in ascending order, so those it
 * waits for are running or done. */
#ifndef CORE_TURNSTILE_H
#define CORE_TURNSTILE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

typedef struct turnstile {
    pthread_mutex_t mutex;
    pthread_cond_t passed;
    _Atomic int64_t turn;
} turnstile;

void turnstile_begin(turnstile *self);
void turnstile_end(turnstile *self);

/* Return when it is `task`'s turn. */
void turnstile_enter(turnstile *self, int64_t task);

/* Give the turn to the next task. Every task enters and leaves exactly once. */
void turnstile_leave(turnstile *self);

#endif
