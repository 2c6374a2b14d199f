/* Times of contestants measured side by side: A B C A B C ..., so that whatever the machine does in
 * the meantime happens to all of them, and ratios are taken between neighbours. */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include "statistics.h"

#include <stdint.h>

enum { TIMING_MAX_REPEATS = 300 };

typedef struct contestant {
    void (*run)(void *argument);
    void *argument;

    /* Written by timing_run. */
    int64_t calls; /* of run in one measurement, so that the clock's resolution does not matter */
    size_t repeats;
    double seconds[TIMING_MAX_REPEATS]; /* of one call, by repetition */
    summary time;
    double wall_seconds; /* of all measurements together, and the process's CPU time in them */
    double cpu_seconds;
    double threads_used; /* cpu_seconds / wall_seconds */
} contestant;

/* Seconds of the monotonic clock. */
double timing_now(void);

/* Warm up and measure `count` contestants in turn until the relative standard error of every median
 * is below 1 %, or `budget` seconds have gone: 5 repetitions if the budget allows, 3 if three times
 * the budget does, 1 at least. */
void timing_run(contestant *contestants, size_t count, double budget);

/* Median over the repetitions of time(a) / time(b), measured in the same timing_run. */
double timing_ratio(const contestant *a, const contestant *b);

#endif
