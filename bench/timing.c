/* One measurement is `calls` calls between two readings of the clock, for at least 50 milliseconds: a
 * worker thread that slept may come back on its caller's processor, behind it, and stay there for a
 * time slice or two, as guests of KVM do; a call by itself pays for that, calls in a row do not.
 *
 * Before each, the process has to be at rest: a threaded BLAS keeps its workers spinning for tens
 * of milliseconds after a call, and they would take a core from whoever is measured next. Rest is
 * seen from the process's own CPU time standing still while the measuring thread sleeps. */
#include "timing.h"

#include <math.h>
#include <time.h>

static const double shortest_measurement = 50e-3;
static const double steady = 0.01;

static double read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double timing_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static void wait_for_rest(void)
{
    const double deadline = timing_now() + 0.5;
    const struct timespec nap = {.tv_nsec = 200000};
    for (;;) {
        const double wall = timing_now();
        const double cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
        nanosleep(&nap, NULL);
        const double now = timing_now();
        if (read_clock(CLOCK_PROCESS_CPUTIME_ID) - cpu < 0.5 * (now - wall) || now > deadline)
            return;
    }
}

static double measure(contestant *c, double *cpu_seconds)
{
    wait_for_rest();
    const double cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    const double start = timing_now();
    for (int64_t i = 0; i < c->calls; i++)
        c->run(c->argument);
    const double seconds = timing_now() - start;
    *cpu_seconds = read_clock(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    return seconds;
}

/* The first call pays for pages, threads and packing buffers; the next set the number of calls. */
static void warm_up(contestant *c)
{
    double cpu;
    c->calls = 1;
    const double first = measure(c, &cpu);
    if (first > 2 * shortest_measurement)
        return;
    double seconds = measure(c, &cpu);
    while (seconds < shortest_measurement && c->calls < (1 << 20)) {
        c->calls *= 2;
        seconds = measure(c, &cpu);
    }
}

static int all_steady(contestant *contestants, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(statistics_summarise(contestants[i].seconds, contestants[i].repeats).error < steady))
            return 0;
    return 1;
}

void timing_run(contestant *contestants, size_t count, double budget)
{
    const double start = timing_now();
    for (size_t i = 0; i < count; i++) {
        warm_up(&contestants[i]);
        contestants[i].repeats = 0;
        contestants[i].wall_seconds = 0;
        contestants[i].cpu_seconds = 0;
    }
    for (size_t repeat = 0; repeat < TIMING_MAX_REPEATS; repeat++) {
        const double elapsed = timing_now() - start;
        if ((repeat >= 3 && elapsed > budget) || (repeat >= 1 && elapsed > 3 * budget) ||
            (repeat >= 5 && all_steady(contestants, count)))
            break;
        for (size_t i = 0; i < count; i++) {
            contestant *const c = &contestants[i];
            double cpu_seconds;
            const double seconds = measure(c, &cpu_seconds);
            c->seconds[c->repeats++] = seconds / (double)c->calls;
            c->wall_seconds += seconds;
            c->cpu_seconds += cpu_seconds;
        }
    }
    for (size_t i = 0; i < count; i++) {
        contestant *const c = &contestants[i];
        c->time = statistics_summarise(c->seconds, c->repeats);
        c->threads_used = c->cpu_seconds / c->wall_seconds;
    }
}

double timing_ratio(const contestant *a, const contestant *b)
{
    double ratios[TIMING_MAX_REPEATS];
    const size_t count = a->repeats < b->repeats ? a->repeats : b->repeats;
    for (size_t i = 0; i < count; i++)
        ratios[i] = a->seconds[i] / b->seconds[i];
    return statistics_summarise(ratios, count).median;
}
