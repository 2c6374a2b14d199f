/* Matrix products, row-major, 64-bit dimensions checked by the callers to fit BLAS's.
 *
 * Three shapes with at most GEMM_FEW classes do not go through BLAS where the processor has fused
 * multiply-adds (narrow/): A B and A B^T with so many columns, A^T B with so many rows. Nor does A^T B where A and B
 * have at most GEMM_FEW_ROWS rows. set: the vector set they are in (core/vector/usable.h), which their results do not
 * depend on. */
#ifndef LINALG_GEMM_H
#define LINALG_GEMM_H

#include <stdbool.h>
#include <stdint.h>

#include "linalg/narrow/narrow.h"

enum gemm_transpose { PLAIN, TRANSPOSED };

enum { GEMM_FEW = 64, GEMM_FEW_ROWS = 16 };

/* C = alpha op(A) op(B) + beta C. op(A): m x n, op(B): n x k, C: m x k. C is not read when
 * beta = 0. Empty products leave beta C. */
void gemm_f32(int32_t set, enum gemm_transpose a, enum gemm_transpose b, int64_t m, int64_t n,
              int64_t k, float alpha, const float *A, int64_t lda, const float *B, int64_t ldb,
              float beta, float *C, int64_t ldc);
void gemm_f64(int32_t set, enum gemm_transpose a, enum gemm_transpose b, int64_t m, int64_t n,
              int64_t k, double alpha, const double *A, int64_t lda, const double *B, int64_t ldb,
              double beta, double *C, int64_t ldc);

/* The same result; where the product is one of narrow/, memory is asked for meanwhile. */
void gemm_asking_f32(int32_t set, enum gemm_transpose a, enum gemm_transpose b, int64_t m,
                     int64_t n, int64_t k, float alpha, const float *A, int64_t lda, const float *B,
                     int64_t ldb, float beta, float *C, int64_t ldc, narrow_memory memory);
void gemm_asking_f64(int32_t set, enum gemm_transpose a, enum gemm_transpose b, int64_t m,
                     int64_t n, int64_t k, double alpha, const double *A, int64_t lda,
                     const double *B, int64_t ldb, double beta, double *C, int64_t ldc,
                     narrow_memory memory);

/* Whether a product with k classes, in one of the three shapes, goes through BLAS: then there are
 * buffers to be claimed (blas_buffers.h). */
bool gemm_calls_blas_f32(int32_t set, int64_t k);
bool gemm_calls_blas_f64(int32_t set, int64_t k);

#ifdef REAL_BITS /* in *_tmpl.c */
#define gemm            REAL(gemm)
#define gemm_asking     REAL(gemm_asking)
#define gemm_calls_blas REAL(gemm_calls_blas)
#endif

#endif
