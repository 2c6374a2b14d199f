/* What the library does, by the names in shapes files: what a call takes, and what it cannot do
 * without. */
#ifndef BENCH_REGIMES_H
#define BENCH_REGIMES_H

#include "bench.h"
#include "bounds.h"

typedef struct outcome {
    double seconds;
    double p99;  /* of single calls; 0: not measured so */
    double bare; /* seconds of the bare products */
    double ratio;
    int64_t repeats;
} outcome;

typedef struct regime {
    const char *name;
    int64_t alone; /* up to so many rows a thread does by itself, and is measured so */
    double (*bytes)(const shape *s);
    work (*work)(const shape *s);
    /* Measure a call on so many threads. Returns 0 when the answer was wrong, which is reported. */
    int (*measure)(bench *b, const shape *s, int threads, double budget, outcome *result);
} regime;

/* The regime of that name; NULL when there is none. */
const regime *regime_find(const char *name);

/* All names, with commas. */
const char *regime_names(void);

#endif
