/* C = alpha op(A) op(B) + beta C, by sgemm and dgemm, and by the products of narrow/ for few classes.
 *
 * Hazards: BLAS implementations differ in whether beta = 0 overwrites NaN in C (OpenBLAS does), and
 * in what they do with empty dimensions (OpenBLAS prints when a leading dimension is then too small);
 * the empty cases are handled here. */
#include "linalg/gemm.h"

#include <cblas.h>

#include "core/real.h"
#include "linalg/narrow/narrow.h"

#if REAL_BITS == 32
#define cblas_gemm cblas_sgemm
#define cblas_gemv cblas_sgemv
#define cblas_ger  cblas_sger
#else
#define cblas_gemm cblas_dgemm
#define cblas_gemv cblas_dgemv
#define cblas_ger  cblas_dger
#endif

/* OpenBLAS computes products of up to so many multiplications without packing; above it, a product
 * with one row pays for packing the whole matrix (2048 x 1000: 2.4 ms against 0.1 ms), and matrix-
 * vector routines are the better choice. */
static const int64_t SMALL_PRODUCT = 1000000;

static void scale_rows(int64_t m, int64_t k, real beta, real *C, int64_t ldc)
{
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < k; j++)
            C[i * ldc + j] = beta == 0 ? 0 : beta * C[i * ldc + j];
    }
}

/* The narrow product these arguments ask for, or NULL: one with few classes, which are the columns of
 * scores and the rows of a gradient by class, or the gradient of few rows. */
static narrow_function narrow_for(int32_t set, enum gemm_transpose a, enum gemm_transpose b,
                                  int64_t m, int64_t n, int64_t k)
{
    const narrow *table = narrow_of(set);
    if (table == NULL)
        return NULL;
    if (a == TRANSPOSED && b == PLAIN && m <= GEMM_FEW)
        return table->transposed;
    if (a == TRANSPOSED)
        return b == PLAIN && n <= GEMM_FEW_ROWS ? table->outer : NULL;
    if (k > GEMM_FEW)
        return NULL;
    return b == PLAIN ? table->plain : table->by_class;
}

bool gemm_calls_blas(int32_t set, int64_t k)
{
    return k > GEMM_FEW || narrow_of(set) == NULL;
}

void gemm(int32_t set, enum gemm_transpose a, enum gemm_transpose b, int64_t m, int64_t n,
          int64_t k, real alpha, const real *A, int64_t lda, const real *B, int64_t ldb, real beta,
          real *C, int64_t ldc)
{
    gemm_asking(set, a, b, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc,
                (narrow_memory){false, NULL, 0});
}

void gemm_asking(int32_t set, enum gemm_transpose a, enum gemm_transpose b, int64_t m, int64_t n,
                 int64_t k, real alpha, const real *A, int64_t lda, const real *B, int64_t ldb,
                 real beta, real *C, int64_t ldc, narrow_memory memory)
{
    if (m == 0 || k == 0)
        return;
    if (n == 0) {
        scale_rows(m, k, beta, C, ldc);
        return;
    }
    const narrow_function product = narrow_for(set, a, b, m, n, k);
    if (product != NULL) {
        product(&(narrow_product){m, n, k, alpha, A, lda, B, ldb, beta, C, ldc, memory});
        return;
    }
    const bool large = m * k > SMALL_PRODUCT / n;
    if (large && m == 1 && a == PLAIN) {
        cblas_gemv(CblasRowMajor, b == PLAIN ? CblasTrans : CblasNoTrans, (int)(b == PLAIN ? n : k),
                   (int)(b == PLAIN ? k : n), alpha, B, (int)ldb, A, 1, beta, C, 1);
    } else if (large && n == 1 && a == TRANSPOSED && b == PLAIN) {
        if (beta != 1)
            scale_rows(m, k, beta, C, ldc);
        cblas_ger(CblasRowMajor, (int)m, (int)k, alpha, A, 1, B, 1, C, (int)ldc);
    } else {
        cblas_gemm(CblasRowMajor, a == TRANSPOSED ? CblasTrans : CblasNoTrans,
                   b == TRANSPOSED ? CblasTrans : CblasNoTrans, (int)m, (int)k, (int)n, alpha, A,
                   (int)lda, B, (int)ldb, beta, C, (int)ldc);
    }
}
