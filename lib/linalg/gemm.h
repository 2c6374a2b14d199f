/* Matrix products, row-major, 64-bit dimensions checked by the callers to fit BLAS's.
 *
 * Three shapes with at most GEMM_FEW classes do not go through BLAS where the processor has vectors
 * (narrow/): A B and A B^T with so many columns, A^T B with so many rows. */
#ifndef LINALG_GEMM_H
#define LINALG_GEMM_H

#include <stdbool.h>
#include <stdint.h>

enum gemm_transpose { PLAIN, TRANSPOSED };

enum { GEMM_FEW = 64 };

#define DECLARE_GEMM(real, suffix) \
    /* C = alpha op(A) op(B) + beta C. op(A): m x n, op(B): n x k, C: m x k. C is not read when     \
     * beta = 0. Empty products leave beta C. */ \
    void gemm_##suffix(enum gemm_transpose a, enum gemm_transpose b, int64_t m, int64_t n, \
                       int64_t k, real alpha, const real *A, int64_t lda, const real *B, \
                       int64_t ldb, real beta, real *C, int64_t ldc); \
\
    /* Whether a product with k classes, in one of the three shapes, goes through BLAS: then there are \
     * buffers to be claimed (blas_buffers.h). */ \
    bool gemm_calls_blas_##suffix(int64_t k);

DECLARE_GEMM(float, f32)
DECLARE_GEMM(double, f64)

#endif
