/* The scores of one block of rows, and what to say when they are not usable. For *_tmpl.c. */
#ifndef SWEEP_SCORES_BLOCK_H
#define SWEEP_SCORES_BLOCK_H

#include "core/real.h"
#include "sweep/scores.h"

#define scores_block    REAL(scores_block)    /* scores_block_f32, scores_block_f64 */
#define scores_unusable REAL(scores_unusable) /* scores_unusable_f32, scores_unusable_f64 */

/* H = X theta + bias for `count` rows; theta_by_class (k x n) is used when not NULL. */
void scores_block(const linear_map *map, const real *theta_by_class, int64_t count, const real *X,
                  int64_t ldx, real *H, int64_t ldh);

/* NON_FINITE naming the element when row `row` of X has one, else NUMERIC. */
linclass_status scores_unusable(linclass_context *ctx, const linclass_matrix *X, int64_t row);

#endif
