/* The logarithms of a block of rows, in double whatever the precision of the scores. */
#ifndef KERNEL_VECTOR_ROW_LOSSES_H
#define KERNEL_VECTOR_ROW_LOSSES_H

#include "kernel/vector/vector.h"

/* Rows of one step of a kernel: what is kept of them on the stack stays in the first-level cache. */
enum { BLOCK = 64 };

/* Of rows of scores h with labels y and M = max_j h_j. */
typedef struct softmax_sums {
    double gap[BLOCK];    /* M - h_y */
    double others[BLOCK]; /* sum over j != y of exp(h_j - M) */
    double label[BLOCK];  /* exp(h_y - M) */
} softmax_sums;

/* row_loss[i] = gap + log(others + label) for i < rows <= BLOCK; the first i whose loss is not
 * finite, or -1. What sums holds is spent. */
int64_t VECTOR_SET(cross_entropy_losses)(int64_t rows, softmax_sums *sums, double *row_loss);

#endif
