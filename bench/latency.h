/* The time of single calls, as who waits for one sees it. */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <stdint.h>

typedef struct latency {
    int64_t calls;
    double p50; /* seconds */
    double p99;
} latency;

typedef struct latency_subject {
    void (*run)(void *argument, int64_t i);
    void *argument;
} latency_subject;

/* Time run(argument, i), i = 0, 1, ..., each call by itself, of `count` subjects in turn: `calls` times
 * (a multiple of 100), or until `budget` seconds have gone; at least 100 times. results: count. */
void latency_measure(const latency_subject *subjects, int count, int64_t calls, double budget,
                     latency *results);

#endif
