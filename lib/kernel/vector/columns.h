/* Rows of few classes, LANES rows at a time, turned so that a vector holds one class of every row:
 * maxima, sums and logarithms then work down the columns and no lane is idle however small k is.
 *
 * The rows are read and written where they lie in pieces of 16 bytes. When k is no multiple of
 * PIECE the last piece is taken at k - PIECE and shares columns with the one before; what is
 * stored twice is the same. */
#ifndef KERNEL_VECTOR_COLUMNS_H
#define KERNEL_VECTOR_COLUMNS_H

#include <stdbool.h>
#include <string.h>

#include "kernel/vector/vector.h"

/* Most classes that are worth turning: above it a row by itself fills its vectors (measured). */
enum { NARROW = 8 * PIECE };

/* Where the piece that begins at class `done` is taken. */
VECTOR_INLINE int64_t columns_piece(int64_t k, int64_t done)
{
    return k < PIECE || done + PIECE <= k ? done : k - PIECE;
}

/* column[j]: class j of the LANES rows of h; 1 <= k <= NARROW. For k < PIECE the rows of h are
 * PIECE long all the same (columns_buffer). */
VECTOR_INLINE void columns_load(int64_t k, const real *h, int64_t ldh, vector *column)
{
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

/* Fewer than LANES rows, or fewer than PIECE classes, go through a buffer of full shape: rows that
 * are not there are rows of zeros. */
typedef struct columns_buffer {
    real h[LANES * NARROW];
    int64_t y[LANES];
} columns_buffer;

/* The rows of h can be read where they lie. */
static inline bool columns_in_place(int64_t rows, int64_t k)
{
    return rows >= LANES && k >= PIECE;
}

/* Copy the rows in; the distance between rows in the buffer, as every function of it uses it. */
static inline int64_t columns_buffer_fill(columns_buffer *buffer, int64_t rows, int64_t k,
                                          const real *h, int64_t ldh, const int64_t *y)
{
    const int64_t ld = k < PIECE ? PIECE : k;
    memset(buffer, 0, sizeof *buffer);
    for (int64_t i = 0; i < rows; i++)
        memcpy(buffer->h + i * ld, h + i * ldh, (size_t)k * sizeof(real));
    if (y != NULL)
        memcpy(buffer->y, y, (size_t)rows * sizeof *y);
    return ld;
}

static inline void columns_buffer_empty(const columns_buffer *buffer, int64_t ld, int64_t rows,
                                        int64_t k, real *h, int64_t ldh)
{
    for (int64_t i = 0; i < rows; i++)
        memcpy(h + i * ldh, buffer->h + i * ld, (size_t)k * sizeof(real));
}

#endif
