/* The scores of one block of rows, and what to say when they are not usable. */
#ifndef OBJECTIVE_SCORES_BLOCK_H
#define OBJECTIVE_SCORES_BLOCK_H

#include "objective/scores.h"

#define DECLARE_SCORES_BLOCK(real, suffix)                                                         \
    /* H = X theta + bias for `count` rows; theta_by_class (k x n) is used when not NULL. */       \
    void scores_block_##suffix(const linear_map_##suffix *map, const real *theta_by_class,         \
                               int64_t count, const real *X, int64_t ldx, real *H, int64_t ldh);   \
    /* NON_FINITE naming the element when row `row` of X has one, else NUMERIC. */                 \
    linclass_status scores_unusable_##suffix(linclass_context *ctx, const linclass_matrix *X,      \
                                             int64_t row);

DECLARE_SCORES_BLOCK(float, f32)
DECLARE_SCORES_BLOCK(double, f64)

#endif
