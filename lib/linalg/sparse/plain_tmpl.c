/* The sparse products in plain C, for processors without a vector set. */
#include <stddef.h>

#include "core/real.h"
#include "linalg/sparse/sparse.h"
#include "linalg/sparse/tables.h"

static real value_of(const sparse_block *block, int64_t e)
{
    return block->values == NULL ? block->factor : block->factor * block->values[e];
}

static void scores(const sparse_block *block, int64_t k, const real *theta, int64_t ld, real *H,
                   int64_t ldh)
{
    for (int64_t i = 0; i < block->rows; i++) {
        const element_range range = block->ranges[i * block->stride];
        for (int64_t e = range.begin; e < range.end; e++) {
            const real value = value_of(block, e);
            const real *row = theta + block->columns[e] * ld;
            for (int64_t j = 0; j < k; j++)
                H[i * ldh + j] += value * row[j];
        }
    }
}

static void update(const sparse_block *block, int64_t k, real alpha, const real *R, int64_t ldr,
                   real *G, int64_t ld)
{
    for (int64_t i = 0; i < block->rows; i++) {
        const element_range range = block->ranges[i * block->stride];
        for (int64_t e = range.begin; e < range.end; e++) {
            const real value = alpha * value_of(block, e);
            real *row = G + block->columns[e] * ld;
            for (int64_t j = 0; j < k; j++)
                row[j] += value * R[i * ldr + j];
        }
    }
}

const sparse_functions sparse_plain = {"plain", scores, update};
