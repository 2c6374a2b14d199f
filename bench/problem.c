/* Features uniform in [0, 1), as scaled pixels; weights small enough for logits of order one, so that
 * no probability is rounded away. */
#include "problem.h"

#include "machine.h"
#include "reference.h"
#include "synthetic.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

double problem_bytes(const shape *s, int with_scores)
{
    const double m = (double)s->m;
    const double n = (double)s->n;
    const double k = (double)s->k;
    return 4 * (m * n + 2 * n * k) + 8 * m + (with_scores ? 4 * m * k : 0);
}

void problem_create(problem *p, const shape *s, int with_scores)
{
    const float width = 3 / sqrtf((float)s->n);
    *p = (problem){.m = s->m, .n = s->n, .k = s->k};
    p->X = bench_allocate(p->m * p->n, sizeof *p->X);
    p->y = bench_allocate(p->m, sizeof *p->y);
    p->theta = bench_allocate(p->n * p->k, sizeof *p->theta);
    p->G = bench_allocate(p->n * p->k, sizeof *p->G);
    synthetic_fill(p->X, p->m * p->n, 1, 0, 1);
    synthetic_labels(p->y, p->m, 2, p->k);
    synthetic_fill(p->theta, p->n * p->k, 3, -width, width);
    synthetic_fill(p->G, p->n * p->k, 4, 0, 1);
    if (with_scores) {
        p->H = bench_allocate(p->m * p->k, sizeof *p->H);
        synthetic_fill(p->H, p->m * p->k, 5, 0, 1);
    }
}

void problem_destroy(problem *p)
{
    free(p->X);
    free(p->y);
    free(p->theta);
    free(p->G);
    free(p->H);
}

void problem_run_library(void *argument)
{
    problem *const p = argument;
    bench_require(p->ctx, linclass_softmax_loss_gradient_f32(p->ctx, p->m, p->n, p->k, p->X, p->n,
                                                             p->y, p->theta, p->k, NULL, &p->loss,
                                                             p->G, p->k, NULL));
}

static void scores(const problem *p)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)p->m, (int)p->k, (int)p->n, 1.0f,
                p->X, (int)p->n, p->theta, (int)p->k, 0.0f, p->H, (int)p->k);
}

static void gradient(const problem *p)
{
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)p->n, (int)p->k, (int)p->m,
                1.0f / (float)p->m, p->X, (int)p->n, p->H, (int)p->k, 0.0f, p->G, (int)p->k);
}

void problem_run_two_products(void *argument)
{
    problem *const p = argument;
    double loss = 0;
    machine_set_blas_threads(p->blas_threads);
    scores(p);
    for (int64_t i = 0; i < p->m; i++) {
        float *const h = p->H + i * p->k;
        float largest = h[0];
        float sum = 0;
        for (int64_t c = 1; c < p->k; c++)
            largest = h[c] > largest ? h[c] : largest;
        const float true_score = h[p->y[i]] - largest;
        for (int64_t c = 0; c < p->k; c++)
            sum += h[c] = expf(h[c] - largest);
        for (int64_t c = 0; c < p->k; c++)
            h[c] /= sum;
        h[p->y[i]] -= 1;
        loss += logf(sum) - true_score;
    }
    gradient(p);
    p->loss = loss / (double)p->m;
}

void problem_run_bare_products(void *argument)
{
    const problem *const p = argument;
    machine_set_blas_threads(p->blas_threads);
    scores(p);
    gradient(p);
}

double problem_error(const problem *p, double loss, const double *G)
{
    return fmax(reference_error(p->G, G, p->n * p->k), reference_error_of(p->loss, loss));
}
