/* Sweeps over an array that do nothing but move it: the ways that bandwidth.c tries. */
#ifndef BENCH_SWEEPS_H
#define BENCH_SWEEPS_H

#include <stddef.h>
#include <stdint.h>

enum { SWEEP_BYTES = 1024 }; /* the bytes of a sweep are a multiple of this, more than 0 */

/* One sweep over `bytes` bytes at a, which begins a cache line. Returns a word of what was read. */
typedef uint64_t (*sweep_function)(char *a, int64_t bytes);

typedef struct sweep_ways {
    const sweep_function *ways;
    size_t count;
} sweep_ways;

/* For the widest vectors of the processor. */
sweep_ways sweeps_reading(void);
sweep_ways sweeps_writing(void);
sweep_ways sweeps_updating(void);

#endif
