/* OpenBLAS starts a thread for each further processor before main(), and each takes 128 MiB of address
 * space. Where there is no room it tries again for ever, on a processor of its own, and the program
 * waits for it when it ends. What OpenBLAS heeds must be in the environment when it is loaded. */
#include "blas_threads.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char VARIABLE[] = "OPENBLAS_NUM_THREADS";

void blas_threads_avoid(char **argv)
{
    struct rlimit space;
    const char *set = getenv(VARIABLE);
    if (getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur == RLIM_INFINITY ||
        (set != NULL && strcmp(set, "1") == 0))
        return;
    if (setenv(VARIABLE, "1", 1) == 0)
        (void)execv("/proc/self/exe", argv); /* where it fails: as if there were no limit */
}
