/* Reads of texts that are stopped in each of their passes, and files that another process writes to between two:
 * refused, nothing is read that the pass before has not counted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "text_file.h"

typedef struct intruder {
    int64_t calls;
    int64_t at; /* the call that acts, from 1 */
    const char *path;
    const char *text; /* what the file is then; NULL: the read is stopped */
} intruder;

/* A pass over a short text ends with one report. Reports less than .1 s apart are not passed on: wait so long. */
static int32_t intrude(int64_t done, int64_t total, void *user)
{
    (void)done;
    (void)total;
    intruder *const self = user;
    (void)nanosleep(&(struct timespec){.tv_nsec = 110000000}, NULL);
    if (++self->calls != self->at)
        return 0;
    if (self->text == NULL)
        return 1;
    const int file = open(self->path, O_WRONLY);
    assert_true(file >= 0);
    const size_t length = strlen(self->text);
    assert_int_equal(pwrite(file, self->text, length, 0), (ssize_t)length);
    (void)close(file);
    return 0;
}

static void refuse(const char *text, intruder *self, linclass_status status, const char *part)
{
    linclass_read_options options = text_options();
    options.progress = intrude;
    options.progress_user = self;
    self->path = text_file_write(text, strlen(text));
    linclass_dataset *dataset = NULL;
    const linclass_status found =
        linclass_dataset_read(text_file_context(), self->path, &options, &dataset);
    const char *const message = linclass_context_message(text_file_context());
    if (found != status || strstr(message, part) == NULL)
        fail_msg("\"%s\", call %lld: %d, \"%s\"", text, (long long)self->at, (int)found, message);
    assert_null(dataset);
    assert_int_equal(self->calls >= self->at, 1);
}

/* Stopped at each call; `passes` of them, the last when all is read. */
static void stop_everywhere(const char *text, int64_t passes)
{
    for (int64_t at = 1; at <= passes; at++)
        refuse(text, &(intruder){.at = at}, LINCLASS_STOPPED_BY_CALLBACK, "");
    intruder last = {.at = passes + 1};
    linclass_read_options options = text_options();
    options.progress = intrude;
    options.progress_user = &last;
    linclass_dataset_destroy(text_file_read(text, &options));
    assert_int_equal(last.calls, passes);
}

static void stopped_in_every_pass(void **state)
{
    (void)state;
    stop_everywhere("1 1:2\n2 2:3\n", 3);  /* elements counted, read */
    stop_everywhere("1 1:2\n2 0:3\n", 4);  /* read again with indices from 0 */
    stop_everywhere("a,b\n1,2\n3,4\n", 4); /* bytes checked, rows counted, cells read */
}

static void libsvm_changed(void **state)
{
    (void)state;
    static const char *const CHANGED = "was changed while the file was read";
    refuse("1 1:1 2:1\n2 1:1\n", &(intruder){.at = 1, .text = "1\n1\n1\n1\n1\n1\n1\n1\n"},
           LINCLASS_ERROR_FORMAT, CHANGED);
    refuse("1 1:1 2:11111\n", &(intruder){.at = 1, .text = "1 1:1 2:1 3:1\n"},
           LINCLASS_ERROR_FORMAT, CHANGED);
}

static void csv_changed(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "x\n1\n2\n3\n44444", /* more rows */
        "x\n111111111111",   /* fewer */
        "x\n\"1\n2222222",   /* a quote that is not closed */
        "x\n\"1\"1\n22222",  /* or too early */
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        refuse("x\n11111\n22222\n", &(intruder){.at = 2, .text = TEXTS[i]}, LINCLASS_ERROR_FORMAT,
               "the file was changed while it was read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopped_in_every_pass),
        cmocka_unit_test(libsvm_changed),
        cmocka_unit_test(csv_changed),
    };
    return cmocka_run_group_tests(tests, text_file_begin, text_file_end);
}
