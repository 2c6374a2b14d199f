/* Good lines are read, each bad one is named with file and line and skipped. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "shapes.h"

typedef struct complaints {
    int count;
    char last[512];
} complaints;

static void collect(const char *sentence, void *user)
{
    complaints *const c = user;
    c->count++;
    snprintf(c->last, sizeof c->last, "%s", sentence);
}

static char path[] = "/tmp/linclass-shapes-XXXXXX";

static int open_file(void **state)
{
    (void)state;
    const int descriptor = mkstemp(path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static size_t read_text(const char *text, shape **shapes, complaints *c)
{
    FILE *const file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    *c = (complaints){0};
    return shapes_read(path, shapes, collect, c);
}

static void good_lines(void **state)
{
    (void)state;
    shape *shapes;
    complaints c;
    assert_int_equal(
        read_text("# a comment\n\n  60000\t784 10 step # more\n1 2 3 last", &shapes, &c), 2);
    assert_int_equal(c.count, 0);
    assert_int_equal(shapes[0].m, 60000);
    assert_int_equal(shapes[0].n, 784);
    assert_int_equal(shapes[0].k, 10);
    assert_string_equal(shapes[0].name, "step");
    assert_int_equal(shapes[0].line, 3);
    assert_int_equal(shapes[1].k, 3);
    free(shapes);
}

static void bad_lines_are_named_and_skipped(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *complaint;
    } bad[] = {
        {"10", "n is missing"},
        {"10 20 30", "the name is missing"},
        {"10 x20 30 a", "n is \"x20\", not an integer >= 1"},
        {"10 20.5 30 a", "n is \"20.5\""},
        {"0 20 30 a", "m is \"0\""},
        {"-1 20 30 a", "m is \"-1\""},
        {"10 20 99999999999999999999 a", "k is \"99999999999999999999\""},
        {"10 20 30 a b", "\"b\" after the name"},
        {"10 20 30 a-name-of-more-than-thirty-one-characters", "the name is too long"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[200], place[80];
        shape *shapes;
        complaints c;
        snprintf(text, sizeof text, "1 2 3 before\n%s\n4 5 6 after\n", bad[i].line);
        snprintf(place, sizeof place, "%s:2: ", path);
        assert_int_equal(read_text(text, &shapes, &c), 2);
        assert_int_equal(c.count, 1);
        assert_ptr_equal(strstr(c.last, place), c.last);
        assert_non_null(strstr(c.last, bad[i].complaint));
        assert_string_equal(shapes[1].name, "after");
        free(shapes);
    }
}

static void nothing_to_measure_is_said(void **state)
{
    (void)state;
    shape *shapes;
    complaints c;
    assert_int_equal(read_text("# nothing\n", &shapes, &c), 0);
    assert_non_null(strstr(c.last, "no shapes"));
    free(shapes);
    c = (complaints){0};
    assert_int_equal(shapes_read("/nonexistent/shapes.txt", &shapes, collect, &c), 0);
    assert_non_null(strstr(c.last, "/nonexistent/shapes.txt: No such file"));
    free(shapes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines),
        cmocka_unit_test(bad_lines_are_named_and_skipped),
        cmocka_unit_test(nothing_to_measure_is_said),
    };
    return cmocka_run_group_tests(tests, open_file, remove_file);
}
