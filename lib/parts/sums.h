/* The sums of two parts that lie side by side. */
#ifndef PARTS_SUMS_H
#define PARTS_SUMS_H

#include "parts/request.h"
#include "parts/tree.h"

/* Where the numbers of each kind of sums stand. */
enum { MOMENTS_ROWS, MOMENTS_WEIGHT, MOMENTS_ARRAYS, MOMENTS_COLUMNS = 4 };
enum { STATISTICS_WEIGHT, STATISTICS_ARRAYS, STATISTICS_COLUMNS = 5 };
enum { EVALUATE_LOSS, EVALUATE_ERROR, EVALUATE_GRADIENT };
enum { DUAL_LOSS, DUAL_APART, DUAL_GRADIENT };

/* left := left + right. Sampled rows of the right node become pieces of the left one, its other sums remain with it.
 * Errors: FORMAT (they do not fit), MEMORY; then both nodes are as they were. */
linclass_status part_sums_add(linclass_context *ctx, int64_t kind, part_node *left,
                              part_node *right);

/* How many numbers there are before the pieces. */
int64_t part_sums_before_pieces(const part_node *node);

/* Release sums and pieces. */
void part_sums_release(linclass_context *ctx, part_node *node);

#endif
