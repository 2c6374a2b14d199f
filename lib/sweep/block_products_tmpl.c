/* Products with dense blocks, by gemm. The bias is copied into the scores first, and the product added. */
#include "sweep/block_products.h"

#include <string.h>

#include "linalg/gemm.h"

void scores_block(const linear_map *map, const row_block *block, real *H, int64_t ldh)
{
    for (int64_t i = 0; map->bias != NULL && i < block->rows; i++)
        memcpy(H + i * ldh, map->bias, (size_t)map->k * sizeof(real));
    const real beta = map->bias != NULL;
    if (map->theta_by_class != NULL)
        gemm(PLAIN, TRANSPOSED, block->rows, map->n, map->k, 1, block->X, block->ldx,
             map->theta_by_class, map->n, beta, H, ldh);
    else
        gemm(PLAIN, PLAIN, block->rows, map->n, map->k, 1, block->X, block->ldx, map->theta,
             map->ldtheta, beta, H, ldh);
}

void gradient_block(const row_block *block, int64_t k, real scale, const real *R, int64_t ldr,
                    real keep, real *G, int64_t ldg)
{
    gemm(TRANSPOSED, PLAIN, block->cols, block->rows, k, scale, block->X, block->ldx, R, ldr, keep,
         G, ldg);
}

void gradient_block_by_class(const row_block *block, int64_t k, real scale, const real *R,
                             int64_t ldr, real keep, real *G)
{
    gemm(TRANSPOSED, PLAIN, k, block->rows, block->cols, scale, R, ldr, block->X, block->ldx, keep,
         G, block->cols);
}
