/* Widened, not made anew: so the reference of the float32 problem is that of this one. */
#include "double_problem.h"

#include "machine.h"
#include "reference.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double double_problem_bytes(const shape *s)
{
    const double m = (double)s->m;
    const double n = (double)s->n;
    const double k = (double)s->k;
    return 8 * (m * n + 2 * n * k + m * k + m);
}

static double *widen(const float *values, int64_t count)
{
    double *const wide = bench_allocate(count, sizeof *wide);
    for (int64_t i = 0; i < count; i++)
        wide[i] = values[i];
    return wide;
}

void double_problem_create(double_problem *self, const problem *p)
{
    *self = (double_problem){
        .m = p->m, .n = p->n, .k = p->k, .ctx = p->ctx, .blas_threads = p->blas_threads};
    self->X = widen(p->X, p->m * p->n);
    self->theta = widen(p->theta, p->n * p->k);
    self->H = widen(p->H, p->m * p->k);
    self->y = bench_allocate(p->m, sizeof *self->y);
    memcpy(self->y, p->y, (size_t)p->m * sizeof *self->y);
    self->G = bench_allocate(p->n * p->k, sizeof *self->G);
}

void double_problem_destroy(double_problem *self)
{
    free(self->X);
    free(self->y);
    free(self->theta);
    free(self->G);
    free(self->H);
}

void double_problem_run_library(void *argument)
{
    double_problem *const self = argument;
    bench_require(self->ctx, linclass_softmax_loss_gradient_f64(
                                 self->ctx, self->m, self->n, self->k, self->X, self->n, self->y,
                                 self->theta, self->k, NULL, &self->loss, self->G, self->k, NULL));
}

void double_problem_run_bare_products(void *argument)
{
    const double_problem *const self = argument;
    const int m = (int)self->m;
    const int n = (int)self->n;
    const int k = (int)self->k;
    machine_set_blas_threads(self->blas_threads);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, k, n, 1.0, self->X, n, self->theta, k,
                0.0, self->H, k);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, k, m, 1.0 / (double)m, self->X, n,
                self->H, k, 0.0, self->G, k);
}

double double_problem_error(const double_problem *self, double loss, const double *G)
{
    double difference = 0;
    double norm = 0;
    for (int64_t i = 0; i < self->n * self->k; i++) {
        difference += (self->G[i] - G[i]) * (self->G[i] - G[i]);
        norm += G[i] * G[i];
    }
    return fmax(sqrt(difference / norm), reference_error_of(self->loss, loss));
}
