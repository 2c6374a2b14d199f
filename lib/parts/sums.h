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
enum { SAMPLE_CLASS, SAMPLE_WEIGHT, SAMPLE_FEATURES }; /* of each row */

/* left := left + right, whose sums remain. Errors: FORMAT (they do not fit), MEMORY. */
linclass_status part_sums_add(linclass_context *ctx, int64_t kind, part_node *left,
                              const part_node *right);

#endif
