/* A pool of workers around one parallel region at a time.
 *
 * A region is open until its last task is claimed. Workers join an open region, claim tasks from an
 * atomic counter, and leave; the caller claims too, and waits only for workers that have joined. One
 * that is asleep, or waits for a processor, holds nobody up: the others do its share.
 *
 * Waiters spin briefly before they block on a condition variable: as long as a solver takes
 * between two sweeps. A sleeper costs more than its wake-up: guests of KVM hold an idle processor for a
 * taken one, and where there are two often put the woken thread on its waker's, behind it, for a time
 * slice or for the whole region. So the waker's processor is forbidden to it while it wakes; its affinity mask
 * is as it was before it works.
 *
 * That is for processors that would otherwise be idle. Where other programs compute, who waits awake
 * uses up its time slice and is then not there when it is needed. So nobody stays awake where more
 * threads than processors were asked for, or for a tenth of a second after one of the pool's threads was
 * found to have lost its processor; and then sleepers are woken only for regions that last. */
#include "core/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "core/awake.h"
#include "core/clock.h"
#include "core/processor.h"
#include "core/spin.h"

static const double AWAKE_SECONDS = 1e-3;
/* A region lasts that is not done after so long: ten times what it takes to wake a thread. */
static const double LASTING_SECONDS = 50e-6;

/* A region in one word: its number, whether all its tasks are claimed, whether the caller sleeps until
 * the workers have left, and how many are in it. */
static const uint64_t INSIDE = 0xffff;
static const uint64_t CLOSED = 0x10000;
static const uint64_t AWAITED = 0x20000;
static const int NUMBER_SHIFT = 18;

/* Threads introduce themselves in any order: the worker of a number need not be the thread that was
 * started as that one. */
typedef struct pool_worker {
    pthread_t started; /* to be joined */
    pthread_t thread;  /* of the worker with this number, once it has introduced itself */
    bool asleep;       /* under mutex: in need of region_begins */
    processor_ban ban; /* set by who wakes a sleeper, under mutex; lifted by the worker */
} pool_worker;

struct pool_state {
    pthread_mutex_t mutex;
    pthread_cond_t region_begins;
    pthread_cond_t region_ends;
    int32_t threads;     /* workers wanted, the caller included */
    int32_t started;     /* worker threads running (the caller not included) */
    pid_t owner;         /* process that started them */
    int32_t next_number; /* under mutex: number of the next worker to introduce itself */
    _Atomic bool stopping;
    _Atomic int32_t sleepers; /* workers in need of region_begins */
    awake awake;
    contention caller;
    _Atomic int caller_processor; /* where the caller opened the region; -1: unknown */

    alignas(64) _Atomic uint64_t region;
    alignas(64) _Atomic int64_t next_task;
    int64_t tasks;
    pool_task run;
    void *argument;

    pool_worker workers[];
};

/* Run the next task; false when all are claimed. */
static bool claim_task(pool_state *state, int32_t worker)
{
    const int64_t task = atomic_fetch_add(&state->next_task, 1);
    if (task >= state->tasks) {
        atomic_fetch_or(&state->region, CLOSED);
        return false;
    }
    state->run(state->argument, task, worker);
    return true;
}

/* Whether the region is open to a worker that was in region `seen` last. */
static bool may_join(uint64_t region, uint64_t seen)
{
    return (region & CLOSED) == 0 && region >> NUMBER_SHIFT != seen;
}

static bool join_region(pool_state *state, uint64_t *seen)
{
    uint64_t region = atomic_load(&state->region);
    while (may_join(region, *seen)) {
        if (atomic_compare_exchange_weak(&state->region, &region, region + 1)) {
            *seen = region >> NUMBER_SHIFT;
            return true;
        }
    }
    return false;
}

static void leave_region(pool_state *state)
{
    const uint64_t before = atomic_fetch_sub(&state->region, 1);
    if ((before & INSIDE) == 1 && (before & AWAITED) != 0) {
        pthread_mutex_lock(&state->mutex);
        pthread_cond_signal(&state->region_ends);
        pthread_mutex_unlock(&state->mutex);
    }
}

/* Counted among the sleepers before it looks a last time: a caller that opens a region either is seen
 * here or sees the count. */
static void sleep_until_region(pool_state *state, pool_worker *self, uint64_t seen)
{
    pthread_mutex_lock(&state->mutex);
    atomic_fetch_add(&state->sleepers, 1);
    self->asleep = true;
    while (!may_join(atomic_load(&state->region), seen) && !atomic_load(&state->stopping))
        pthread_cond_wait(&state->region_begins, &state->mutex);
    self->asleep = false;
    atomic_fetch_sub(&state->sleepers, 1);
    pthread_mutex_unlock(&state->mutex);
    processor_lift(&self->ban);
}

/* A worker on the caller's processor only takes turns with the caller: one that slept through its waking,
 * or where the waker has moved since. */
static void leave_to_caller(const pool_state *state)
{
    const int taken = atomic_load_explicit(&state->caller_processor, memory_order_relaxed);
    if (taken >= 0 && processor_current() == taken)
        processor_leave(taken);
}

/* Wait for a region other than `seen` and join it; false when the pool is stopping. */
static bool wait_for_region(pool_state *state, pool_worker *self, uint64_t *seen, contention *own)
{
    for (;;) {
        for (spin wait = spin_begin(awake_seconds(&state->awake, own));
             !may_join(atomic_load_explicit(&state->region, memory_order_relaxed), *seen) &&
             !atomic_load_explicit(&state->stopping, memory_order_relaxed) && spin_on(&wait);)
            ;
        if (join_region(state, seen))
            return true;
        if (atomic_load(&state->stopping))
            return false;
        awake_look(&state->awake, own);
        sleep_until_region(state, self, *seen);
        leave_to_caller(state);
        contention_begin(own);
    }
}

static void *worker_main(void *argument)
{
    pool_state *state = argument;
    pthread_mutex_lock(&state->mutex);
    const int32_t worker = state->next_number++;
    pool_worker *self = &state->workers[worker - 1];
    self->thread = pthread_self();
    pthread_mutex_unlock(&state->mutex);
    /* Workers are started before their first region is opened. */
    uint64_t seen = 0;
    contention own;
    contention_begin(&own);
    while (wait_for_region(state, self, &seen, &own)) {
        while (claim_task(state, worker))
            ;
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
    state->owner = getpid();
    memset(state->workers, 0, (size_t)(state->threads - 1) * sizeof state->workers[0]);
    atomic_store(&state->stopping, false);
    atomic_store(&state->sleepers, 0);
    awake_begin(&state->awake, state->threads <= processor_count() ? AWAKE_SECONDS : 0);
    atomic_store(&state->region, CLOSED);
    atomic_store(&state->caller_processor, -1);
    contention_begin(&state->caller);
}

static void start_workers(pool_state *state)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (state->started < state->threads - 1) {
        if (pthread_create(&state->workers[state->started].started, NULL, worker_main, state) != 0)
            break;
        state->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

linclass_status pool_begin(pool *self, const allocator *source, int32_t threads)
{
    assert(threads >= 1 && threads <= 1024);
    self->allocator = source;
    self->state = NULL;
    if (threads < 2)
        return LINCLASS_OK;
    const size_t workers = (size_t)(threads - 1) * sizeof(pool_worker);
    pool_state *state = allocator_take_zeroed(source, sizeof *state + workers);
    if (state == NULL)
        return LINCLASS_ERROR_MEMORY;
    state->threads = threads;
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
        atomic_store(&state->stopping, true);
        pthread_cond_broadcast(&state->region_begins);
        pthread_mutex_unlock(&state->mutex);
        for (int32_t i = 0; i < state->started; i++)
            pthread_join(state->workers[i].started, NULL);
        pthread_cond_destroy(&state->region_ends);
        pthread_cond_destroy(&state->region_begins);
        pthread_mutex_destroy(&state->mutex);
    }
    allocator_give(self->allocator, state);
    self->state = NULL;
}

/* Open a region. */
static void open_region(pool_state *state, int64_t tasks, pool_task run, void *argument)
{
    state->tasks = tasks;
    state->run = run;
    state->argument = argument;
    atomic_store(&state->next_task, 0);
    atomic_store_explicit(&state->caller_processor, processor_current(), memory_order_relaxed);
    const uint64_t number = (atomic_load(&state->region) >> NUMBER_SHIFT) + 1;
    atomic_store(&state->region, number << NUMBER_SHIFT);
}

/* Not onto the processor of who wakes them: a worker that waits there for its turn cannot move itself
 * away before the scheduler's next tick, which is milliseconds. */
static void wake_workers(pool_state *state)
{
    if (atomic_load(&state->sleepers) == 0)
        return;
    pthread_mutex_lock(&state->mutex);
    const int own = processor_current();
    for (int32_t i = 0; i < state->started; i++)
        if (state->workers[i].asleep)
            processor_forbid(&state->workers[i].ban, state->workers[i].thread, own);
    pthread_cond_broadcast(&state->region_begins);
    pthread_mutex_unlock(&state->mutex);
}

/* The caller's part: tasks, until all are claimed. */
static void work_as_caller(pool_state *state)
{
    bool woken = !awake_in_contention(&state->awake);
    if (woken)
        wake_workers(state);
    const double begun = clock_seconds();
    while (claim_task(state, 0)) {
        if (!woken && clock_seconds() - begun > LASTING_SECONDS) {
            wake_workers(state);
            woken = true;
        }
    }
}

static bool all_left(pool_state *state)
{
    return (atomic_load(&state->region) & INSIDE) == 0;
}

static void wait_until_all_left(pool_state *state)
{
    if (all_left(state))
        return;
    for (spin wait = spin_begin(awake_seconds(&state->awake, &state->caller));
         !all_left(state) && spin_on(&wait);)
        ;
    if (all_left(state))
        return;
    awake_look(&state->awake, &state->caller);
    pthread_mutex_lock(&state->mutex);
    atomic_fetch_or(&state->region, AWAITED);
    while (!all_left(state))
        pthread_cond_wait(&state->region_ends, &state->mutex);
    pthread_mutex_unlock(&state->mutex);
    contention_begin(&state->caller);
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

    open_region(state, tasks, run, argument);
    work_as_caller(state);
    wait_until_all_left(state);
}
