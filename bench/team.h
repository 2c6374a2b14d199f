/* Threads that begin at the same moment, each on a processor of its own. */
#ifndef BENCH_TEAM_H
#define BENCH_TEAM_H

enum { TEAM_MAX_THREADS = 64 };

typedef struct team_work {
    void (*prepare)(void *argument, int member); /* NULL: nothing to prepare */
    void (*run)(void *argument, int member);
    void (*finish)(void *argument, int member); /* NULL: nothing to finish */
    void *argument;
} team_work;

/* Seconds from the first member's beginning of `run` to the last one's end. Member i, 0 <= i <
 * threads <= TEAM_MAX_THREADS, is pinned to the i-th processor that the process may run on (modulo
 * their number); it prepares, waits for the others, runs, and finishes. */
double team_run(const team_work *work, int threads);

#endif
