/* The problem of problem.h in float64: the same numbers, and the two bare products. */
#ifndef BENCH_DOUBLE_PROBLEM_H
#define BENCH_DOUBLE_PROBLEM_H

#include "problem.h"

typedef struct double_problem {
    int64_t m;
    int64_t n;
    int64_t k;
    double *X;     /* m x n */
    int64_t *y;    /* m */
    double *theta; /* n x k */
    double *G;     /* n x k, the answer */
    double *H;     /* m x k, for the products */
    double loss;   /* the answer */
    linclass_context *ctx;
    int blas_threads; /* of the products */
} double_problem;

/* Widen p, whose context and threads it takes. */
void double_problem_create(double_problem *self, const problem *p);
void double_problem_destroy(double_problem *self);

/* Bytes of its arrays. */
double double_problem_bytes(const shape *s);

void double_problem_run_library(void *double_problem);
void double_problem_run_bare_products(void *double_problem);

/* As problem_error. */
double double_problem_error(const double_problem *self, double loss, const double *G);

#endif
