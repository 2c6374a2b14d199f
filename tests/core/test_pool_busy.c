/* Pools where processors are contended: beside processes that only compute, on one processor, and with
 * more threads than processors. Every task runs once, sums in a turnstile, or of results taken in turn, have their
 * order, and nothing waits for ever, whoever is kept waiting for a processor. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/in_turn.h"
#include "core/pool.h"
#include "core/processor.h"
#include "core/turnstile.h"

enum { TASKS = 24, REGIONS = 400, BUSY = 4 };

static allocator heap;

typedef struct ordered_sum {
    turnstile in_order;
    int64_t last; /* task that passed; written inside the turnstile */
    int64_t out_of_order;
    uint64_t sum;
} ordered_sum;

/* Of different lengths, so that tasks overtake each other. */
static uint64_t work(int64_t task)
{
    uint64_t value = (uint64_t)task + 1;
    for (int64_t i = 0; i < 300 * (1 + task % 5); i++)
        value = value * 6364136223846793005u + 1442695040888963407u;
    return value;
}

static void add_in_order(void *argument, int64_t task, int32_t worker)
{
    ordered_sum *self = argument;
    (void)worker;
    const uint64_t value = work(task);
    turnstile_enter(&self->in_order, task);
    self->out_of_order += self->last != task - 1;
    self->last = task;
    self->sum = self->sum * 31 + value;
    turnstile_leave(&self->in_order);
}

static uint64_t run_region(pool *workers)
{
    ordered_sum self = {.last = -1};
    turnstile_begin(&self.in_order);
    pool_run(workers, TASKS, add_in_order, &self);
    turnstile_end(&self.in_order);
    assert_int_equal(self.last, TASKS - 1);
    assert_int_equal(self.out_of_order, 0);
    return self.sum;
}

enum { MOST_THREADS = 1024 };

typedef struct task_result {
    int64_t task;
    uint64_t value;
} task_result;

typedef struct sum_in_turn {
    in_turn in_order;
    void *results[TASKS];
    task_result
        places[MOST_THREADS]; /* one a worker: it waits until its last result has been taken */
    int64_t last;
    int64_t out_of_order;
    uint64_t sum;
} sum_in_turn;

static void add_result(void *argument, void *added)
{
    sum_in_turn *self = argument;
    const task_result *result = added;
    self->out_of_order += self->last != result->task - 1;
    self->last = result->task;
    self->sum = self->sum * 31 + result->value;
}

static void put_in_turn(void *argument, int64_t task, int32_t worker)
{
    sum_in_turn *self = argument;
    task_result *place = &self->places[worker];
    in_turn_wait(&self->in_order, place->task);
    *place = (task_result){task, work(task)};
    in_turn_put(&self->in_order, task, place, add_result, self);
}

static uint64_t run_region_in_turn(pool *workers)
{
    sum_in_turn self = {.last = -1};
    for (int i = 0; i < MOST_THREADS; i++)
        self.places[i].task = -1;
    in_turn_begin(&self.in_order, TASKS, self.results);
    pool_run(workers, TASKS, put_in_turn, &self);
    in_turn_end(&self.in_order);
    assert_int_equal(self.last, TASKS - 1);
    assert_int_equal(self.out_of_order, 0);
    return self.sum;
}

static void same_sums_with(int32_t threads)
{
    pool alone;
    pool workers;
    assert_int_equal(pool_begin(&alone, &heap, 1), LINCLASS_OK);
    assert_int_equal(pool_begin(&workers, &heap, threads), LINCLASS_OK);
    const uint64_t expected = run_region(&alone);
    for (int region = 0; region < REGIONS; region++) {
        assert_int_equal(run_region(&workers), expected);
        assert_int_equal(run_region_in_turn(&workers), expected);
        if (region % 50 == 49)
            (void)usleep(2000); /* workers fall asleep */
    }
    pool_end(&workers);
    pool_end(&alone);
}

static void compute_until_killed(pid_t parent)
{
    while (getppid() == parent)
        for (volatile int i = 0; i < 1000000; i = i + 1)
            ;
    _exit(0);
}

static void beside_busy_processes(void **state)
{
    (void)state;
    pid_t busy[BUSY];
    const pid_t parent = getpid();
    for (int i = 0; i < BUSY; i++) {
        busy[i] = fork();
        assert_true(busy[i] >= 0);
        if (busy[i] == 0)
            compute_until_killed(parent);
    }
    for (int32_t threads = 2; threads <= 4; threads++)
        same_sums_with(threads);
    for (int i = 0; i < BUSY; i++) {
        (void)kill(busy[i], SIGKILL);
        assert_int_equal(waitpid(busy[i], NULL, 0), busy[i]);
    }
}

static void more_threads_than_processors(void **state)
{
    (void)state;
    same_sums_with(3 * processor_count() + 1);
}

/* All threads on the caller's processor: who waits awake there keeps from running whom it waits for. */
static void all_on_one_processor(void **state)
{
    (void)state;
    cpu_set_t before;
    cpu_set_t one;
    pool workers;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_int_equal(pool_begin(&workers, &heap, 2), LINCLASS_OK);
    const uint64_t expected = run_region(&workers);
    CPU_ZERO(&one);
    CPU_SET(processor_current(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    for (int region = 0; region < REGIONS; region++)
        assert_int_equal(run_region(&workers), expected);
    assert_int_equal(run_region_in_turn(&workers), expected);
    same_sums_with(2);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    pool_end(&workers);
}

static void a_thread_that_leaves_its_processor(void **state)
{
    (void)state;
    cpu_set_t before;
    cpu_set_t after;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    processor_leave(processor_current());
    processor_leave(-1);
    processor_leave(CPU_SETSIZE);
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
}

typedef struct sleeper {
    pthread_barrier_t awake;
    processor_ban ban;
    cpu_set_t before;
    cpu_set_t during;
    cpu_set_t after;
} sleeper;

static void *sleep_under_ban(void *argument)
{
    sleeper *self = argument;
    (void)sched_getaffinity(0, sizeof self->before, &self->before);
    (void)pthread_barrier_wait(&self->awake);
    (void)pthread_barrier_wait(&self->awake); /* banned */
    (void)sched_getaffinity(0, sizeof self->during, &self->during);
    processor_lift(&self->ban);
    (void)sched_getaffinity(0, sizeof self->after, &self->after);
    return NULL;
}

/* The masks of a thread that is kept off `first` and then off `second`, and sets its mask to `only` of its own
 * accord if that is >= 0. */
static sleeper masks_of_banned(int first, int second, int only)
{
    sleeper self = {.ban = {.active = false}};
    pthread_t thread;
    assert_int_equal(pthread_barrier_init(&self.awake, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, sleep_under_ban, &self), 0);
    (void)pthread_barrier_wait(&self.awake);
    processor_forbid(&self.ban, thread, first);
    processor_forbid(&self.ban, thread, second);
    if (only >= 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(only, &one);
        assert_int_equal(pthread_setaffinity_np(thread, sizeof one, &one), 0);
    }
    (void)pthread_barrier_wait(&self.awake);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)pthread_barrier_destroy(&self.awake);
    return self;
}

static void a_ban_is_lifted(void **state)
{
    (void)state;
    if (processor_count() < 2)
        skip();
    const int own = processor_current();
    sleeper masks = masks_of_banned(own, own, -1);
    cpu_set_t expected = masks.before;
    CPU_CLR(own, &expected);
    assert_true(CPU_EQUAL(&masks.during, &expected));
    assert_true(CPU_EQUAL(&masks.after, &masks.before));
    masks = masks_of_banned(-1, CPU_SETSIZE, -1);
    assert_true(CPU_EQUAL(&masks.during, &masks.before));
}

static void a_ban_replaces_the_last_one(void **state)
{
    (void)state;
    if (processor_count() < 2)
        skip();
    cpu_set_t allowed;
    int two[2] = {-1, -1};
    assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    for (int i = 0; i < CPU_SETSIZE && two[1] < 0; i++)
        if (CPU_ISSET(i, &allowed))
            two[two[0] >= 0] = i;
    const sleeper masks = masks_of_banned(two[0], two[1], -1);
    assert_true(CPU_ISSET(two[0], &masks.during));
    assert_false(CPU_ISSET(two[1], &masks.during));
    assert_true(CPU_EQUAL(&masks.after, &masks.before));
}

/* A host program that pins the threads of its process is not overruled. */
static void a_mask_that_somebody_else_set_stays(void **state)
{
    (void)state;
    if (processor_count() < 2)
        skip();
    const int own = processor_current();
    const sleeper masks = masks_of_banned(own, own, own);
    assert_int_equal(CPU_COUNT(&masks.after), 1);
    assert_true(CPU_ISSET(own, &masks.after));
}

static void compare_masks(void *argument, int64_t task, int32_t worker)
{
    cpu_set_t own;
    (void)task;
    (void)worker;
    (void)work(4);
    (void)sched_getaffinity(0, sizeof own, &own);
    if (!CPU_EQUAL(&own, (const cpu_set_t *)argument))
        abort();
}

static void workers_that_slept_work_under_the_mask_of_the_process(void **state)
{
    (void)state;
    cpu_set_t mask;
    assert_int_equal(sched_getaffinity(0, sizeof mask, &mask), 0);
    for (int32_t threads = 2; threads <= 9; threads += 7) {
        pool workers;
        assert_int_equal(pool_begin(&workers, &heap, threads), LINCLASS_OK);
        for (int region = 0; region < 50; region++) {
            pool_run(&workers, TASKS, compare_masks, &mask);
            (void)usleep(2000); /* workers fall asleep */
        }
        pool_end(&workers);
    }
}

static int begin(void **state)
{
    (void)state;
    heap = allocator_default();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beside_busy_processes),
        cmocka_unit_test(more_threads_than_processors),
        cmocka_unit_test(all_on_one_processor),
        cmocka_unit_test(a_thread_that_leaves_its_processor),
        cmocka_unit_test(a_ban_is_lifted),
        cmocka_unit_test(a_ban_replaces_the_last_one),
        cmocka_unit_test(a_mask_that_somebody_else_set_stays),
        cmocka_unit_test(workers_that_slept_work_under_the_mask_of_the_process),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
