/* The lower triangle of a row-major matrix is the upper one of the same memory in column-major order,
 * which is LAPACK's own: so LAPACK is called for column-major 'U', and nothing is copied. */
#include "linalg/cholesky.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>

#include "linalg/blas_threads.h"

/* A := its factor. Returns how many pivots were positive; n: the factor exists. */
static int64_t factor(int64_t n, double *A)
{
    assert(n >= 0 && n <= INT32_MAX);
    if (n == 0)
        return 0;
    blas_single_thread_begin();
    const int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', (int)n, A, (int)n);
    blas_single_thread_end();
    return info == 0 ? n : info - 1;
}

bool cholesky_factor(int64_t n, double *A)
{
    return factor(n, A) == n;
}

int64_t cholesky_factor_above(int64_t n, double *A, double least)
{
    const int64_t factored = factor(n, A);
    for (int64_t i = 0; i < factored; i++) {
        if (!(A[i * n + i] * A[i * n + i] > least))
            return i;
    }
    return factored < n ? factored : -1;
}

bool cholesky_invert(int64_t n, double *L)
{
    if (n == 0)
        return true;
    blas_single_thread_begin();
    const int info = LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'U', (int)n, L, (int)n);
    blas_single_thread_end();
    return info == 0;
}

void cholesky_pack(int64_t n, const double *L, float *packed)
{
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j <= i; j++)
            *packed++ = (float)L[i * n + j];
    }
}

void cholesky_solve_packed(int64_t n, const float *packed, float *b)
{
    if (n == 0)
        return;
    cblas_stpsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, (int)n, packed, b, 1);
    cblas_stpsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, (int)n, packed, b, 1);
}

void cholesky_solve(int64_t n, int64_t k, const double *L, double *B)
{
    assert(n >= 0 && n <= INT32_MAX && k >= 0 && k <= INT32_MAX);
    if (n == 0 || k == 0)
        return;
    blas_single_thread_begin();
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, (int)n, (int)k, 1,
                L, (int)n, B, (int)k);
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, (int)n, (int)k, 1,
                L, (int)n, B, (int)k);
    blas_single_thread_end();
}
