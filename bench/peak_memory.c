/* The kernel keeps the high-water mark of a process's resident pages, VmHWM. Writing 5 to
 * /proc/self/clear_refs sets the mark back to the present size, so that
 *
 *     of_run = VmHWM(after run) - VmRSS(before run)
 *
 * counts the pages of run alone, and the first mark is kept for the whole. The child gives memory
 * its parent had freed back to the system first, and takes no huge pages: those would be counted by
 * the 2 MiB though the work touched less. */
#include "peak_memory.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t read_kilobytes(const char *path, const char *key)
{
    char line[256];
    long long kilobytes = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0) {
            kilobytes = strtoll(line + strlen(key), NULL, 10);
            break;
        }
    fclose(file);
    return (int64_t)kilobytes * 1024;
}

int64_t available_memory(void)
{
    return read_kilobytes("/proc/meminfo", "MemAvailable:");
}

static int forget_high_water_mark(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file == NULL)
        return -1;
    const int written = fputs("5", file);
    return fclose(file) == 0 && written >= 0 ? 0 : -1;
}

static void child(const peak_memory_work *work, int channel)
{
    peak_memory peak = {0};
    malloc_trim(0);
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    if (work->setup != NULL)
        work->setup(work->argument);
    const int64_t before_run = read_kilobytes("/proc/self/status", "VmHWM:");
    if (forget_high_water_mark() != 0)
        _exit(2);
    const int64_t baseline = read_kilobytes("/proc/self/status", "VmRSS:");
    work->run(work->argument);
    const int64_t mark = read_kilobytes("/proc/self/status", "VmHWM:");
    peak.of_run = mark - baseline;
    peak.whole = mark > before_run ? mark : before_run;
    if (mark == 0 || write(channel, &peak, sizeof peak) != (ssize_t)sizeof peak)
        _exit(2);
    _exit(0);
}

int peak_memory_measure(const peak_memory_work *work, peak_memory *peak, char *message,
                        int capacity)
{
    int channel[2];
    if (pipe(channel) != 0) {
        snprintf(message, (size_t)capacity, "no pipe to a process of its own");
        return -1;
    }
    fflush(NULL);
    const pid_t process = fork();
    if (process == 0)
        child(work, channel[1]);
    close(channel[1]);
    const ssize_t received = process > 0 ? read(channel[0], peak, sizeof *peak) : -1;
    close(channel[0]);
    int status = 0;
    if (process > 0)
        waitpid(process, &status, 0);
    if (received == (ssize_t)sizeof *peak)
        return 0;
    if (process < 0)
        snprintf(message, (size_t)capacity, "no process to measure memory in");
    else if (WIFSIGNALED(status))
        snprintf(message, (size_t)capacity, "the measuring process was ended by signal %d (%s)",
                 WTERMSIG(status), WTERMSIG(status) == 9 ? "out of memory?" : "a defect");
    else
        snprintf(message, (size_t)capacity, "the system does not tell a process's peak memory");
    return -1;
}
