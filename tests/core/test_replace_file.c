/* Replacing a file: content, permissions, links, what is left when a write fails. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/replace_file.h"
#include "core/context.h"
#include "support/assert_refused.h"
#include "support/temporary_directory.h"

typedef char path_text[TEMPORARY_PATH_BYTES];

static linclass_status replace(linclass_context *ctx, const char *path, const void *bytes,
                               size_t count)
{
    file_replacement file;
    linclass_status status = file_replacement_begin(ctx, path, &file);
    if (status != LINCLASS_OK)
        return status;
    status = file_replacement_write(&file, bytes, count);
    if (status == LINCLASS_OK)
        return file_replacement_commit(&file);
    file_replacement_abandon(&file);
    return status;
}

static void assert_content(const char *path, const char *expected)
{
    char content[64] = "";
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(content, expected);
}

static int files_in(const char *path)
{
    DIR *directory = opendir(path);
    assert_non_null(directory);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(directory);
    return count;
}

static mode_t mode_of(const char *path)
{
    struct stat about;
    assert_int_equal(lstat(path, &about), 0);
    return about.st_mode & 0777;
}

static void a_new_file_has_the_permissions_the_umask_leaves(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text path;
    temporary_directory_path(&directory, "new", path);
    const mode_t before = umask(027);
    assert_int_equal(replace(NULL, path, "one", 3), LINCLASS_OK);
    umask(before);
    assert_content(path, "one");
    assert_int_equal(mode_of(path), 0640);
    assert_int_equal(files_in(directory.path), 1);
    temporary_directory_end(&directory);
}

static void an_old_file_is_replaced_and_its_permissions_kept(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text path;
    temporary_directory_write(&directory, "old", "old content", 11, path);
    assert_int_equal(chmod(path, 0646), 0);
    assert_int_equal(replace(NULL, path, "two", 3), LINCLASS_OK);
    assert_content(path, "two");
    assert_int_equal(mode_of(path), 0646);
    assert_int_equal(files_in(directory.path), 1);
    temporary_directory_end(&directory);
}

static void abandoning_leaves_the_old_file_alone(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text path;
    temporary_directory_write(&directory, "old", "old content", 11, path);
    file_replacement file;
    assert_int_equal(file_replacement_begin(NULL, path, &file), LINCLASS_OK);
    assert_int_equal(file_replacement_write(&file, "new", 3), LINCLASS_OK);
    assert_content(path, "old content");
    file_replacement_abandon(&file);
    assert_content(path, "old content");
    assert_int_equal(files_in(directory.path), 1);
    temporary_directory_end(&directory);
}

/* A link beside its target, a link in another directory, a chain; absolute and relative. */
static void links_stay_and_their_targets_are_replaced(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text target;
    path_text beside;
    path_text folder;
    path_text chain;
    temporary_directory_write(&directory, "target", "old", 3, target);
    temporary_directory_path(&directory, "beside", beside);
    temporary_directory_path(&directory, "folder", folder);
    temporary_directory_path(&directory, "folder/chain", chain);
    assert_int_equal(symlink("target", beside), 0);
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(symlink("../beside", chain), 0);
    assert_int_equal(replace(NULL, beside, "one", 3), LINCLASS_OK);
    assert_content(target, "one");
    assert_int_equal(replace(NULL, chain, "two", 3), LINCLASS_OK);
    assert_content(target, "two");
    struct stat about;
    assert_int_equal(lstat(beside, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(lstat(chain, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(files_in(folder), 1);
    temporary_directory_end(&directory);
}

static void a_link_to_nothing_makes_its_target(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text target;
    path_text link;
    temporary_directory_path(&directory, "target", target);
    temporary_directory_path(&directory, "link", link);
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(replace(NULL, link, "one", 3), LINCLASS_OK);
    assert_content(target, "one");
    temporary_directory_end(&directory);
}

static void refuse(const char *path, const char *sentence)
{
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    assert_refused(ctx, replace(ctx, path, "new", 3), LINCLASS_ERROR_IO, sentence);
    linclass_context_destroy(ctx);
}

static void paths_that_cannot_be_written_are_named(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text path;
    temporary_directory_path(&directory, "missing/file", path);
    refuse(path, path);
    refuse(path, "No such file or directory");
    refuse(directory.path, "Is a directory");
    refuse("", "No such file or directory");
    temporary_directory_path(&directory, "circle", path);
    assert_int_equal(symlink("circle", path), 0);
    refuse(path, "Too many levels of symbolic links");
    char *endless = malloc(5001);
    memset(endless, 'a', 5000);
    endless[5000] = '\0';
    refuse(endless, "File name too long");
    free(endless);
    temporary_directory_end(&directory);
}

static void a_directory_without_permission_is_an_error(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* root writes anywhere */
    temporary_directory directory = temporary_directory_begin();
    path_text path;
    temporary_directory_write(&directory, "old", "old", 3, path);
    assert_int_equal(chmod(directory.path, 0555), 0);
    refuse(path, "Permission denied");
    assert_int_equal(chmod(directory.path, 0755), 0);
    assert_content(path, "old");
    temporary_directory_end(&directory);
}

static void a_full_device_is_written_to_directly_and_reported(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    refuse("/dev/full", "No space left on device");
    struct stat about;
    assert_int_equal(stat("/dev/full", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
}

/* With RLIMIT_FSIZE and its signal ignored, write fails after so many bytes, as on a full disk. */
static void a_write_that_fails_half_way_leaves_the_old_file_whole(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text path;
    temporary_directory_write(&directory, "old", "old content", 11, path);
    static const char large[100000];
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    for (rlim_t limit = 0; limit < sizeof large; limit += 33333) {
        const struct rlimit small = {limit, before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        const linclass_status status = replace(NULL, path, large, sizeof large);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(status, LINCLASS_ERROR_IO);
        assert_content(path, "old content");
        assert_int_equal(files_in(directory.path), 1);
    }
    signal(SIGXFSZ, handler);
    temporary_directory_end(&directory);
}

static int failing_sync = -1; /* which of the next syncs fails, from 0 */

/* In the place of the system's, for the library too. */
int fsync(int descriptor)
{
    if (failing_sync-- == 0) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, descriptor);
}

static void replace_with_failing_sync(int which, const char *path, const char *sentence)
{
    failing_sync = which;
    refuse(path, sentence);
    failing_sync = -1;
}

static void a_file_that_cannot_be_synced_does_not_replace(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text path;
    temporary_directory_write(&directory, "old", "old content", 11, path);
    replace_with_failing_sync(0, path, "cannot sync");
    assert_content(path, "old content");
    assert_int_equal(files_in(directory.path), 1);
    temporary_directory_end(&directory);
}

static void a_directory_that_cannot_be_synced_is_told_of_and_the_new_file_is_whole(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    path_text path;
    temporary_directory_write(&directory, "old", "old content", 11, path);
    replace_with_failing_sync(1, path, "is replaced, but a power failure may undo that");
    assert_content(path, "new");
    assert_int_equal(files_in(directory.path), 1);
    replace_with_failing_sync(1, path, "Input/output error");
    temporary_directory_end(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_file_has_the_permissions_the_umask_leaves),
        cmocka_unit_test(an_old_file_is_replaced_and_its_permissions_kept),
        cmocka_unit_test(abandoning_leaves_the_old_file_alone),
        cmocka_unit_test(links_stay_and_their_targets_are_replaced),
        cmocka_unit_test(a_link_to_nothing_makes_its_target),
        cmocka_unit_test(paths_that_cannot_be_written_are_named),
        cmocka_unit_test(a_directory_without_permission_is_an_error),
        cmocka_unit_test(a_full_device_is_written_to_directly_and_reported),
        cmocka_unit_test(a_write_that_fails_half_way_leaves_the_old_file_whole),
        cmocka_unit_test(a_file_that_cannot_be_synced_does_not_replace),
        cmocka_unit_test(a_directory_that_cannot_be_synced_is_told_of_and_the_new_file_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
