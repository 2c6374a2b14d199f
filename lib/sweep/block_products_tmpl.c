/* Products with dense blocks, by gemm, and with sparse ones, row by row. The bias is copied into the scores
 * first, and the product added. */
#include "sweep/block_products.h"

#include <assert.h>
#include <string.h>

#include "core/minimum.h"
#include "linalg/gemm.h"
#include "linalg/panel/panel.h"
#include "sweep/sparse_products.h"

enum { ROWS_AT_ONCE = 64 };

/* Rows first..first+count-1 of a sparse block, whose elements are written to `ranges`. */
static sparse_ranges rows_of(const row_block *block, int64_t first, int64_t count,
                             element_range *ranges)
{
    for (int64_t i = 0; i < count; i++)
        ranges[i] = sparse_rows_range(&block->sparse, first + i);
    return (sparse_ranges){block->sparse.view, count, ranges, 1};
}

static void scores_of_sparse(const linear_map *map, const row_block *block, real *H, int64_t ldh)
{
    element_range ranges[ROWS_AT_ONCE];
    for (int64_t first = 0; first < block->rows; first += ROWS_AT_ONCE) {
        const sparse_ranges rows =
            rows_of(block, first, lesser(ROWS_AT_ONCE, block->rows - first), ranges);
        sparse_scores(&rows, map, H + first * ldh, ldh);
    }
}

static narrow_memory memory_of(const row_block *block)
{
    return (narrow_memory){block->cold, block->ahead.first, block->ahead.bytes};
}

/* H := the bias in each row, if there is one. */
static void copy_bias(const linear_map *map, int64_t rows, real *H, int64_t ldh)
{
    for (int64_t i = 0; map->bias != NULL && i < rows; i++)
        memcpy(H + i * ldh, map->bias, (size_t)map->k * sizeof(real));
}

void scores_block(const linear_map *map, const row_block *block, real *H, int64_t ldh)
{
    copy_bias(map, block->rows, H, ldh);
    if (block->sparse.view != NULL) {
        scores_of_sparse(map, block, H, ldh);
        return;
    }
    const real beta = map->bias != NULL;
    if (map->theta_by_class != NULL)
        gemm_asking(map->set, PLAIN, TRANSPOSED, block->rows, map->n, map->k, 1, block->X,
                    block->ldx, map->theta_by_class, map->n, beta, H, ldh, memory_of(block));
    else
        gemm(map->set, PLAIN, PLAIN, block->rows, map->n, map->k, 1, block->X, block->ldx,
             map->theta, map->ldtheta, beta, H, ldh);
}

bool scores_row(const linear_map *map, const real *x, real *h)
{
    const narrow *const products = narrow_of(map->set);
    assert(map->n > 0);
    if (products == NULL || map->k > GEMM_FEW)
        return false;
    const bool by_class = map->theta_by_class != NULL;
    /* Every member: what is left out is cleared by an instruction that is slow. */
    const narrow_product product = {1,
                                    map->n,
                                    map->k,
                                    1,
                                    x,
                                    map->n,
                                    by_class ? map->theta_by_class : map->theta,
                                    by_class ? map->n : map->ldtheta,
                                    map->bias != NULL,
                                    h,
                                    map->k,
                                    {false, NULL, 0}};
    copy_bias(map, 1, h, map->k);
    if (by_class)
        products->by_class(&product);
    else
        products->plain(&product);
    return true;
}

void scores_block_in_panels(const linear_map *map, const row_block *block, real *H, int64_t ldh,
                            real *work)
{
    const narrow_product product = {.m = block->rows,
                                    .n = map->n,
                                    .k = map->k,
                                    .alpha = 1,
                                    .A = block->X,
                                    .lda = block->ldx,
                                    .B = map->theta,
                                    .ldb = map->ldtheta,
                                    .beta = map->bias != NULL,
                                    .C = H,
                                    .ldc = ldh};
    copy_bias(map, block->rows, H, ldh);
    panel_of(map->set)->plain(&product, work);
}

void gradient_block_in_panels(int32_t set, const row_block *block, int64_t k, real scale,
                              const real *R, int64_t ldr, real keep, real *G, int64_t ldg,
                              real *work)
{
    const narrow_product product = {.m = block->cols,
                                    .n = block->rows,
                                    .k = k,
                                    .alpha = scale,
                                    .A = block->X,
                                    .lda = block->ldx,
                                    .B = R,
                                    .ldb = ldr,
                                    .beta = keep,
                                    .C = G,
                                    .ldc = ldg};
    panel_of(set)->transposed(&product, work);
}

/* G = keep G + scale X^T R. */
static void gradient_of_sparse(int32_t set, const row_block *block, int64_t k, real scale,
                               const real *R, int64_t ldr, real keep, real *G, int64_t ldg)
{
    for (int64_t i = 0; keep != 1 && i < block->cols; i++) {
        for (int64_t j = 0; j < k; j++)
            G[i * ldg + j] = keep == 0 ? 0 : keep * G[i * ldg + j];
    }
    element_range ranges[ROWS_AT_ONCE];
    for (int64_t first = 0; first < block->rows; first += ROWS_AT_ONCE) {
        const sparse_ranges rows =
            rows_of(block, first, lesser(ROWS_AT_ONCE, block->rows - first), ranges);
        sparse_update(set, &rows, k, scale, R + first * ldr, ldr, G, ldg);
    }
}

void gradient_block(int32_t set, const row_block *block, int64_t k, real scale, const real *R,
                    int64_t ldr, real keep, real *G, int64_t ldg)
{
    if (block->sparse.view != NULL) {
        gradient_of_sparse(set, block, k, scale, R, ldr, keep, G, ldg);
        return;
    }
    gemm(set, TRANSPOSED, PLAIN, block->cols, block->rows, k, scale, block->X, block->ldx, R, ldr,
         keep, G, ldg);
}

void gradient_block_by_class(int32_t set, const row_block *block, int64_t k, real scale,
                             const real *R, int64_t ldr, real keep, real *G)
{
    assert(block->sparse.view == NULL);
    gemm_asking(set, TRANSPOSED, PLAIN, k, block->rows, block->cols, scale, R, ldr, block->X,
                block->ldx, keep, G, block->cols, memory_of(block));
}
