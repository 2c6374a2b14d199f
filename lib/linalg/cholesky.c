/* In blocks of SIDE rows and columns: one on the diagonal is factored, what is below it is divided by its
 * factor, and the product of that is taken from all columns to the right; the solutions go by the same blocks.
 * The products are those of gemm.h with few classes: their sums, and so the factor, have the same bits on every
 * processor, which LAPACK's have not. What is left, n^2 SIDE / 2 operations, runs along rows in memory. */
#include "linalg/cholesky.h"

#include <assert.h>
#include <lapacke.h>
#include <math.h>

#include "core/minimum.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"

enum { SIDE = 32, TALL = 256 };

/* A block on the diagonal := its factor, of which the first rows with a pivot > 0 are returned. */
static int64_t factor_block(int64_t side, int64_t n, double *A)
{
    for (int64_t j = 0; j < side; j++) {
        double *row = A + j * n;
        for (int64_t l = 0; l < j; l++) {
            double sum = row[l];
            for (int64_t i = 0; i < l; i++)
                sum -= row[i] * A[l * n + i];
            row[l] = sum / A[l * n + l];
            row[j] -= row[l] * row[l];
        }
        if (!(row[j] > 0) || isinf(row[j]))
            return j;
        row[j] = sqrt(row[j]);
    }
    return side;
}

/* X := X L^-T, L a block on the diagonal, X the rows below it: turned, so that the inner loops go along many rows.
 * The turned rows stay above the diagonal, to the right of the block. */
static void divide_rows(int64_t side, int64_t rows, int64_t n, const double *L, double *X,
                        double *turned)
{
    for (int64_t first = 0; first < rows; first += TALL) {
        const int64_t end = lesser(rows, first + TALL);
        for (int64_t i = first; i < end; i++) {
            for (int64_t j = 0; j < side; j++)
                turned[j * n + i] = X[i * n + j];
        }
        for (int64_t j = 0; j < side; j++) {
            double *restrict row = turned + j * n;
            for (int64_t l = 0; l < j; l++) {
                const double factor = L[j * n + l];
                const double *before = turned + l * n;
                for (int64_t i = first; i < end; i++)
                    row[i] -= factor * before[i];
            }
            for (int64_t i = first; i < end; i++)
                row[i] /= L[j * n + j];
        }
        for (int64_t i = first; i < end; i++) {
            for (int64_t j = 0; j < side; j++)
                X[i * n + j] = turned[j * n + i];
        }
    }
}

/* C := C - X X^T for the rows X below a block, given turned, C the rest of the matrix: its lower triangle, and the
 * corners of blocks above it. */
static void take_product(int32_t set, int64_t side, int64_t rows, int64_t n, const double *turned,
                         double *C)
{
    for (int64_t i = 0; i < rows; i += GEMM_FEW) {
        const int64_t count = lesser(GEMM_FEW, rows - i);
        gemm_f64(set, TRANSPOSED, PLAIN, count, side, i + count, -1, turned + i, n, turned, n, 1,
                 C + i * n, n);
    }
}

/* A := its factor. Returns how many pivots were positive; n: the factor exists. */
static int64_t factor(int32_t set, int64_t n, double *A)
{
    blas_single_thread_begin();
    int64_t done = 0;
    while (done < n) {
        const int64_t side = lesser(SIDE, n - done);
        double *diagonal = A + done * n + done;
        const int64_t factored = factor_block(side, n, diagonal);
        done += factored;
        if (factored < side)
            break;
        const int64_t rows = n - done;
        double *below = diagonal + side * n;
        divide_rows(side, rows, n, diagonal, below, diagonal + side);
        take_product(set, side, rows, n, diagonal + side, below + side);
    }
    blas_single_thread_end();
    return done;
}

bool cholesky_factor(int32_t set, int64_t n, double *A)
{
    return factor(set, n, A) == n;
}

int64_t cholesky_factor_above(int32_t set, int64_t n, double *A, double least)
{
    const int64_t factored = factor(set, n, A);
    for (int64_t i = 0; i < factored; i++) {
        if (!(A[i * n + i] * A[i * n + i] > least))
            return i;
    }
    return factored < n ? factored : -1;
}

/* The lower triangle of a row-major matrix is the upper one of the same memory in column-major order, which is
 * LAPACK's own: nothing is copied. */
bool cholesky_invert(int64_t n, double *L)
{
    if (n == 0)
        return true;
    blas_single_thread_begin();
    const int info = LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'U', (int)n, L, (int)n);
    blas_single_thread_end();
    return info == 0;
}

/* Rows first..first+side-1 of the triangle, each up to column first + side: a row of packed blocks, which begins where
 * those before end. */
static int64_t packed_before(int64_t first)
{
    return first * (first + SIDE) / 2;
}

int64_t cholesky_packed(int64_t n)
{
    const int64_t whole = n - n % SIDE;
    return packed_before(whole) + (n - whole) * n;
}

void cholesky_pack(int64_t n, const double *L, float *packed)
{
    for (int64_t first = 0; first < n; first += SIDE) {
        const int64_t end = lesser(n, first + SIDE);
        for (int64_t i = first; i < end; i++) {
            for (int64_t j = 0; j < end; j++)
                *packed++ = j <= i ? (float)L[i * n + j] : 0;
        }
    }
}

void cholesky_solve_packed(int32_t set, int64_t n, const float *packed, float *b)
{
    for (int64_t first = 0; first < n; first += SIDE) {
        const int64_t side = lesser(SIDE, n - first);
        const int64_t ld = first + side;
        const float *rows = packed + packed_before(first);
        if (first > 0)
            gemm_f32(set, PLAIN, TRANSPOSED, 1, first, side, -1, b, first, rows, ld, 1, b + first,
                     side);
        for (int64_t i = 0; i < side; i++) {
            const float *row = rows + i * ld + first;
            for (int64_t l = 0; l < i; l++)
                b[first + i] -= row[l] * b[first + l];
            b[first + i] /= row[i];
        }
    }
    for (int64_t first = (n - 1) / SIDE * SIDE; n > 0 && first >= 0; first -= SIDE) {
        const int64_t side = lesser(SIDE, n - first);
        const int64_t ld = first + side;
        const float *rows = packed + packed_before(first);
        for (int64_t i = side - 1; i >= 0; i--) {
            const float *row = rows + i * ld + first;
            b[first + i] /= row[i];
            for (int64_t l = 0; l < i; l++)
                b[first + l] -= row[l] * b[first + i];
        }
        if (first > 0)
            gemm_f32(set, TRANSPOSED, PLAIN, 1, side, first, -1, b + first, 1, rows, ld, 1, b,
                     first);
    }
}

/* The rows of B of one block, whose products with the rows solved before are taken off. */
static void solve_block(int64_t side, int64_t n, int64_t k, const double *L, double *B)
{
    for (int64_t i = 0; i < side; i++) {
        for (int64_t l = 0; l < i; l++) {
            for (int64_t j = 0; j < k; j++)
                B[i * k + j] -= L[i * n + l] * B[l * k + j];
        }
        for (int64_t j = 0; j < k; j++)
            B[i * k + j] /= L[i * n + i];
    }
}

/* The same with the transpose of L. */
static void solve_block_transposed(int64_t side, int64_t n, int64_t k, const double *L, double *B)
{
    for (int64_t i = side - 1; i >= 0; i--) {
        for (int64_t l = i + 1; l < side; l++) {
            for (int64_t j = 0; j < k; j++)
                B[i * k + j] -= L[l * n + i] * B[l * k + j];
        }
        for (int64_t j = 0; j < k; j++)
            B[i * k + j] /= L[i * n + i];
    }
}

void cholesky_solve(int32_t set, int64_t n, int64_t k, const double *L, double *B)
{
    assert(n >= 0 && n <= INT32_MAX && k >= 0 && k <= INT32_MAX);
    blas_single_thread_begin();
    for (int64_t i = 0; i < n; i += SIDE) {
        const int64_t side = lesser(SIDE, n - i);
        if (i > 0)
            gemm_f64(set, PLAIN, PLAIN, side, i, k, -1, L + i * n, n, B, k, 1, B + i * k, k);
        solve_block(side, n, k, L + i * n + i, B + i * k);
    }
    for (int64_t i = (n - 1) / SIDE * SIDE; n > 0 && i >= 0; i -= SIDE) {
        const int64_t side = lesser(SIDE, n - i);
        const int64_t rest = i + side;
        if (rest < n)
            gemm_f64(set, TRANSPOSED, PLAIN, side, n - rest, k, -1, L + rest * n + i, n,
                     B + rest * k, k, 1, B + i * k, k);
        solve_block_transposed(side, n, k, L + i * n + i, B + i * k);
    }
    blas_single_thread_end();
}
