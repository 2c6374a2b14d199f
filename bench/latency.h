/* The time of calls that are shorter than the clock's resolution allows to measure by themselves. */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <stdint.h>

typedef struct latency {
    int64_t calls;
    double
        median; /* seconds, of calls that follow each other: a hundred between two readings of the clock */
    double
        p99; /* of single calls, as who waits for one sees it; each has a reading of the clock in it */
} latency;

typedef struct latency_subject {
    void (*run)(void *argument, int64_t i);
    void *argument;
} latency_subject;

/* Time run(argument, i), i = 0, 1, ..., of `count` subjects in turn: `calls` times (a multiple of 100) in a row and as
 * often one by one, or until `budget` seconds have gone; at least 100 times. results: count. */
void latency_measure(const latency_subject *subjects, int count, int64_t calls, double budget,
                     latency *results);

#endif
