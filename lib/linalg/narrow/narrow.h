/* Products with few classes, written in vectors: what gemm.h uses for them in the place of BLAS.
 *
 * BLAS packs both factors and, however narrow they are, works in tiles of its own. OpenBLAS 0.3.21 runs
 * the two products of 96 rows, n = 784, k = 10, at 128 GFLOP/s where it knows the processor as one with
 * kernels for small products, at 48 where it does not. These need neither packing nor lock, and keep
 * 200 GFLOP/s there; above GEMM_FEW classes BLAS is as fast.
 *
 * Sums are kept in registers; an element of C has the same bits whatever rows and columns are computed
 * with it. */
#ifndef LINALG_NARROW_NARROW_H
#define LINALG_NARROW_NARROW_H

#include <stdint.h>

#define DECLARE_NARROW(real, suffix) \
    /* The arguments of a product: alpha, beta and leading dimensions as in BLAS, C is not read when   \
     * beta = 0. */ \
    typedef struct narrow_product_##suffix { \
        int64_t m; \
        int64_t n; \
        int64_t k; \
        real alpha; \
        const real *A; \
        int64_t lda; \
        const real *B; \
        int64_t ldb; \
        real beta; \
        real *C; \
        int64_t ldc; \
    } narrow_product_##suffix; \
\
    typedef void (*narrow_function_##suffix)(const narrow_product_##suffix *product); \
\
    typedef struct narrow_##suffix { \
        const char *name; \
        /* Scores from theta by class: C = alpha A B^T + beta C. A: m x n, B: k x n, C: m x k;         \
         * n, k >= 1. */ \
        narrow_function_##suffix by_class; \
        /* Scores of a few rows from theta as it is: C = alpha A B + beta C. A: m x n, B: n x k,       \
         * C: m x k; n, k >= 1. */ \
        narrow_function_##suffix plain; \
        /* The gradient by class, from residuals and samples: C = alpha A^T B + beta C. A: n x m,      \
         * B: n x k, C: m x k; m, n >= 1. Here m counts classes, n rows. */ \
        narrow_function_##suffix transposed; \
    } narrow_##suffix; \
\
    /* Those of this processor, from slow to fast; *count may be 0. */ \
    const narrow_##suffix *const *narrow_all_##suffix(int *count); \
    /* The fastest, or NULL. */ \
    const narrow_##suffix *narrow_best_##suffix(void);

DECLARE_NARROW(float, f32)
DECLARE_NARROW(double, f64)

#endif
