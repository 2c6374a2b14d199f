/* Products with dense blocks, by gemm, and with sparse ones, row by row. The bias is copied into the scores
 * first, and the product added. */
#include "sweep/block_products.h"

#include <assert.h>
#include <string.h>

#include "linalg/gemm.h"
#include "sweep/sparse_products.h"

static void sparse_scores(const linear_map *map, const row_block *block, real *H, int64_t ldh)
{
    for (int64_t i = 0; i < block->rows; i++) {
        real *h = H + i * ldh;
        for (int64_t j = 0; map->bias == NULL && j < map->k; j++)
            h[j] = 0;
        sparse_row_scores(block->sparse.view, sparse_rows_range(&block->sparse, i), map, h);
    }
}

void scores_block(const linear_map *map, const row_block *block, real *H, int64_t ldh)
{
    for (int64_t i = 0; map->bias != NULL && i < block->rows; i++)
        memcpy(H + i * ldh, map->bias, (size_t)map->k * sizeof(real));
    if (block->sparse.view != NULL) {
        sparse_scores(map, block, H, ldh);
        return;
    }
    const real beta = map->bias != NULL;
    if (map->theta_by_class != NULL)
        gemm(PLAIN, TRANSPOSED, block->rows, map->n, map->k, 1, block->X, block->ldx,
             map->theta_by_class, map->n, beta, H, ldh);
    else
        gemm(PLAIN, PLAIN, block->rows, map->n, map->k, 1, block->X, block->ldx, map->theta,
             map->ldtheta, beta, H, ldh);
}

/* G = keep G + scale X^T R. */
static void sparse_gradient(const row_block *block, int64_t k, real scale, const real *R,
                            int64_t ldr, real keep, real *G, int64_t ldg)
{
    for (int64_t i = 0; keep != 1 && i < block->cols; i++) {
        for (int64_t j = 0; j < k; j++)
            G[i * ldg + j] = keep == 0 ? 0 : keep * G[i * ldg + j];
    }
    for (int64_t i = 0; i < block->rows; i++)
        sparse_row_update(block->sparse.view, sparse_rows_range(&block->sparse, i), k, scale,
                          R + i * ldr, G, ldg);
}

void gradient_block(const row_block *block, int64_t k, real scale, const real *R, int64_t ldr,
                    real keep, real *G, int64_t ldg)
{
    if (block->sparse.view != NULL) {
        sparse_gradient(block, k, scale, R, ldr, keep, G, ldg);
        return;
    }
    gemm(TRANSPOSED, PLAIN, block->cols, block->rows, k, scale, block->X, block->ldx, R, ldr, keep,
         G, ldg);
}

void gradient_block_by_class(const row_block *block, int64_t k, real scale, const real *R,
                             int64_t ldr, real keep, real *G)
{
    assert(block->sparse.view == NULL);
    gemm(TRANSPOSED, PLAIN, k, block->rows, block->cols, scale, R, ldr, block->X, block->ldx, keep,
         G, block->cols);
}
