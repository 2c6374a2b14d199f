/* A process that saves over and over is killed at random moments: the file is a whole model, one of the
 * two it alternates between, every time, and nothing else is left after the next save. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/temporary_file.h"
#include "models.h"
#include "support/context_of.h"
#include "support/noise.h"
#include "support/temporary_directory.h"

enum { KILLS = 40, MOST_SAVERS = 4, N = 500, K = 40 };

/* Never returns. */
static void save_for_ever(linclass_context *ctx, linclass_model *const models[2], const char *path)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* also with a test that fails */
    for (int turn = 0;; turn = 1 - turn)
        if (linclass_model_save(ctx, models[turn], path) != LINCLASS_OK)
            _exit(1);
}

static void kill_all(const pid_t *children, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(kill(children[i], SIGKILL), 0);
    for (int i = 0; i < count; i++) {
        int ended;
        assert_int_equal(waitpid(children[i], &ended, 0), children[i]);
        assert_true(WIFSIGNALED(ended)); /* no save failed */
    }
}

static void assert_whole(linclass_context *ctx, const char *path, linclass_model *const models[2])
{
    linclass_model *loaded;
    assert_int_equal(linclass_model_load(ctx, path, &loaded), LINCLASS_OK);
    assert_true(models_equal(loaded, models[0]) || models_equal(loaded, models[1]));
    linclass_model_destroy(loaded);
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

/* `savers` processes at once; each save cleans up what those killed before have left. */
static void kill_savers(int savers, int kills)
{
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "model", path);
    linclass_context *ctx = context_of(1);
    linclass_model *models[2] = {random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 1),
                                 random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 2)};
    assert_int_equal(linclass_model_save(ctx, models[0], path), LINCLASS_OK);
    uint64_t noise = 5;
    for (int kill_number = 0; kill_number < kills; kill_number++) {
        pid_t children[MOST_SAVERS];
        for (int i = 0; i < savers; i++) {
            children[i] = fork();
            assert_true(children[i] >= 0);
            if (children[i] == 0)
                save_for_ever(ctx, models, path);
        }
        const struct timespec moment = {0, 100000 * noise_below(&noise, 50)};
        nanosleep(&moment, NULL);
        kill_all(children, savers);
        assert_whole(ctx, path, models);
    }
    const int folder = open(directory.path, O_RDONLY | O_DIRECTORY);
    assert_true(folder >= 0);
    assert_int_equal(linclass_model_save(ctx, models[0], path), LINCLASS_OK);
    if (temporary_file_locks(folder))
        assert_int_equal(files_in(directory.path), 1);
    close(folder);
    linclass_model_destroy(models[0]);
    linclass_model_destroy(models[1]);
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
}

static void a_killed_save_leaves_a_whole_model_and_the_next_cleans_up(void **state)
{
    (void)state;
    kill_savers(1, KILLS);
}

static void so_do_saves_at_the_same_time(void **state)
{
    (void)state;
    kill_savers(MOST_SAVERS, KILLS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_save_leaves_a_whole_model_and_the_next_cleans_up),
        cmocka_unit_test(so_do_saves_at_the_same_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
