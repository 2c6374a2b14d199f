/* Measured speed limits of this machine's memory. */
#ifndef BENCH_BANDWIDTH_H
#define BENCH_BANDWIDTH_H

#include <stdint.h>

typedef enum bandwidth_access {
    BANDWIDTH_READ,   /* a[i] into a register */
    BANDWIDTH_WRITE,  /* a[i] = s */
    BANDWIDTH_UPDATE, /* a[i] ^= s, counted as two accesses */
    BANDWIDTH_TRIAD   /* a[i] = b[i] + s c[i], counted as three accesses */
} bandwidth_access;

/* B/s of sweeping again and again over `bytes` bytes (shared out among the threads, 1..64, each pinned
 * to a processor), the best of the sweeps made in about `seconds` in all the ways that bandwidth.c
 * knows. A working set larger than the last cache is read from memory, a smaller one from the cache
 * that holds it; beyond bandwidth_beyond_caches() the size makes no difference, and that size is taken. */
double bandwidth_measure(bandwidth_access access, int64_t bytes, int threads, double seconds);

/* A working set no cache holds. */
int64_t bandwidth_beyond_caches(void);

#endif
