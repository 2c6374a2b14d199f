/* Prediction of m rows at a time: by the library's model, and the bare product in it. */
#ifndef BENCH_PREDICTION_H
#define BENCH_PREDICTION_H

#include "bench.h"
#include "bounds.h"

enum { PREDICTION_ROWS = 256 };

typedef struct prediction {
    int64_t m; /* rows of a call */
    int64_t n;
    int64_t k;
    int64_t kept;    /* rows of X, taken in turn: a multiple of m, PREDICTION_ROWS at most or m */
    float *X;        /* kept x n */
    float *theta;    /* n x k */
    float *H;        /* m x k */
    int64_t *labels; /* m: of the last rows predicted */
    linclass_model *model;
    linclass_context *ctx;
} prediction;

void prediction_create(prediction *p, const shape *s, linclass_context *ctx);
void prediction_destroy(prediction *p);
double prediction_bytes(const shape *s);

/* argument: prediction. The i-th m of the rows that are kept, modulo their number. */
void prediction_run_library(void *argument, int64_t i);
void prediction_run_bare_product(void *argument, int64_t i);

/* Share of the rows kept whose label is not that of the largest score in double. */
double prediction_error(prediction *p);

work prediction_work(const shape *s);

#endif
