/* others = (busy time of all CPUs, from /proc/stat, minus our own) / (CPUs x elapsed time).
 * Ticks are assigned by sampling, so our own time, which is exact, may exceed our part of the sum:
 * negative differences are taken as 0. Without /proc/stat the load is unknown and given as 0. */
#include "load.h"

#include "timing.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static double own_seconds(int who)
{
    struct rusage usage;
    if (getrusage(who, &usage) != 0)
        return 0;
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
           1e-6 * ((double)usage.ru_utime.tv_usec + (double)usage.ru_stime.tv_usec);
}

load_clock load_begin(void)
{
    load_clock now = {.wall = timing_now(),
                      .own = own_seconds(RUSAGE_SELF) + own_seconds(RUSAGE_CHILDREN)};
    FILE *file = fopen("/proc/stat", "r");
    if (file == NULL)
        return now;
    double user, nice_, system_, idle, iowait, irq, softirq, steal;
    if (fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &user, &nice_, &system_, &idle, &iowait,
               &irq, &softirq, &steal) == 8) {
        now.busy = user + nice_ + system_ + irq + softirq;
        now.steal = steal;
    }
    fclose(file);
    return now;
}

load load_end(load_clock start)
{
    const load_clock now = load_begin();
    const double ticks = (double)sysconf(_SC_CLK_TCK);
    load result = {.seconds = now.wall - start.wall};
    const double capacity = result.seconds * (double)sysconf(_SC_NPROCESSORS_ONLN);
    const double others = (now.busy - start.busy) / ticks - (now.own - start.own);
    if (capacity > 0 && others > 0)
        result.others = others / capacity;
    if (capacity > 0)
        result.steal = (now.steal - start.steal) / ticks / capacity;
    return result;
}

int load_is_busy(load l)
{
    return l.others + l.steal > 0.05;
}
