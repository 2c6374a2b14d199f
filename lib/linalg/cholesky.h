/* Cholesky factorisation of symmetric positive definite matrices, in double, by LAPACK. */
#ifndef LINALG_CHOLESKY_H
#define LINALG_CHOLESKY_H

#include <stdbool.h>
#include <stdint.h>

/* A = L L^T. A: n x n, row-major, ld = n; its lower triangle is read and becomes L. false when A is
 * not positive definite, to working precision. */
bool cholesky_factor(int64_t n, double *A);

/* b := (L L^T)^-1 b in single precision, for a factor that was rounded to it: half the memory to read.
 * To be called between blas_single_thread_begin and _end. */
void cholesky_solve_rounded(int64_t n, const float *L, float *b);

/* B := (L L^T)^-1 B. B: n x k, row-major, ld = k. */
void cholesky_solve(int64_t n, int64_t k, const double *L, double *B);

#endif
