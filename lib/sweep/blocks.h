/* How the rows of a design matrix are cut for a sweep. A function of the shape alone: never of the
 * number of threads, so that neither are the bits of a result.
 *
 * Blocks (n k small): theta and its gradient stay in a core's cache. Each slice of rows is one
 * worker's; it goes through its slice in blocks that stay in cache between the product that makes
 * scores and the product that makes the gradient, so X comes from memory once. Slices add their
 * gradients in order.
 *
 * Tiles (n k large): the products themselves are large. All workers share one chunk of rows at a
 * time, each product cut into tiles of the result; the gradient is accumulated chunk by chunk in
 * place, so no worker has a copy. */
#ifndef SWEEP_BLOCKS_H
#define SWEEP_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BLOCK_SLICES = 64, SCORES_SLICES = 64 };

typedef struct row_blocks {
    int64_t block_rows; /* rows in a block, >= 1 */
    int64_t slice_rows; /* rows in a slice, a multiple of block_rows */
    int64_t slices;     /* <= BLOCK_SLICES; 0 when m = 0 */
} row_blocks;

typedef struct tile_plan {
    int64_t chunk_rows; /* rows of X and of scores at a time */
    int64_t row_tile;   /* rows, classes and features in a tile of a product */
    int64_t class_tile;
    int64_t feature_tile;
} tile_plan;

/* Whether the gradient is too large for a copy a worker. */
bool blocks_use_tiles(int64_t n, int64_t k);

/* Whether scores are faster from theta's transpose (k x n): a sample and a class's weights are then
 * both in order in memory. */
bool blocks_scores_by_class(int64_t n, int64_t k);

/* For a sweep of scores and gradient with n k small. */
row_blocks blocks_for_gradient(int64_t m, int64_t n, int64_t k, size_t element);

/* For a sweep of scores alone, any n k. */
row_blocks blocks_for_scores(int64_t m, int64_t n, int64_t k, size_t element);

/* For a sweep of scores and gradient with n k large. */
tile_plan blocks_tiles(int64_t m, int64_t n, int64_t k, size_t element);

#endif
