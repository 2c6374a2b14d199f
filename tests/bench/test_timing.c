/* Contestants take turns, short ones are called often enough for the clock; nothing is said about
 * how long anything takes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "timing.h"

enum { LOG_SIZE = 1 << 22 };
static char order[LOG_SIZE];
static int64_t calls;

static void note(void *argument)
{
    if (calls < LOG_SIZE)
        order[calls] = *(const char *)argument;
    calls++;
}

static void spin(void *argument)
{
    const double end = timing_now() + 60e-3;
    note(argument);
    while (timing_now() < end)
        continue;
}

static void long_contestants_alternate(void **state)
{
    (void)state;
    char a = 'a', b = 'b';
    contestant both[2] = {{.run = spin, .argument = &a}, {.run = spin, .argument = &b}};
    calls = 0;
    timing_run(both, 2, 0.5);
    assert_true(both[0].repeats >= 1);
    assert_int_equal(both[0].repeats, both[1].repeats);
    assert_int_equal(both[0].calls, 1);
    const int64_t measured = 2 * (int64_t)both[0].repeats;
    for (int64_t i = calls - measured; i < calls; i += 2) {
        assert_int_equal(order[i], 'a');
        assert_int_equal(order[i + 1], 'b');
    }
}

static void short_contestants_are_called_often(void **state)
{
    (void)state;
    char a = 'a';
    contestant c = {.run = note, .argument = &a};
    calls = 0;
    timing_run(&c, 1, 0.01);
    assert_true(c.calls > 1);
    assert_true(c.repeats >= 1 && c.repeats <= TIMING_MAX_REPEATS);
    assert_true(c.time.median > 0);
}

static void ratio_is_taken_between_neighbours(void **state)
{
    (void)state;
    const contestant a = {.repeats = 3, .seconds = {2, 20, 200}};
    const contestant b = {.repeats = 3, .seconds = {1, 10, 100}};
    assert_float_equal(timing_ratio(&a, &b), 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_contestants_alternate),
        cmocka_unit_test(short_contestants_are_called_often),
        cmocka_unit_test(ratio_is_taken_between_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
