/* One softmax loss-and-gradient problem with synthetic data, and three ways to do its work: the
 * library, two whole products with a plain softmax between, and the two bare products. */
#ifndef BENCH_PROBLEM_H
#define BENCH_PROBLEM_H

#include "bench.h"

typedef struct problem {
    int64_t m;
    int64_t n;
    int64_t k;
    float *X;     /* m x n */
    int64_t *y;   /* m */
    float *theta; /* n x k */
    float *G;     /* n x k, the answer */
    float *H;     /* m x k, for the products; NULL when not wanted */
    double loss;  /* the answer */
    linclass_context *ctx;
    int blas_threads; /* of the products */
} problem;

/* Allocate and fill. with_scores: also H. */
void problem_create(problem *p, const shape *s, int with_scores);
void problem_destroy(problem *p);

/* Bytes of the arrays of a problem of that shape. */
double problem_bytes(const shape *s, int with_scores);

/* linclass_softmax_loss_gradient_f32 on p->ctx. */
void problem_run_library(void *p);

/* H = X theta by one sgemm, softmax and residual by plain loops, G = X^T R / m by one sgemm. */
void problem_run_two_products(void *p);

/* The two sgemm alone, G = X^T H / m: what no gradient in this precision can do without. */
void problem_run_bare_products(void *p);

/* Largest of the relative errors of p->G and p->loss. G: n x k, from reference_loss_gradient. */
double problem_error(const problem *p, double loss, const double *G);

#endif
