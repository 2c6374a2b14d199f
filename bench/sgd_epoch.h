/* One epoch of minibatch gradient descent over synthetic rows: by the library, and the two bare
 * products of every minibatch. */
#ifndef BENCH_SGD_EPOCH_H
#define BENCH_SGD_EPOCH_H

#include "bench.h"
#include "bounds.h"

enum { SGD_ROWS = 60000 };

typedef struct sgd_epoch {
    int64_t batch;
    int64_t n;
    int64_t k;
    float *X;     /* SGD_ROWS x n */
    int64_t *y;   /* SGD_ROWS */
    float *theta; /* n x k, updated in place */
    float *H;     /* batch x k */
    linclass_context *ctx;
    int blas_threads;
} sgd_epoch;

/* s->m: rows of a minibatch. */
void sgd_epoch_create(sgd_epoch *e, const shape *s);
void sgd_epoch_destroy(sgd_epoch *e);
double sgd_epoch_bytes(const shape *s);

/* argument: sgd_epoch. theta moves on with every call. */
void sgd_epoch_run_library(void *argument);
void sgd_epoch_run_bare_products(void *argument);

/* Relative error of the library's theta after the first 2000 rows from zero, against plain loops in
 * double. */
double sgd_epoch_error(sgd_epoch *e);

work sgd_epoch_work(const shape *s);

#endif
