/* One row: every weight is used once, 2 n k operations for 4 n k bytes. A row is small and theta is
 * not, so the time of a prediction is that of reading theta from wherever it is kept. */
#include "prediction.h"

#include "machine.h"
#include "synthetic.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

double prediction_bytes(const shape *s)
{
    return 4 * ((double)PREDICTION_ROWS * (double)s->n + 4 * (double)s->n * (double)s->k);
}

void prediction_create(prediction *p, const shape *s, linclass_context *ctx)
{
    *p = (prediction){.n = s->n, .k = s->k, .ctx = ctx};
    p->X = bench_allocate(PREDICTION_ROWS * p->n, sizeof *p->X);
    p->theta = bench_allocate(p->n * p->k, sizeof *p->theta);
    p->H = bench_allocate(p->k, sizeof *p->H);
    synthetic_fill(p->X, PREDICTION_ROWS * p->n, 1, 0, 1);
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
}

void prediction_run_library(void *argument, int64_t i)
{
    prediction *const p = argument;
    linclass_matrix row;
    bench_require(p->ctx, linclass_matrix_init(&row, sizeof row, LINCLASS_FLOAT32, 1, p->n,
                                               p->X + i % PREDICTION_ROWS * p->n, p->n));
    bench_require(p->ctx, linclass_model_predict(p->ctx, p->model, &row, &p->label));
}

void prediction_run_bare_product(void *argument, int64_t i)
{
    const prediction *const p = argument;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, (int)p->k, (int)p->n, 1.0f,
                p->X + i % PREDICTION_ROWS * p->n, (int)p->n, p->theta, (int)p->k, 0.0f, p->H,
                (int)p->k);
}

double prediction_error(prediction *p)
{
    int64_t wrong = 0;
    double *const h = bench_allocate(p->k, sizeof *h);
    for (int64_t i = 0; i < PREDICTION_ROWS; i++) {
        int64_t best = 0;
        for (int64_t c = 0; c < p->k; c++)
            h[c] = 0;
        for (int64_t j = 0; j < p->n; j++)
            for (int64_t c = 0; c < p->k; c++)
                h[c] += (double)p->X[i * p->n + j] * p->theta[j * p->k + c];
        for (int64_t c = 1; c < p->k; c++)
            best = h[c] > h[best] ? c : best;
        prediction_run_library(p, i);
        wrong += fabs(h[p->label] - h[best]) > 1e-4 * fabs(h[best]); /* a tie in float32 is none */
    }
    free(h);
    return (double)wrong / PREDICTION_ROWS;
}

work prediction_work(const shape *s)
{
    const double theta = 4.0 * (double)(s->n * s->k);
    return (work){.flops = theta / 2,
                  .reused = theta,
                  .reused_set = (int64_t)theta,
                  .formula = "max(2nk/peak, 4nk/bw(theta))"};
}
