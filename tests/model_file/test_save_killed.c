/* A process that saves over and over is killed at random moments: the file is a whole model, one of the
 * two it alternates between, every time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "models.h"
#include "support/noise.h"
#include "support/temporary_directory.h"

enum { KILLS = 40, N = 500, K = 40 };

/* Never returns. */
static void save_for_ever(linclass_context *ctx, linclass_model *const models[2], const char *path)
{
    for (int turn = 0;; turn = 1 - turn)
        if (linclass_model_save(ctx, models[turn], path) != LINCLASS_OK)
            _exit(1);
}

static void a_killed_save_leaves_a_whole_model(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "model", path);
    linclass_context *ctx = new_context(1);
    linclass_model *models[2] = {random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 1),
                                 random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 2)};
    assert_int_equal(linclass_model_save(ctx, models[0], path), LINCLASS_OK);
    uint64_t noise = 5;
    for (int kill_number = 0; kill_number < KILLS; kill_number++) {
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            save_for_ever(ctx, models, path);
        const struct timespec moment = {0, 100000 * noise_below(&noise, 50)};
        nanosleep(&moment, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        int ended;
        assert_int_equal(waitpid(child, &ended, 0), child);
        assert_true(WIFSIGNALED(ended));
        linclass_model *loaded;
        assert_int_equal(linclass_model_load(ctx, path, &loaded), LINCLASS_OK);
        assert_true(models_equal(loaded, models[0]) || models_equal(loaded, models[1]));
        linclass_model_destroy(loaded);
    }
    linclass_model_destroy(models[0]);
    linclass_model_destroy(models[1]);
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_save_leaves_a_whole_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
