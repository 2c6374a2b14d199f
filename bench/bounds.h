/* The roofline: no computation is faster than its arithmetic at the processor's peak, nor than its
 * traffic at the bandwidth of the memory it comes from. */
#ifndef BENCH_BOUNDS_H
#define BENCH_BOUNDS_H

#include <stdint.h>

#include "bandwidth.h"
#include "peak.h"

/* Bytes that are moved, and the bytes of the array that they are in again and again: what holds it
 * sets the speed. 0 bytes: none. */
typedef struct traffic {
    double bytes;
    int64_t set;
} traffic;

/* What a computation cannot do without, in one call. */
typedef struct work {
    double flops;        /* operations, a multiply-add being two */
    int double_width;    /* they are float64 ones, of which there are half as many in a second */
    traffic reads[2];    /* different arrays, each read that much */
    traffic writes;      /* an array that is written without being read */
    traffic updates;     /* an array that is read and written: both are counted */
    const char *formula; /* of the bound, as text */
} work;

typedef struct bound {
    double seconds;         /* no call can be faster */
    const char *limited_by; /* "arithmetic", or the name of a cache or "memory" */
} bound;

typedef struct limits limits;

/* Measures as it is asked, and remembers; seconds: for one measurement. */
limits *limits_create(double seconds);
void limits_destroy(limits *l);

const peak *limits_peak(limits *l, int threads);
/* B/s, of a set of that size. */
double limits_bandwidth(limits *l, bandwidth_access access, int threads, int64_t bytes);
bound limits_bound(limits *l, int threads, const work *w);

/* Measure again what the bound of w is made of, and keep the higher rates: another process may have
 * disturbed the first measurement. */
void limits_measure_again(limits *l, int threads, const work *w);

#endif
