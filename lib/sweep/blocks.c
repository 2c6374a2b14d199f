/* The numbers of tiles were measured on Zen 4 and 5 (L2 1 MiB a core) with OpenBLAS 0.3.21.
 *
 * A block's rows are counted by the cache: they, the rows that are asked for meanwhile, theta and the gradient
 * share a second cache of 512 KiB on Zen 3. There 60000 x 784 x 10 is as fast with 24 to 40 rows in a block, 12 %
 * slower with 64 and 5 % with 16; with a cache of 2 MiB, 16 to 64 rows are within 3 %. More classes than the narrow
 * products are for are multiplied by BLAS, in packed products as good from 128 rows on.
 *
 * A tile packs its parts of both factors again. For m = 4096, n = k = 1000, above the two whole
 * products: rows and features in four, 2 % more each; classes in two 3 %, in four 7 %. So classes are
 * cut only where there are many, and features where classes do not give work for four. */
#include "sweep/blocks.h"

#include "linalg/gemm.h"

static const int64_t BLOCK_BYTES = 100 * 1024;       /* of X in a block, few classes */
static const int64_t LARGE_BLOCK_BYTES = 400 * 1024; /* of X in a block, more of them */
static const int64_t SCORE_BYTES = 16 * 1024 * 1024; /* of scores in a block without gradient */
static const int64_t CHUNK_SCORE_BYTES = 8 * 1024 * 1024;
static const int64_t CHUNK_BYTES = 64 * 1024 * 1024; /* of X in a chunk */
static const int64_t LARGE_GRADIENT = 1 << 18;       /* n k from which tiles are used */

static int64_t at_least(int64_t least, int64_t value)
{
    return value < least ? least : value;
}

static int64_t at_most(int64_t most, int64_t value)
{
    return value > most ? most : value;
}

static int64_t quotient_up(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

/* How many rows of `columns` elements make so many bytes. */
static int64_t rows_of(int64_t bytes, int64_t columns, size_t element)
{
    return bytes / (int64_t)element / at_least(1, columns);
}

bool blocks_use_tiles(int64_t n, int64_t k)
{
    return n > 0 && k > LARGE_GRADIENT / n;
}

bool blocks_scores_by_class(int64_t n, int64_t k)
{
    return k <= GEMM_FEW && !blocks_use_tiles(n, k);
}

static row_blocks cut(int64_t m, int64_t block_rows, int64_t least_blocks)
{
    row_blocks blocks = {.block_rows = block_rows};
    const int64_t blocks_in_all = quotient_up(m, block_rows);
    const int64_t in_slice = at_least(least_blocks, quotient_up(blocks_in_all, BLOCK_SLICES));
    blocks.slice_rows = in_slice * block_rows;
    blocks.slices = quotient_up(m, blocks.slice_rows);
    return blocks;
}

static int64_t block_rows(int64_t bytes, int64_t n, size_t element)
{
    const int64_t rows = at_least(32, at_most(256, rows_of(bytes, n, element)));
    return rows - rows % 8;
}

/* A slice is at least four large blocks: its gradient is added to those before it. */
row_blocks blocks_for_gradient(int64_t m, int64_t n, int64_t k, size_t element)
{
    const int64_t large = block_rows(LARGE_BLOCK_BYTES, n, element);
    const int64_t rows = k <= GEMM_FEW ? block_rows(BLOCK_BYTES, n, element) : large;
    return cut(m, rows, quotient_up(4 * large, rows));
}

row_blocks blocks_for_scores(int64_t m, int64_t n, int64_t k, size_t element)
{
    if (!blocks_use_tiles(n, k))
        return blocks_for_gradient(m, n, k, element);
    const int64_t rows =
        at_most(rows_of(SCORE_BYTES, k, element), rows_of(SCORE_BYTES, n, element));
    return cut(m, at_least(16, at_most(256, rows)), 1);
}

/* Cut into the largest power of two of equal parts, up to 16, of at least `least` each: any usual
 * number of threads divides them evenly. */
static int64_t tile_of(int64_t whole, int64_t least)
{
    int64_t parts = 1;
    while (parts < 16 && whole / (2 * parts) >= least)
        parts *= 2;
    return at_least(1, quotient_up(whole, parts));
}

tile_plan blocks_tiles(int64_t m, int64_t n, int64_t k, size_t element)
{
    const int64_t by_scores = at_least(256, rows_of(CHUNK_SCORE_BYTES, k, element));
    const int64_t by_samples = at_least(16, rows_of(CHUNK_BYTES, n, element));
    tile_plan cut;
    cut.chunk_rows = at_least(1, at_most(at_most(1024, m), at_most(by_scores, by_samples)));
    cut.row_tile = tile_of(cut.chunk_rows, 256);
    cut.class_tile = tile_of(k, 4096);
    cut.feature_tile = 4 * cut.class_tile <= k ? at_least(1, n) : tile_of(n, 250);
    return cut;
}
