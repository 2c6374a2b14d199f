/* A block of rows of a matrix view, in the working precision: the one form in which a design matrix
 * reaches the products (sweep/block_products.h), the moments and the diagnostics.
 *
 * A block refers to the view's memory or to a buffer of the caller's, which must outlive it. */
#ifndef DATA_ROW_BLOCK_H
#define DATA_ROW_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/matrix.h>

#include "data/matrix.h"
#include "data/sparse_rows.h"

/* Dense: X, rows x cols, row-major, ldx >= max(1, cols). Sparse: the elements of rows of a CSR view, in its
 * own types.
 *
 * cold, ahead: what products are told of the cache. Whether dense rows may be in none, which row_block_read says of
 * those in place and their user knows better; and the memory of the rows that come next, in the type of the view, for
 * the products to ask for: none, but where a user of the block says so. */
typedef struct row_block_f32 {
    int64_t rows;
    int64_t cols;
    const float *X;
    int64_t ldx;
    sparse_rows sparse; /* sparse.view is NULL for a dense block */
    bool cold;
    row_memory ahead;
} row_block_f32;

typedef struct row_block_f64 {
    int64_t rows;
    int64_t cols;
    const double *X;
    int64_t ldx;
    sparse_rows sparse; /* sparse.view is NULL for a dense block */
    bool cold;
    row_memory ahead;
} row_block_f64;

/* Return rows first..first+count-1: sparse ones as they are, dense ones in place where row_block_in_place, else
 * converted into buffer, which has room for count x cols. */
row_block_f32 row_block_read_f32(const linclass_matrix *view, int64_t first, int64_t count,
                                 float *buffer);
row_block_f64 row_block_read_f64(const linclass_matrix *view, int64_t first, int64_t count,
                                 double *buffer);

/* Return the rows of these numbers, dense ones always in buffer; sparse ones refer to the numbers, which must
 * outlive the block. A row has the same bits as when it is read. */
row_block_f32 row_block_gather_f32(const linclass_matrix *view, const int64_t *numbers,
                                   int64_t count, float *buffer);
row_block_f64 row_block_gather_f64(const linclass_matrix *view, const int64_t *numbers,
                                   int64_t count, double *buffer);

/* The same as dense rows, whatever the layout of the view: for matrices of few columns. */
row_block_f32 row_block_read_dense_f32(const linclass_matrix *view, int64_t first, int64_t count,
                                       float *buffer);
row_block_f64 row_block_read_dense_f64(const linclass_matrix *view, int64_t first, int64_t count,
                                       double *buffer);
row_block_f32 row_block_gather_dense_f32(const linclass_matrix *view, const int64_t *numbers,
                                         int64_t count, float *buffer);
row_block_f64 row_block_gather_dense_f64(const linclass_matrix *view, const int64_t *numbers,
                                         int64_t count, double *buffer);

/* Ask for the beginning of a row of a dense view that will be converted soon, where its elements are contiguous. */
void row_block_prefetch_f32(const linclass_matrix *view, int64_t row);
void row_block_prefetch_f64(const linclass_matrix *view, int64_t row);

/* Return whether row_block_read needs no buffer. */
bool row_block_in_place_f32(const linclass_matrix *view);
bool row_block_in_place_f64(const linclass_matrix *view);

/* Return rows first..first+count-1 of a block. */
row_block_f32 row_block_part_f32(const row_block_f32 *self, int64_t first, int64_t count);
row_block_f64 row_block_part_f64(const row_block_f64 *self, int64_t first, int64_t count);

/* Return columns first..first+count-1 of a dense block. */
row_block_f32 row_block_columns_f32(const row_block_f32 *self, int64_t first, int64_t count);
row_block_f64 row_block_columns_f64(const row_block_f64 *self, int64_t first, int64_t count);

#ifdef REAL_BITS /* in *_tmpl.c */
#define row_block          REAL(row_block)
#define row_block_read     REAL(row_block_read)
#define row_block_gather   REAL(row_block_gather)
#define row_block_prefetch REAL(row_block_prefetch)
#define row_block_in_place REAL(row_block_in_place)
#define row_block_part     REAL(row_block_part)
#define row_block_columns  REAL(row_block_columns)

#define row_block_read_dense   REAL(row_block_read_dense)
#define row_block_gather_dense REAL(row_block_gather_dense)
#endif

#endif
