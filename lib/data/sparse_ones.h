/* Sparse rows whose elements are all 1: words that occur, categories, hashed features. */
#ifndef DATA_SPARSE_ONES_H
#define DATA_SPARSE_ONES_H

#include <linclass/context.h>
#include <linclass/matrix.h>

/* Leave the values of a checked view away where each is 1 and so is the scale: products then need not read them, and
 * have the same bits. Dense views stay as they are. */
void sparse_leave_out_ones(linclass_context *ctx, linclass_matrix *view);

#endif
