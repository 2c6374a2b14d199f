/* The roofline: no computation is faster than its arithmetic at the processor's peak, nor than its
 * traffic at the bandwidth of the memory it comes from. */
#ifndef BENCH_BOUNDS_H
#define BENCH_BOUNDS_H

#include <stdint.h>

/* What a computation cannot do without, in one call. */
typedef struct work {
    double flops;       /* float32 operations, a multiply-add being two */
    double streamed;    /* bytes that come from the memory that holds stream_set */
    int64_t stream_set; /* bytes of the array they are part of */
    double reused;      /* bytes used again and again, from the cache that holds reused_set */
    int64_t reused_set;
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

double limits_peak(limits *l, int threads); /* FLOP/s */
double limits_bandwidth(limits *l, int threads,
                        int64_t bytes); /* B/s, reading a set of that size */
bound limits_bound(limits *l, int threads, const work *w);

#endif
