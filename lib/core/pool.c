/* A pool of workers around one parallel region at a time.
 *
 * The region's description (tasks, function, argument) is published under the mutex with a new
 * generation number; workers wait until the generation changes, claim tasks from an atomic counter, and
 * the last one out wakes the caller, who has been claiming too.
 *
 * Whoever waits stays awake for a while before it sleeps on a condition: as long as a solver takes
 * between two sweeps. A sleeper costs more than its wake-up: guests of KVM hold an idle processor for a
 * taken one, and where there are two often put the woken thread on its waker's, behind it, for a time
 * slice or for the whole region. Where more threads than processors were asked for, nobody stays awake.
 */
#include "core/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>
#include <unistd.h>

#include "core/spin.h"

static const double AWAKE_SECONDS = 1e-3;

struct pool_state {
    pthread_mutex_t mutex;
    pthread_cond_t region_begins;
    pthread_cond_t region_ends;
    int32_t threads;     /* workers wanted, the caller included */
    double awake;        /* seconds to wait awake */
    int32_t started;     /* worker threads running (the caller not included) */
    pid_t owner;         /* process that started them */
    bool stopping;       /* under mutex */
    int32_t next_number; /* under mutex: number of the next worker to introduce itself */

    _Atomic uint64_t generation; /* of the region; odd numbers are not special */
    _Atomic int64_t next_task;
    _Atomic int32_t working; /* worker threads that have not left the region */
    int64_t tasks;
    pool_task run;
    void *argument;

    pthread_t handles[];
};

static void claim_tasks(pool_state *state, int32_t worker)
{
    for (;;) {
        const int64_t task = atomic_fetch_add(&state->next_task, 1);
        if (task >= state->tasks)
            return;
        state->run(state->argument, task, worker);
    }
}

/* Wait for a generation other than `seen`; false when the pool is stopping. */
static bool wait_for_region(pool_state *state, uint64_t *seen)
{
    for (spin wait = spin_begin(state->awake);
         atomic_load_explicit(&state->generation, memory_order_relaxed) == *seen && spin_on(&wait);)
        ;
    pthread_mutex_lock(&state->mutex);
    while (atomic_load(&state->generation) == *seen && !state->stopping)
        pthread_cond_wait(&state->region_begins, &state->mutex);
    *seen = atomic_load(&state->generation);
    const bool go_on = !state->stopping;
    pthread_mutex_unlock(&state->mutex);
    return go_on;
}

static void leave_region(pool_state *state)
{
    if (atomic_fetch_sub(&state->working, 1) == 1) {
        pthread_mutex_lock(&state->mutex);
        pthread_cond_signal(&state->region_ends);
        pthread_mutex_unlock(&state->mutex);
    }
}

static void *worker_main(void *argument)
{
    pool_state *state = argument;
    pthread_mutex_lock(&state->mutex);
    const int32_t worker = state->next_number++;
    pthread_mutex_unlock(&state->mutex);
    /* Workers are started before the generation of their first region is published. */
    uint64_t seen = 0;
    while (wait_for_region(state, &seen)) {
        claim_tasks(state, worker);
        leave_region(state);
    }
    return NULL;
}

static void prepare(pool_state *state)
{
    pthread_mutex_init(&state->mutex, NULL);
    pthread_cond_init(&state->region_begins, NULL);
    pthread_cond_init(&state->region_ends, NULL);
    state->started = 0;
    state->next_number = 1;
    state->stopping = false;
    state->owner = getpid();
    atomic_store(&state->generation, 0);
    atomic_store(&state->working, 0);
}

static void start_workers(pool_state *state)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (state->started < state->threads - 1) {
        if (pthread_create(&state->handles[state->started], NULL, worker_main, state) != 0)
            break;
        state->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int32_t pool_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    const int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count;
}

linclass_status pool_begin(pool *self, const allocator *source, int32_t threads)
{
    self->allocator = source;
    self->state = NULL;
    if (threads < 2)
        return LINCLASS_OK;
    const size_t handles = (size_t)(threads - 1) * sizeof(pthread_t);
    pool_state *state = allocator_take_zeroed(source, sizeof *state + handles);
    if (state == NULL)
        return LINCLASS_ERROR_MEMORY;
    state->threads = threads;
    state->awake = threads <= pool_processors() ? AWAKE_SECONDS : 0;
    prepare(state);
    self->state = state;
    return LINCLASS_OK;
}

void pool_end(pool *self)
{
    pool_state *state = self->state;
    if (state == NULL)
        return;
    if (state->owner == getpid()) {
        pthread_mutex_lock(&state->mutex);
        state->stopping = true;
        pthread_cond_broadcast(&state->region_begins);
        pthread_mutex_unlock(&state->mutex);
        for (int32_t i = 0; i < state->started; i++)
            pthread_join(state->handles[i], NULL);
        pthread_cond_destroy(&state->region_ends);
        pthread_cond_destroy(&state->region_begins);
        pthread_mutex_destroy(&state->mutex);
    }
    allocator_give(self->allocator, state);
    self->state = NULL;
}

void pool_run(pool *self, int64_t tasks, pool_task run, void *argument)
{
    pool_state *state = self->state;
    if (tasks < 2 || state == NULL) {
        for (int64_t task = 0; task < tasks; task++)
            run(argument, task, 0);
        return;
    }
    if (state->owner != getpid()) /* after fork(): the workers stayed with the parent */
        prepare(state);
    if (state->started == 0)
        start_workers(state);

    pthread_mutex_lock(&state->mutex);
    state->tasks = tasks;
    state->run = run;
    state->argument = argument;
    atomic_store(&state->next_task, 0);
    atomic_store(&state->working, state->started);
    atomic_fetch_add(&state->generation, 1);
    pthread_cond_broadcast(&state->region_begins);
    pthread_mutex_unlock(&state->mutex);

    claim_tasks(state, 0);

    for (spin wait = spin_begin(state->awake); atomic_load(&state->working) != 0 && spin_on(&wait);)
        ;
    pthread_mutex_lock(&state->mutex);
    while (atomic_load(&state->working) != 0)
        pthread_cond_wait(&state->region_ends, &state->mutex);
    pthread_mutex_unlock(&state->mutex);
}
