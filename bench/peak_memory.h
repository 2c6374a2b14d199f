/* Peak memory of a piece of work, measured in a process of its own. */
#ifndef BENCH_PEAK_MEMORY_H
#define BENCH_PEAK_MEMORY_H

#include <stdint.h>

typedef struct peak_memory_work {
    void (*setup)(void *argument); /* what is not to count: inputs, warm-up; NULL: none */
    void (*run)(void *argument);   /* what counts */
    void *argument;                /* the process's own copy */
} peak_memory_work;

typedef struct peak_memory {
    int64_t whole;  /* bytes: the largest resident size of the process, from its start to its end */
    int64_t of_run; /* bytes: the largest during run, less the resident size when it began */
} peak_memory;

/* Run the work in a forked child. Returns 0; or -1, with a sentence in `message`, when there was no
 * child, it ended otherwise than by itself, or the system does not tell. */
int peak_memory_measure(const peak_memory_work *work, peak_memory *peak, char *message,
                        int capacity);

/* Bytes the system could still give: MemAvailable; 0 when it does not tell. */
int64_t available_memory(void);

#endif
