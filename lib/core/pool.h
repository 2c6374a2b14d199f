/* Worker threads: one parallel region at a time, tasks claimed in order.
 *
 * Started at the first region with more than one task; after fork() the child starts its own.
 * If the system gives fewer threads than asked, the region runs on those there are: results do not
 * depend on the number. Workers block all signals, so that the program's handlers run elsewhere. */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include <linclass/status.h>

#include "core/allocator.h"

typedef struct pool_state pool_state;

typedef struct pool {
    const allocator *allocator;
    pool_state *state; /* NULL: no workers, everything runs on the caller */
} pool;

/* How many workers may take part in a region of `tasks` tasks: their numbers are below it. One task
 * runs on the caller; more may run on any of the pool's threads, also when these are more than tasks. */
static inline int64_t pool_workers(int64_t tasks, int32_t threads)
{
    return tasks < 2 ? 1 : threads;
}

/* Run task number `task` (0 <= task < tasks) on worker number `worker` (0 <= worker < the pool's
 * threads; 0 is the caller). A worker runs one task at a time. */
typedef void (*pool_task)(void *argument, int64_t task, int32_t worker);

/* threads: 1..1024, the caller's included. Starts none yet. Errors: MEMORY. */
linclass_status pool_begin(pool *self, const allocator *source, int32_t threads);

/* Stop and join the workers, free the pool. A zeroed pool is allowed. */
void pool_end(pool *self);

/* Run all tasks, return when all are done. Tasks are claimed in ascending order, so a task may wait
 * for one of a lower number. */
void pool_run(pool *self, int64_t tasks, pool_task run, void *argument);

#endif
