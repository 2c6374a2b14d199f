/* What is done for a block of rows at once, in double whatever the precision of the scores: the
 * logarithms, and the search for rows without a finite result. */
#ifndef KERNEL_VECTOR_ROW_LOSSES_H
#define KERNEL_VECTOR_ROW_LOSSES_H

#include <math.h>

#include "kernel/vector/kernels.h"

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

/* Rows of no classes have no loss, and none is reported. */
static inline int64_t no_losses(int64_t m, double *row_loss)
{
    for (int64_t i = 0; i < m; i++)
        row_loss[i] = 0.0;
    return -1;
}

/* `first` if it is a row; else begin + the first i < rows for which result[i] is not finite, or -1. */
static inline int64_t first_not_finite(int64_t first, int64_t begin, int64_t rows,
                                       const double *result)
{
    for (int64_t i = 0; i < rows && first < 0; i++) {
        if (!(fabs(result[i]) < INFINITY))
            return begin + i;
    }
    return first;
}

#endif
