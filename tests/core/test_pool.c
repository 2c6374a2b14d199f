/* The worker pool: every task once, claimed in ascending order, by workers of their own numbers; for
 * 1 to 16 threads, many regions, pools inside pools and in several threads at once. Assertions are
 * made on the thread that runs the test, after the region. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "core/pool.h"
#include "support/failing_allocator.h"

enum { MAX_THREADS = 16, MAX_TASKS = 1000 };

static allocator heap;

static int begin(void **state)
{
    (void)state;
    heap = allocator_default();
    return 0;
}

typedef struct record {
    atomic_int runs[MAX_TASKS];     /* of each task */
    int64_t last_task[MAX_THREADS]; /* of each worker */
    atomic_int inside[MAX_THREADS]; /* tasks the worker is running */
    atomic_int out_of_order;        /* a worker claimed a lower task after a higher one */
    atomic_int wrong_worker;        /* number out of range, or two tasks at once */
    int32_t threads;
} record;

static void record_begin(record *self, int32_t threads)
{
    memset(self, 0, sizeof *self);
    self->threads = threads;
    for (int i = 0; i < MAX_THREADS; i++)
        self->last_task[i] = -1;
}

static void note_task(void *argument, int64_t task, int32_t worker)
{
    record *self = argument;
    atomic_fetch_add(&self->runs[task], 1);
    if (worker < 0 || worker >= self->threads) {
        atomic_fetch_add(&self->wrong_worker, 1);
        return;
    }
    if (atomic_fetch_add(&self->inside[worker], 1) != 0)
        atomic_fetch_add(&self->wrong_worker, 1);
    if (task <= self->last_task[worker])
        atomic_fetch_add(&self->out_of_order, 1);
    self->last_task[worker] = task;
    atomic_fetch_sub(&self->inside[worker], 1);
}

static void check_record(const record *self, int64_t tasks)
{
    for (int64_t task = 0; task < MAX_TASKS; task++)
        assert_int_equal(self->runs[task], task < tasks);
    assert_int_equal(self->out_of_order, 0);
    assert_int_equal(self->wrong_worker, 0);
}

static void every_task_runs_once(void **state)
{
    (void)state;
    const int64_t tasks[] = {0, 1, 2, 3, 7, 16, 17, 100, MAX_TASKS};
    for (int32_t threads = 1; threads <= MAX_THREADS; threads++) {
        pool workers;
        assert_int_equal(pool_begin(&workers, &heap, threads), LINCLASS_OK);
        for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) {
            record seen;
            record_begin(&seen, threads);
            pool_run(&workers, tasks[i], note_task, &seen);
            check_record(&seen, tasks[i]);
        }
        pool_end(&workers);
    }
}

typedef struct chain {
    atomic_int done[MAX_TASKS];
} chain;

/* Wait for the task before this one. */
static void wait_for_predecessor(void *argument, int64_t task, int32_t worker)
{
    chain *self = argument;
    (void)worker;
    while (task > 0 && atomic_load(&self->done[task - 1]) == 0)
        (void)sched_yield();
    atomic_store(&self->done[task], 1);
}

/* Ends only because tasks are claimed in ascending order. */
static void task_may_wait_for_a_lower_one(void **state)
{
    (void)state;
    for (int32_t threads = 1; threads <= MAX_THREADS; threads += 3) {
        pool workers;
        chain links = {{0}};
        assert_int_equal(pool_begin(&workers, &heap, threads), LINCLASS_OK);
        pool_run(&workers, 200, wait_for_predecessor, &links);
        for (int i = 0; i < 200; i++)
            assert_int_equal(links.done[i], 1);
        pool_end(&workers);
    }
}

static void add_task_number(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    atomic_fetch_add((_Atomic int64_t *)argument, task + 1);
}

static void many_regions_one_after_the_other(void **state)
{
    (void)state;
    pool workers;
    _Atomic int64_t sum = 0;
    assert_int_equal(pool_begin(&workers, &heap, 4), LINCLASS_OK);
    for (int region = 0; region < 3000; region++)
        pool_run(&workers, 5, add_task_number, &sum);
    assert_int_equal(sum, 3000 * 15);
    pool_end(&workers);
}

static void run_a_pool_of_its_own(void *argument, int64_t task, int32_t worker)
{
    (void)task;
    (void)worker;
    pool inner;
    if (pool_begin(&inner, &heap, 3) != LINCLASS_OK)
        return;
    pool_run(&inner, 10, add_task_number, argument);
    pool_end(&inner);
}

static void pool_inside_a_task_of_another(void **state)
{
    (void)state;
    pool workers;
    _Atomic int64_t sum = 0;
    assert_int_equal(pool_begin(&workers, &heap, 3), LINCLASS_OK);
    pool_run(&workers, 20, run_a_pool_of_its_own, &sum);
    assert_int_equal(sum, 20 * 55);
    pool_end(&workers);
}

static void *run_pools(void *argument)
{
    pool workers;
    if (pool_begin(&workers, &heap, 3) != LINCLASS_OK)
        return NULL;
    for (int region = 0; region < 200; region++)
        pool_run(&workers, 10, add_task_number, argument);
    pool_end(&workers);
    return NULL;
}

static void pools_of_several_threads(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    pthread_t handles[THREADS];
    _Atomic int64_t sums[THREADS] = {0};
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&handles[i], NULL, run_pools, &sums[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(handles[i], NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(sums[i], 200 * 55);
}

/* Each worker, and the caller, adds one when SIGUSR1 is blocked in it. Tasks wait for each other, so
 * that every worker gets one. */
typedef struct mask_check {
    atomic_int arrived;
    atomic_int blocked;
    int32_t threads;
} mask_check;

static void look_at_the_signal_mask(void *argument, int64_t task, int32_t worker)
{
    mask_check *self = argument;
    (void)task;
    sigset_t mask;
    if (worker != 0 && pthread_sigmask(SIG_BLOCK, NULL, &mask) == 0 &&
        sigismember(&mask, SIGUSR1) == 1)
        atomic_fetch_add(&self->blocked, 1);
    atomic_fetch_add(&self->arrived, 1);
    while (atomic_load(&self->arrived) < self->threads)
        (void)sched_yield();
}

static void signals_stay_with_the_program(void **state)
{
    (void)state;
    pool workers;
    mask_check seen = {.threads = 3};
    sigset_t before;
    sigset_t after;
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &before), 0);
    assert_int_equal(pool_begin(&workers, &heap, 3), LINCLASS_OK);
    pool_run(&workers, 3, look_at_the_signal_mask, &seen);
    pool_end(&workers);
    assert_int_equal(seen.blocked, 2);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &after), 0);
    assert_int_equal(sigismember(&before, SIGUSR1), sigismember(&after, SIGUSR1));
}

static void memory_goes_back_and_may_fail(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    const linclass_context_options options = failing_allocator_options(&memory, 1);
    const allocator source = {options.allocate, options.release, options.user};
    pool workers;
    _Atomic int64_t sum = 0;
    assert_int_equal(pool_begin(&workers, &source, 4), LINCLASS_OK);
    pool_run(&workers, 10, add_task_number, &sum);
    pool_end(&workers);
    assert_int_equal(memory.live, 0);
    failing_allocator_fail_at(&memory, 1);
    assert_int_equal(pool_begin(&workers, &source, 4), LINCLASS_ERROR_MEMORY);
    assert_null(workers.state);
    pool_end(&workers);
}

static void pool_that_never_ran_and_zeroed_pool(void **state)
{
    (void)state;
    pool workers;
    assert_int_equal(pool_begin(&workers, &heap, 8), LINCLASS_OK);
    pool_end(&workers);
    memset(&workers, 0, sizeof workers);
    _Atomic int64_t sum = 0;
    pool_run(&workers, 10, add_task_number, &sum);
    assert_int_equal(sum, 55);
    pool_end(&workers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_runs_once),
        cmocka_unit_test(task_may_wait_for_a_lower_one),
        cmocka_unit_test(many_regions_one_after_the_other),
        cmocka_unit_test(pool_inside_a_task_of_another),
        cmocka_unit_test(pools_of_several_threads),
        cmocka_unit_test(signals_stay_with_the_program),
        cmocka_unit_test(memory_goes_back_and_may_fail),
        cmocka_unit_test(pool_that_never_ran_and_zeroed_pool),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
