/* What the library does, by the names in shapes files: what a call takes, what it cannot do without,
 * and the bare products of BLAS in it. */
#ifndef BENCH_REGIMES_H
#define BENCH_REGIMES_H

#include "bench.h"
#include "bounds.h"

typedef struct regime {
    const char *name;
    int64_t alone; /* up to so many rows a thread does by itself, and is measured so */
    double (*bytes)(const shape *s);
    work (*work)(const shape *s);

    /* The data of a shape, for calls on so many threads; released by destroy. */
    void *(*create)(const shape *s, int threads);
    void (*destroy)(void *data);
    void (*run)(void *data,
                int64_t call); /* the library; calls are numbered for those that take other rows */
    void (*run_bare)(void *data, int64_t call); /* the products alone */

    const char *function; /* that run calls */
    double (*error)(
        void *data); /* of its answer, relative, against plain loops or BLAS in double */
    double tolerance;
} regime;

/* The regime of that name; NULL when there is none. */
const regime *regime_find(const char *name);

/* All names, with commas. */
const char *regime_names(void);

#endif
