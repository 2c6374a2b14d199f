/* For each minibatch of B rows: H = X_b theta (2 B n k operations), the residual, theta := theta - (alpha / B)
 * X_b^T R (2 B n k). The rows stream through once an epoch; theta stays in a cache. The update of one minibatch
 * and the scores of the next can share a pass over theta, so that it is read and written once a minibatch: twice
 * its size; of one row once for two, as the scores of the second can be corrected for the step on the first. */
#include "sgd_epoch.h"

#include "machine.h"
#include "reference.h"
#include "synthetic.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float learning_rate = 1e-3f;

double sgd_epoch_bytes(const shape *s)
{
    const double n = (double)s->n;
    return 4 * ((double)SGD_ROWS * n + n * (double)s->k + (double)s->m * (double)s->k);
}

void sgd_epoch_create(sgd_epoch *e, const shape *s)
{
    *e = (sgd_epoch){.batch = s->m, .n = s->n, .k = s->k};
    e->X = bench_allocate(SGD_ROWS * e->n, sizeof *e->X);
    e->y = bench_allocate(SGD_ROWS, sizeof *e->y);
    e->theta = bench_allocate(e->n * e->k, sizeof *e->theta);
    e->H = bench_allocate(e->batch * e->k, sizeof *e->H);
    synthetic_fill(e->X, SGD_ROWS * e->n, 1, 0, 1);
    synthetic_labels(e->y, SGD_ROWS, 2, e->k);
    memset(e->theta, 0, (size_t)(e->n * e->k) * sizeof *e->theta);
}

void sgd_epoch_destroy(sgd_epoch *e)
{
    free(e->X);
    free(e->y);
    free(e->theta);
    free(e->H);
}

static void run_rows(const sgd_epoch *e, int64_t rows)
{
    bench_require(e->ctx,
                  linclass_softmax_sgd_epoch_f32(e->ctx, rows, e->n, e->k, e->X, e->n, e->y,
                                                 e->batch, learning_rate, e->theta, e->k, NULL));
}

void sgd_epoch_run_library(void *argument)
{
    run_rows(argument, SGD_ROWS);
}

/* The scores are made and not used, so theta moves by nothing worth reading. */
void sgd_epoch_run_bare_products(void *argument)
{
    const sgd_epoch *const e = argument;
    const int n = (int)e->n;
    const int k = (int)e->k;
    machine_set_blas_threads(e->blas_threads);
    for (int64_t first = 0; first < SGD_ROWS; first += e->batch) {
        const int rows = (int)(SGD_ROWS - first < e->batch ? SGD_ROWS - first : e->batch);
        const float *const X = e->X + first * e->n;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, k, n, 1.0f, X, n, e->theta, k,
                    0.0f, e->H, k);
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, k, rows, -1e-9f, X, n, e->H, k,
                    1.0f, e->theta, k);
    }
}

/* One minibatch in double: theta := theta - (learning_rate / rows) X^T (softmax(X theta) - I_y). */
static void reference_update(const sgd_epoch *e, int64_t first, int64_t rows, double *theta,
                             double *R)
{
    for (int64_t i = 0; i < rows; i++) {
        const float *const x = e->X + (first + i) * e->n;
        double *const r = R + i * e->k;
        double sum = 0;
        memset(r, 0, (size_t)e->k * sizeof *r);
        for (int64_t j = 0; j < e->n; j++)
            for (int64_t c = 0; c < e->k; c++)
                r[c] += x[j] * theta[j * e->k + c];
        for (int64_t c = 0; c < e->k; c++)
            sum += r[c] = exp(r[c]);
        for (int64_t c = 0; c < e->k; c++)
            r[c] = r[c] / sum - (c == e->y[first + i]);
    }
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < e->n; j++)
            for (int64_t c = 0; c < e->k; c++)
                theta[j * e->k + c] -= (double)learning_rate / (double)rows *
                                       (double)e->X[(first + i) * e->n + j] * R[i * e->k + c];
}

double sgd_epoch_error(sgd_epoch *e)
{
    enum { ROWS = 2000 };
    double *const theta = calloc((size_t)(e->n * e->k), sizeof *theta);
    double *const R = bench_allocate(e->batch * e->k, sizeof *R);
    if (theta == NULL)
        abort();
    memset(e->theta, 0, (size_t)(e->n * e->k) * sizeof *e->theta);
    run_rows(e, ROWS);
    for (int64_t first = 0; first < ROWS; first += e->batch)
        reference_update(e, first, ROWS - first < e->batch ? ROWS - first : e->batch, theta, R);
    const double error = reference_error(e->theta, theta, e->n * e->k);
    free(theta);
    free(R);
    return error;
}

work sgd_epoch_work(const shape *s)
{
    const double X = 4.0 * SGD_ROWS * (double)s->n;
    const double theta = 4.0 * (double)(s->n * s->k);
    const double passes = ceil((double)SGD_ROWS / fmax((double)s->m, 2));
    return (work){.flops = X * (double)s->k,
                  .reads = {{X, (int64_t)X}},
                  .updates = {2 * theta * passes, (int64_t)theta},
                  .formula = "max(4Mnk/peak, 4Mn/read, 8nk(M/max(B,2))/update(theta))"};
}
