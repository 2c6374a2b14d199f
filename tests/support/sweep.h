/* The shapes every level-1 function is tried on: empty, one, odd, powers of two and their
 * neighbours in all combinations, and a few large ones for either regime of the matrix products
 * (small n k: blocks of rows through both products; large n k: tiles of classes). */
#ifndef SUPPORT_SWEEP_H
#define SUPPORT_SWEEP_H

#include <stdint.h>

#include <linclass/linclass.h>

/* What to do with a shape. pad: what leading dimensions have beyond the row length. */
typedef void (*sweep_check)(linclass_context *ctx, int64_t m, int64_t n, int64_t k, int64_t pad);

/* Every m, n, k; contexts of 1, 2 and 3 threads and NULL, and paddings, taking turns. */
void sweep_shapes(sweep_check check);

/* Every m, k for the functions of a row alone; n is 0. */
void sweep_rows(sweep_check check);

#endif
