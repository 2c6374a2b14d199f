/* Results of the tasks of a region, taken in the order of their numbers, so that a sum over them is independent of the
 * threads. Nobody waits for his turn: who finds it not come leaves his result, and it is taken by whoever puts the one
 * before it. So a thread that lost its processor in the middle of a task does not hold up the others at once.
 *
 * A task whose place for results is still in use waits until that is free: for a lower number, and the pool claims
 * tasks in ascending order, so the one it waits for is running or done. */
#ifndef CORE_IN_TURN_H
#define CORE_IN_TURN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What is done with the result of a task, by one thread at a time. */
typedef void (*in_turn_take)(void *argument, void *result);

typedef struct in_turn {
    pthread_mutex_t mutex;
    pthread_cond_t taken;
    _Atomic int64_t turn; /* the task whose result is taken next */
    bool taking;          /* under mutex: a thread takes results */
    int64_t tasks;
    void **results; /* of the tasks, under mutex; NULL: not put yet */
} in_turn;

/* results: room for a pointer a task, used until the end. */
void in_turn_begin(in_turn *self, int64_t tasks, void **results);
void in_turn_end(in_turn *self);

/* Put the result of `task`, not NULL, which is not to be touched until it has been taken. Each task once. */
void in_turn_put(in_turn *self, int64_t task, void *result, in_turn_take take, void *argument);

/* Whether the result of `task` has been taken; true of -1. */
static inline bool in_turn_taken(const in_turn *self, int64_t task)
{
    return atomic_load(&self->turn) > task;
}

/* Wait until it has. */
void in_turn_wait(in_turn *self, int64_t task);

#endif
