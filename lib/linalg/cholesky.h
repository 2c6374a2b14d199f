/* Cholesky factorisation of symmetric positive definite matrices, in double. set: the
 * vector set (core/vector/usable.h), which the results do not depend on for k <= 64. */
#ifndef LINALG_CHOLESKY_H
#define LINALG_CHOLESKY_H

#include <stdbool.h>
#include <stdint.h>

/* A = L L^T. A: n x n, row-major, ld = n; its lower triangle is read and becomes L, what is above it
 * is lost. false when A is not positive definite, to working precision. */
bool cholesky_factor(int32_t set, int64_t n, double *A);

/* The same of a matrix with a diagonal of ones. Returns the first i whose pivot, L_ii^2, is not above
 * `least`: what row i has beyond a combination of the rows before it. -1: there is none; else A is lost. */
int64_t cholesky_factor_above(int32_t set, int64_t n, double *A, double least);

/* A := (L L^T)^-1 in place of L: n x n, row-major, lower triangle, by LAPACK. false when L is singular. */
bool cholesky_invert(int64_t n, double *L);

/* Numbers that cholesky_pack writes: about half of n^2. */
int64_t cholesky_packed(int64_t n);

/* packed := the lower triangle of L, rounded to single precision: a quarter of the memory to read. */
void cholesky_pack(int64_t n, const double *L, float *packed);

/* b := (L L^T)^-1 b in single precision, for a factor that was packed. To be
 * called between blas_single_thread_begin and _end. */
void cholesky_solve_packed(int32_t set, int64_t n, const float *packed, float *b);

/* B := (L L^T)^-1 B. B: n x k, row-major, ld = k. */
void cholesky_solve(int32_t set, int64_t n, int64_t k, const double *L, double *B);

#endif
