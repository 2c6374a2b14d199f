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

enum { SIDE = 32, TALL = 256, SUMS = 16 };

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

/* X := X L^-T, L a block on the diagonal, X the rows below it: turned, so that the inner loop goes along many
 * rows. */
static void divide_rows(int64_t side, int64_t rows, int64_t n, const double *L, double *X)
{
    double turned[SIDE][TALL];
    for (int64_t first = 0; first < rows; first += TALL) {
        const int64_t count = lesser(TALL, rows - first);
        for (int64_t i = 0; i < count; i++) {
            for (int64_t j = 0; j < side; j++)
                turned[j][i] = X[(first + i) * n + j];
        }
        for (int64_t j = 0; j < side; j++) {
            for (int64_t l = 0; l < j; l++) {
                for (int64_t i = 0; i < count; i++)
                    turned[j][i] -= L[j * n + l] * turned[l][i];
            }
            for (int64_t i = 0; i < count; i++)
                turned[j][i] /= L[j * n + j];
        }
        for (int64_t i = 0; i < count; i++) {
            for (int64_t j = 0; j < side; j++)
                X[(first + i) * n + j] = turned[j][i];
        }
    }
}

/* C := C - X X^T for the rows X below a block, C the rest of the matrix: its lower triangle, and of the blocks on
 * the diagonal what is above it, which is put back. */
static void take_product(int32_t set, int64_t side, int64_t rows, int64_t n, const double *X,
                         double *C)
{
    double above[GEMM_FEW][GEMM_FEW];
    for (int64_t j = 0; j < rows; j += GEMM_FEW) {
        const int64_t columns = lesser(GEMM_FEW, rows - j);
        double *corner = C + j * n + j;
        for (int64_t i = 0; i < columns; i++) {
            for (int64_t l = i + 1; l < columns; l++)
                above[i][l] = corner[i * n + l];
        }
        gemm_f64(set, PLAIN, TRANSPOSED, rows - j, side, columns, -1, X + j * n, n, X + j * n, n, 1,
                 corner, n);
        for (int64_t i = 0; i < columns; i++) {
            for (int64_t l = i + 1; l < columns; l++)
                corner[i * n + l] = above[i][l];
        }
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
        divide_rows(side, rows, n, diagonal, below);
        take_product(set, side, rows, n, below, below + side);
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

void cholesky_pack(int64_t n, const double *L, float *packed)
{
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j <= i; j++)
            *packed++ = (float)L[i * n + j];
    }
}

/* In SUMS partial sums, so that it is a loop of vectors. */
static float dot(int64_t n, const float *a, const float *b)
{
    float sums[SUMS] = {0};
    int64_t i = 0;
    for (; i + SUMS <= n; i += SUMS) {
        for (int s = 0; s < SUMS; s++)
            sums[s] += a[i + s] * b[i + s];
    }
    for (int s = 0; i < n; i++, s++)
        sums[s] += a[i] * b[i];
    for (int half = SUMS / 2; half > 0; half /= 2) {
        for (int s = 0; s < half; s++)
            sums[s] += sums[half + s];
    }
    return sums[0];
}

void cholesky_solve_packed(int64_t n, const float *packed, float *b)
{
    const float *row = packed;
    for (int64_t i = 0; i < n; i++) {
        b[i] = (b[i] - dot(i, row, b)) / row[i];
        row += i + 1;
    }
    for (int64_t i = n - 1; i >= 0; i--) {
        row -= i + 1;
        b[i] /= row[i];
        for (int64_t j = 0; j < i; j++)
            b[j] -= b[i] * row[j];
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
