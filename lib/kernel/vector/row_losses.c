/* Losses of a block of rows from what their exponentials summed to:
 *
 *   loss = (M - h_y) + log(others + label)
 *
 * When the label has the largest score, label = 1 and the loss is log(1 + others), accurate however
 * small. When it has not, the sum exceeds 1 by no little amount unless the gap is large, and its
 * rounding is harmless: all terms are positive.
 *
 * Compiled once for each instruction set, in double. */
#include <math.h>
#include <string.h>

#include "kernel/vector/log1p.h"
#include "kernel/vector/row_losses.h"

int64_t VECTOR_SET(cross_entropy_losses)(int64_t rows, softmax_sums *sums, double *row_loss)
{
    const vector one = vector_all(1.0);
    int64_t first = -1;
    for (int64_t i = 0; i < rows; i += LANES) {
        const vector gap = vector_load(sums->gap + i);
        const vector others = vector_load(sums->others + i);
        const vector label = vector_load(sums->label + i);
        const mask largest = vector_equal(gap, vector_all(0.0));
        const vector excess = vector_select(largest, others, others + (label - one));
        const vector loss = gap + vector_log1p(excess);
        vector_store(sums->gap + i, loss);
        const unsigned there = (1u << (rows - i < LANES ? rows - i : LANES)) - 1;
        const unsigned bad = there & ~mask_bits(vector_less(loss, vector_all(INFINITY)));
        if (first < 0 && bad != 0)
            first = i + __builtin_ctz(bad);
    }
    memcpy(row_loss, sums->gap, (size_t)rows * sizeof *row_loss);
    return first;
}
