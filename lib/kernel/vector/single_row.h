/* A row that has no others to fill a group with: a group of LANES times that row. A leading dimension of 0
 * says so, and its columns hold one score in every lane, without buffers or transposition. The arithmetic is
 * that of a group, and so are the bits. */
#ifndef KERNEL_VECTOR_SINGLE_ROW_H
#define KERNEL_VECTOR_SINGLE_ROW_H

#include "kernel/vector/kernels.h"

/* k >= 1 */
VECTOR_INLINE void single_row_load(int64_t k, const real *h, vector *column)
{
    int64_t j = 0;
    do {
        column[j] = vector_all(h[j]);
    } while (++j < k);
}

VECTOR_INLINE void single_row_store(int64_t k, const vector *column, real *h)
{
    for (int64_t j = 0; j < k; j++)
        h[j] = column[j][0];
}

#endif
