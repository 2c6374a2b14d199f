/* What is left of a replacement when its process is killed goes with the next one; what is in use stays; what
 * others have planted is not touched. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/replace_file.h"
#include "support/temporary_directory.h"

typedef struct fixture {
    temporary_directory directory;
    char path[TEMPORARY_PATH_BYTES];
} fixture;

static int begin(void **state)
{
    fixture *self = malloc(sizeof *self);
    assert_non_null(self);
    self->directory = temporary_directory_begin();
    temporary_directory_path(&self->directory, "target", self->path);
    *state = self;
    return 0;
}

static int end(void **state)
{
    fixture *self = *state;
    temporary_directory_end(&self->directory);
    free(self);
    return 0;
}

static void skip_where_nothing_is_removed(const fixture *self)
{
    const int directory = open(self->directory.path, O_RDONLY | O_DIRECTORY);
    assert_true(directory >= 0);
    const bool locks = temporary_file_locks(directory);
    close(directory);
    if (!locks)
        skip();
}

static int files_in(const fixture *self)
{
    DIR *directory = opendir(self->directory.path);
    assert_non_null(directory);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(directory);
    return count;
}

/* The file points into itself: it is begun where it stays. */
static void begin_replacing(const char *path, file_replacement *file)
{
    assert_int_equal(file_replacement_begin(NULL, path, file), LINCLASS_OK);
    assert_int_equal(file_replacement_write(file, "new", 3), LINCLASS_OK);
}

static void replace(const char *path)
{
    file_replacement file;
    begin_replacing(path, &file);
    assert_int_equal(file_replacement_commit(&file), LINCLASS_OK);
}

/* A process that has begun to replace the file and says so; it ends only by being killed. */
static pid_t begin_elsewhere(const char *path)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        file_replacement file;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* also with a test that fails */
        if (file_replacement_begin(NULL, path, &file) == LINCLASS_OK &&
            file_replacement_write(&file, "ne", 2) == LINCLASS_OK && write(ready[1], "r", 1) == 1)
            for (;;)
                pause();
        _exit(1);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

static void kill_and_wait(pid_t child)
{
    int ended;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFSIGNALED(ended));
}

static void what_a_killed_process_left_goes_with_the_next_replacement(void **state)
{
    const fixture *self = *state;
    skip_where_nothing_is_removed(self);
    kill_and_wait(begin_elsewhere(self->path));
    assert_int_equal(files_in(self), 1);
    replace(self->path);
    assert_int_equal(files_in(self), 1);
    assert_int_equal(access(self->path, F_OK), 0);
}

static void what_many_left_goes_at_once(void **state)
{
    const fixture *self = *state;
    skip_where_nothing_is_removed(self);
    pid_t children[5];
    for (int i = 0; i < 5; i++)
        children[i] = begin_elsewhere(self->path);
    assert_int_equal(files_in(self), 5);
    for (int i = 0; i < 5; i++)
        kill_and_wait(children[i]);
    file_replacement file;
    begin_replacing(self->path, &file);
    assert_int_equal(files_in(self), 1);
    file_replacement_abandon(&file);
    assert_int_equal(files_in(self), 0);
}

static void what_another_process_writes_stays(void **state)
{
    const fixture *self = *state;
    skip_where_nothing_is_removed(self);
    const pid_t child = begin_elsewhere(self->path);
    for (int i = 0; i < 3; i++)
        replace(self->path);
    assert_int_equal(files_in(self), 2);
    kill_and_wait(child);
    replace(self->path);
    assert_int_equal(files_in(self), 1);
}

/* More than there are names to be locked; each ends well, in either order. */
static void replacements_at_the_same_time_do_not_see_each_other(void **state)
{
    const fixture *self = *state;
    enum { MANY = TEMPORARY_SLOTS + 4 };
    file_replacement files[MANY];
    for (int i = 0; i < MANY; i++)
        begin_replacing(self->path, &files[i]);
    assert_int_equal(files_in(self), MANY);
    for (int i = 0; i < MANY; i += 2)
        assert_int_equal(file_replacement_commit(&files[i]), LINCLASS_OK);
    assert_int_equal(files_in(self), MANY / 2 + 1);
    for (int i = MANY - 1; i > 0; i -= 2)
        file_replacement_abandon(&files[i]);
    assert_int_equal(files_in(self), 1);
}

static void names_of_other_targets_are_left_alone(void **state)
{
    const fixture *self = *state;
    char other[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&self->directory, "other", other);
    kill_and_wait(begin_elsewhere(other));
    replace(self->path);
    assert_int_equal(files_in(self), 2);
}

/* At the name that the next replacement would take. */
static void plant_path(const fixture *self, char *path)
{
    file_replacement file;
    begin_replacing(self->path, &file);
    temporary_directory_path(&self->directory, file.temporary, path);
    file_replacement_abandon(&file);
}

static void what_is_planted_at_the_name_is_neither_written_to_nor_removed(void **state)
{
    const fixture *self = *state;
    skip_where_nothing_is_removed(self);
    char victim[TEMPORARY_PATH_BYTES];
    char planted[TEMPORARY_PATH_BYTES];
    temporary_directory_write(&self->directory, "victim", "precious", 8, victim);
    for (int kind = 0; kind < 3; kind++) {
        struct stat about;
        plant_path(self, planted);
        const int failed = kind == 0   ? symlink("victim", planted)
                           : kind == 1 ? mkfifo(planted, 0600)
                                       : mkdir(planted, 0700);
        assert_int_equal(failed, 0);
        replace(self->path);
        assert_int_equal(lstat(planted, &about), 0);
        assert_int_equal(stat(victim, &about), 0);
        assert_int_equal(about.st_size, 8);
        assert_int_equal(remove(planted), 0);
    }
}

static const char *removed_before_lock; /* by another process, as it were; NULL: none */

/* In the place of the system's, for the library too. */
int flock(int descriptor, int operation)
{
    if (removed_before_lock != NULL) {
        const char *path = removed_before_lock;
        removed_before_lock = NULL;
        assert_int_equal(unlink(path), 0);
    }
    return (int)syscall(SYS_flock, descriptor, operation);
}

/* Another process may see a file after it is made and before it is locked. */
static void a_file_taken_for_left_over_too_early_is_given_up(void **state)
{
    const fixture *self = *state;
    skip_where_nothing_is_removed(self);
    char path[TEMPORARY_PATH_BYTES];
    plant_path(self, path);
    removed_before_lock = path;
    replace(self->path);
    assert_null(removed_before_lock);
    assert_int_equal(files_in(self), 1);
}

static void a_target_whose_name_is_as_long_as_can_be(void **state)
{
    const fixture *self = *state;
    char name[256];
    char path[TEMPORARY_PATH_BYTES + sizeof name];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    (void)snprintf(path, sizeof path, "%s/%s", self->directory.path, name);
    replace(path);
    assert_int_equal(access(path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_killed_process_left_goes_with_the_next_replacement,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_many_left_goes_at_once, begin, end),
        cmocka_unit_test_setup_teardown(what_another_process_writes_stays, begin, end),
        cmocka_unit_test_setup_teardown(replacements_at_the_same_time_do_not_see_each_other, begin,
                                        end),
        cmocka_unit_test_setup_teardown(names_of_other_targets_are_left_alone, begin, end),
        cmocka_unit_test_setup_teardown(
            what_is_planted_at_the_name_is_neither_written_to_nor_removed, begin, end),
        cmocka_unit_test_setup_teardown(a_file_taken_for_left_over_too_early_is_given_up, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_target_whose_name_is_as_long_as_can_be, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
