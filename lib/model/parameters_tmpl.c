/* Transpose and finiteness of parameters.
 *
 * The transpose goes tile by tile, so that neither side walks memory with a stride of a whole row
 * for longer than a tile: 16 x 16 elements of either precision fit the first-level cache. */
#include "model/parameters.h"

#include <math.h>

#include "core/real.h"

enum { TILE = 16 };

static inline int64_t tile_end(int64_t begin, int64_t end)
{
    return end - begin < TILE ? end : begin + TILE;
}

void parameters_transpose(int64_t rows, int64_t cols, const real *from, real *to)
{
    for (int64_t i0 = 0; i0 < rows; i0 += TILE)
        for (int64_t j0 = 0; j0 < cols; j0 += TILE)
            for (int64_t i = i0; i < tile_end(i0, rows); i++)
                for (int64_t j = j0; j < tile_end(j0, cols); j++)
                    to[j * rows + i] = from[i * cols + j];
}

int64_t parameters_find_non_finite(int64_t count, const real *values)
{
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return i;
    return -1;
}
