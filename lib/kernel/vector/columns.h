/* Rows of few classes, LANES rows at a time, turned so that a vector holds one class of every row:
 * maxima, sums and logarithms then work down the columns and no lane is idle however small k is.
 *
 * The rows are read and written where they lie in pieces of 16 bytes. When k is no multiple of
 * PIECE the last piece is taken at k - PIECE and shares columns with the one before; what is
 * stored twice is the same. */
#ifndef KERNEL_VECTOR_COLUMNS_H
#define KERNEL_VECTOR_COLUMNS_H

#include "kernel/vector/kernels.h"
#include "kernel/vector/single_row.h"

/* Most classes that are turned: GEMM_FEW, up to which results do not depend on the width of vectors. A longer row
 * fills its vectors by itself; where it is as fast depends on the set. */
enum { NARROW = 64 };

/* Where the piece that begins at class `done` is taken. */
VECTOR_INLINE int64_t columns_piece(int64_t k, int64_t done)
{
    return done + PIECE <= k ? done : k - PIECE;
}

/* Rows that are shorter than a piece, element by element. */
VECTOR_INLINE void columns_load_short(int64_t k, const real *h, int64_t ldh, vector *column)
{
    real turned[PIECE][LANES] = {{0}};
    for (int64_t i = 0; i < LANES; i++) {
        for (int64_t j = 0; j < k; j++)
            turned[j][i] = h[i * ldh + j];
    }
    for (int64_t j = 0; j < PIECE; j++)
        column[j] = vector_load(turned[j]);
}

VECTOR_INLINE void columns_store_short(int64_t k, const vector *column, real *h, int64_t ldh)
{
    real turned[PIECE][LANES];
    for (int64_t j = 0; j < PIECE; j++)
        vector_store(turned[j], column[j]);
    for (int64_t i = 0; i < LANES; i++) {
        for (int64_t j = 0; j < k; j++)
            h[i * ldh + j] = turned[j][i];
    }
}

/* column[j]: class j of the LANES rows of h; 1 <= k <= NARROW. ldh = 0: every row is the one at h. */
VECTOR_INLINE void columns_load(int64_t k, const real *h, int64_t ldh, vector *column)
{
    if (ldh == 0) {
        single_row_load(k, h, column);
        return;
    }
    if (k < PIECE) {
        columns_load_short(k, h, ldh, column);
        return;
    }
    int64_t done = 0;
    do {
        const int64_t j = columns_piece(k, done);
        for (int64_t i = 0; i < PIECE; i++)
            column[j + i] = tile_row_load(h + i * ldh + j, ldh);
        tile_transpose(column + j);
        done += PIECE;
    } while (done < k);
}

/* The way back. The columns are left as they are. */
VECTOR_INLINE void columns_store(int64_t k, const vector *column, real *h, int64_t ldh)
{
    if (ldh == 0) {
        single_row_store(k, column, h);
        return;
    }
    if (k < PIECE) {
        columns_store_short(k, column, h, ldh);
        return;
    }
    for (int64_t done = 0; done < k; done += PIECE) {
        const int64_t j = columns_piece(k, done);
        vector tile[PIECE];
        for (int64_t i = 0; i < PIECE; i++)
            tile[i] = column[j + i];
        tile_transpose(tile);
        for (int64_t i = 0; i < PIECE; i++)
            tile_row_store(h + i * ldh + j, ldh, tile[i]);
    }
}

/* Where `of_label` is class j. */
VECTOR_INLINE mask is_class(vector of_label, int64_t j)
{
    return vector_equal(of_label, vector_all((real)j));
}

/* The column of each row's own class. */
VECTOR_INLINE vector columns_of_label(int64_t k, const vector *column, vector of_label)
{
    vector own = column[0];
    for (int64_t j = 1; j < k; j++)
        own = vector_select(is_class(of_label, j), column[j], own);
    return own;
}

#endif
