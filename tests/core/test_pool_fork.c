/* After fork() only the calling thread lives on in the child: a pool whose workers had been started
 * starts new ones there, and goes on as it was in the parent. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/pool.h"

enum { TASKS = 50, SUM = TASKS * (TASKS + 1) / 2, MAX_WORKERS = 4, DEADLINE = 30 };

static void add_task_number(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    atomic_fetch_add((_Atomic int64_t *)argument, task + 1);
}

static int regions_are_right(pool *workers, int regions)
{
    for (int region = 0; region < regions; region++) {
        _Atomic int64_t sum = 0;
        pool_run(workers, TASKS, add_task_number, &sum);
        if (sum != SUM)
            return 0;
    }
    return 1;
}

static void note_worker(void *argument, int64_t task, int32_t worker)
{
    (void)task;
    atomic_store(&((_Atomic bool *)argument)[worker], true);
}

/* Run regions until each of `threads` workers has had a task. A region does not wait for workers that are
 * still being started, and AddressSanitizer of gcc 12 keeps the locks of its allocator over a fork(): a
 * thread that allocates in its first steps would leave a child that can start none. */
static void wait_for_workers(pool *workers, int threads)
{
    _Atomic bool seen[MAX_WORKERS] = {false};
    for (int worker = 0; worker < threads;) {
        if (atomic_load(&seen[worker]))
            worker++;
        else
            pool_run(workers, TASKS, note_worker, seen);
    }
}

/* Run `regions` regions in a child, end the pool there too; whether all was right. A child that
 * hangs is ended by its alarm. */
static int child_is_right(pool *workers, int regions)
{
    const pid_t child = fork();
    if (child == 0) {
        (void)alarm(DEADLINE);
        const int right = regions_are_right(workers, regions);
        pool_end(workers);
        _exit(right ? 0 : 1);
    }
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/* Fork a pool of which no worker has been started, or that has run. */
static void fork_with(bool started, int regions_in_child)
{
    const allocator source = allocator_default();
    pool workers;
    assert_int_equal(pool_begin(&workers, &source, MAX_WORKERS), LINCLASS_OK);
    if (started)
        wait_for_workers(&workers, MAX_WORKERS);
    assert_true(child_is_right(&workers, regions_in_child));
    assert_true(child_is_right(&workers, regions_in_child));
    assert_true(regions_are_right(&workers, 100));
    pool_end(&workers);
}

static void child_of_a_running_pool(void **state)
{
    (void)state;
    fork_with(true, 100);
}

static void child_of_a_pool_not_started(void **state)
{
    (void)state;
    fork_with(false, 100);
}

static void child_that_only_ends_the_pool(void **state)
{
    (void)state;
    fork_with(true, 0);
}

static void child_of_a_child(void **state)
{
    (void)state;
    const allocator source = allocator_default();
    pool workers;
    assert_int_equal(pool_begin(&workers, &source, 3), LINCLASS_OK);
    wait_for_workers(&workers, 3);
    const pid_t child = fork();
    if (child == 0) {
        (void)alarm(DEADLINE);
        wait_for_workers(&workers, 3);
        const int right = child_is_right(&workers, 10) && regions_are_right(&workers, 10);
        pool_end(&workers);
        _exit(right ? 0 : 1);
    }
    int status = -1;
    assert_true(waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    pool_end(&workers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child_of_a_running_pool),
        cmocka_unit_test(child_of_a_pool_not_started),
        cmocka_unit_test(child_that_only_ends_the_pool),
        cmocka_unit_test(child_of_a_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
