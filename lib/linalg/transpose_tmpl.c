/* B = A^T in square tiles, so that the lines of both stay in cache while a tile is done. */
#include "linalg/transpose.h"

#include "core/minimum.h"
#include "core/real.h"

enum { TILE = 16 };

void transpose(int64_t rows, int64_t cols, const real *A, int64_t lda, real *B, int64_t ldb)
{
    for (int64_t i0 = 0; i0 < rows; i0 += TILE) {
        const int64_t i1 = lesser(rows, i0 + TILE);
        for (int64_t j0 = 0; j0 < cols; j0 += TILE) {
            const int64_t j1 = lesser(cols, j0 + TILE);
            for (int64_t j = j0; j < j1; j++) {
                for (int64_t i = i0; i < i1; i++)
                    B[j * ldb + i] = A[i * lda + j];
            }
        }
    }
}
