/* Prediction of one row at a time: by the library's model, and the bare product in it. */
#ifndef BENCH_PREDICTION_H
#define BENCH_PREDICTION_H

#include "bench.h"
#include "bounds.h"

enum { PREDICTION_ROWS = 256 };

typedef struct prediction {
    int64_t n;
    int64_t k;
    float *X;     /* PREDICTION_ROWS x n: rows taken in turn */
    float *theta; /* n x k */
    float *H;     /* k */
    linclass_model *model;
    linclass_context *ctx;
    int blas_threads;
    int64_t label; /* of the last row predicted */
} prediction;

void prediction_create(prediction *p, const shape *s, linclass_context *ctx);
void prediction_destroy(prediction *p);
double prediction_bytes(const shape *s);

/* argument: prediction. Row i modulo PREDICTION_ROWS. */
void prediction_run_library(void *argument, int64_t i);
void prediction_run_bare_product(void *argument, int64_t i);

/* Share of the rows whose label is not that of the largest score in double. */
double prediction_error(prediction *p);

work prediction_work(const shape *s);

#endif
