/* Rows of the parts that are evenly spaced, as they travel to the fit, and as an objective takes them.
 *
 * What a part answers, in words, is a block: how many rows there are, bytes of a feature and its factor; then for
 * each row its class, its weight, its base scores, and its features in whole words:
 *
 *     uint8                                       1 byte each, the factor is that of the view
 *     other types that single precision holds     4 bytes, likewise
 *     the others                                  8 bytes, in a fit in single precision 4; multiplied before, factor 1
 *
 * The blocks of several parts stand one behind the other, or are the pieces of a node. */
#ifndef PARTS_SAMPLED_ROWS_H
#define PARTS_SAMPLED_ROWS_H

#include "parts/part_rows.h"
#include "parts/request.h"
#include "parts/tree.h"

/* Words of the block of `count` rows; -1 where that overflows. */
int64_t sampled_rows_length(const part_fit *fit, const linclass_matrix *X, int64_t count);

/* Write the block of `count` evenly spaced rows of a part. Errors: NON_FINITE, MEMORY. */
linclass_status sampled_rows_write(linclass_context *ctx, const part_fit *fit,
                                   const part_rows *rows, int64_t count, double *block);

/* The rows of all parts. */
typedef struct sampled_rows {
    /* Of features: LINCLASS_UINT8 where all parts have sent bytes with one factor, which they are still to be
     * multiplied by; else the working precision, and they are multiplied. */
    int64_t dtype;
    double factor;
    int64_t count;
    int64_t n;
    int64_t offsets; /* base scores of a row */
    int64_t *y;
    double *weights;
    double *scores; /* count x offsets: the base scores */
    void *features; /* count x n */
    double *row;    /* n: one of them, as it is read */
    void *memory;
} sampled_rows;

/* Read the blocks of a node and its pieces together. *self: to be ended whatever the status. Errors: FORMAT (they are
 * no such blocks, there are no rows, a class, weight or base score is out of range), DIMENSION, MEMORY. */
linclass_status sampled_rows_read(linclass_context *ctx, const part_fit *fit, const part_node *all,
                                  sampled_rows *self);
void sampled_rows_end(linclass_context *ctx, sampled_rows *self);

#endif
