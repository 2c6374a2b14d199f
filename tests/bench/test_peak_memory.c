/* The memory of a piece of work is what it touched, no less, and not what stood there before. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "peak_memory.h"

enum { MEGABYTE = 1000000 };

static volatile char *kept;

static void touch_and_keep(void *argument)
{
    const int64_t bytes = *(int64_t *)argument * MEGABYTE;
    kept = malloc((size_t)bytes);
    for (int64_t i = 0; i < bytes; i += 512)
        kept[i] = 1;
}

static void touch_a_tenth(void *argument)
{
    int64_t tenth = *(int64_t *)argument / 10;
    touch_and_keep(&tenth);
}

static void work_is_counted_and_setup_is_not(void **state)
{
    (void)state;
    int64_t megabytes = 100;
    char message[100] = "";
    peak_memory peak;
    const peak_memory_work work = {touch_and_keep, touch_a_tenth, &megabytes};
    if (peak_memory_measure(&work, &peak, message, sizeof message) != 0)
        skip();                                                /* a system without /proc */
    assert_in_range(peak.of_run, 9 * MEGABYTE, 40 * MEGABYTE); /* sanitizers add to each byte */
    assert_true(peak.whole >= 100 * MEGABYTE);
}

static void crash(void *argument)
{
    (void)argument;
    kill(getpid(), SIGKILL);
}

static void ended_by_a_signal_is_said(void **state)
{
    (void)state;
    char message[100] = "";
    peak_memory peak;
    const peak_memory_work work = {NULL, crash, NULL};
    assert_int_equal(peak_memory_measure(&work, &peak, message, sizeof message), -1);
    assert_non_null(strstr(message, "signal 9"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_counted_and_setup_is_not),
        cmocka_unit_test(ended_by_a_signal_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
