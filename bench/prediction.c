/* One row: every weight is used once, 2 n k operations for 4 n k bytes. A row is small and theta is
 * not, so the time of a prediction is that of reading theta from wherever it is kept. Of many rows it is that
 * of the arithmetic, or of reading the rows. */
#include "prediction.h"

#include "machine.h"
#include "synthetic.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

/* Different rows for calls that follow each other. */
static int64_t rows_kept(int64_t rows)
{
    return rows > PREDICTION_ROWS ? rows : PREDICTION_ROWS / rows * rows;
}

double prediction_bytes(const shape *s)
{
    const double m = (double)s->m;
    return 4 * ((double)rows_kept(s->m) * (double)s->n + 4 * (double)s->n * (double)s->k) +
           4 * m * (double)s->k + 8 * m;
}

void prediction_create(prediction *p, const shape *s, linclass_context *ctx)
{
    *p = (prediction){.m = s->m, .n = s->n, .k = s->k, .kept = rows_kept(s->m), .ctx = ctx};
    p->X = bench_allocate(p->kept * p->n, sizeof *p->X);
    p->theta = bench_allocate(p->n * p->k, sizeof *p->theta);
    p->H = bench_allocate(p->m * p->k, sizeof *p->H);
    p->labels = bench_allocate(p->m, sizeof *p->labels);
    synthetic_fill(p->X, p->kept * p->n, 1, 0, 1);
    synthetic_fill(p->theta, p->n * p->k, 2, -1, 1);
    bench_require(ctx, linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, p->n,
                                             p->k, p->theta, p->k, NULL, NULL, &p->model));
}

void prediction_destroy(prediction *p)
{
    linclass_model_destroy(p->model);
    free(p->X);
    free(p->theta);
    free(p->H);
    free(p->labels);
}

static const float *rows_of_call(const prediction *p, int64_t i)
{
    return p->X + i * p->m % p->kept * p->n;
}

void prediction_run_library(void *argument, int64_t i)
{
    prediction *const p = argument;
    linclass_matrix rows;
    bench_require(p->ctx, linclass_matrix_init(&rows, sizeof rows, LINCLASS_FLOAT32, p->m, p->n,
                                               rows_of_call(p, i), p->n));
    bench_require(p->ctx, linclass_model_predict(p->ctx, p->model, &rows, p->labels));
}

void prediction_run_bare_product(void *argument, int64_t i)
{
    const prediction *const p = argument;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)p->m, (int)p->k, (int)p->n, 1.0f,
                rows_of_call(p, i), (int)p->n, p->theta, (int)p->k, 0.0f, p->H, (int)p->k);
}

double prediction_error(prediction *p)
{
    int64_t wrong = 0;
    double *const h = bench_allocate(p->k, sizeof *h);
    for (int64_t i = 0; i < p->kept; i++) {
        int64_t best = 0;
        for (int64_t c = 0; c < p->k; c++)
            h[c] = 0;
        for (int64_t j = 0; j < p->n; j++)
            for (int64_t c = 0; c < p->k; c++)
                h[c] += (double)p->X[i * p->n + j] * p->theta[j * p->k + c];
        for (int64_t c = 1; c < p->k; c++)
            best = h[c] > h[best] ? c : best;
        if (i % p->m == 0)
            prediction_run_library(p, i / p->m);
        const double chosen = h[p->labels[i % p->m]];
        wrong += fabs(chosen - h[best]) > 1e-4 * fabs(h[best]); /* a tie in float32 is none */
    }
    free(h);
    return (double)wrong / (double)p->kept;
}

work prediction_work(const shape *s)
{
    const double m = (double)s->m;
    const double theta = 4.0 * (double)(s->n * s->k);
    const double X = 4.0 * m * (double)s->n;
    return (work){.flops = m * theta / 2,
                  .reads = {{theta, (int64_t)theta}, {X, 4 * rows_kept(s->m) * s->n}},
                  .formula = "max(2mnk/peak, 4nk/read(theta), 4mn/read(X))"};
}
