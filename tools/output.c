#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_status.h"
#include "message.h"

/* Whether the loss of standard output has been reported already. */
static bool reported;

static const char *shown_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard output" : path;
}

FILE *output_open(const char *path)
{
    if (strcmp(path, "-") == 0)
        return stdout;
    FILE *file = fopen(path, "we");
    if (file == NULL)
        fail(EXIT_IO, "cannot write %s: %s", path, strerror(errno));
    return file;
}

int output_finish(FILE *file, const char *path)
{
    /* Where a write has failed before, errno is still its reason, or the flush fails again. */
    const bool failed_before = ferror(file) != 0;
    const int reason_before = failed_before ? errno : 0;
    errno = 0;
    const bool failed_now = (file == stdout ? fflush(file) : fclose(file)) != 0;
    if (!failed_before && !failed_now)
        return EXIT_OK;
    reported = reported || file == stdout;
    const int reason = failed_now ? errno : reason_before;
    if (reason == EPIPE) /* whoever reads has enough, as head */
        return EXIT_IO;
    return fail(EXIT_IO, "cannot write %s: %s", shown_name(path), strerror(reason));
}

static void check_standard_output(void)
{
    const bool failed_before = ferror(stdout) != 0;
    errno = 0;
    if (fclose(stdout) == 0 && !failed_before)
        return;
    if (!reported && errno != EPIPE)
        fail(EXIT_IO, "cannot write standard output: %s", strerror(errno != 0 ? errno : EIO));
    _exit(EXIT_IO);
}

void output_begin(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            /* The wrong way round, so that using it fails as on a closed descriptor. */
            if (open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) != descriptor)
                _exit(EXIT_IO);
        }
    }
    signal(SIGPIPE, SIG_IGN);
    atexit(check_standard_output);
}
