/* The forward half of the pipeline: scores H = X theta + bias, a block of rows at a time, handed to
 * whoever wants them (predict, evaluate, probabilities, a loss without gradient). Never m x k. For
 * *_tmpl.c.
 *
 * Rows are cut into at most SCORES_SLICES slices, the same for any number of threads; a slice is
 * visited block by block in row order on one worker, different slices on different workers. */
#ifndef SWEEP_SCORES_H
#define SWEEP_SCORES_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

#include "core/real.h"
#include "sweep/blocks.h"
#include "sweep/linear_map.h"

#define scores_visitor REAL(scores_visitor) /* scores_visitor_f32, scores_visitor_f64 */
#define scores_visit   REAL(scores_visit)   /* scores_visit_f32, scores_visit_f64 */

/* scores_unusable_f32, scores_unusable_f64 */
#define scores_unusable REAL(scores_unusable)

/* Scores of rows first..first+count-1, with the base scores of X if it has any: H is count x k, ldh >= k, the visitor's
 * to overwrite. 0 <= slice < SCORES_SLICES; 0 <= worker < threads of the context. Returns the index within the block
 * of a row whose scores are not usable (then the visit ends with NON_FINITE, when X has a non-finite
 * element there, or NUMERIC), or -1. */
typedef int64_t (*scores_visitor)(void *argument, int64_t slice, int32_t worker, int64_t first,
                                  int64_t count, real *H, int64_t ldh);

/* Visit the scores of all the rows of X (X->cols == map->n). Takes the context's scratch.
 * Errors: NON_FINITE, NUMERIC, MEMORY. */
linclass_status scores_visit(linclass_context *ctx, const linclass_matrix *X, const linear_map *map,
                             scores_visitor visit, void *argument);

/* Fail because of row `row` of X, whose scores or loss are not usable: NON_FINITE, naming the element,
 * where the row has one that is not finite, else NUMERIC. */
linclass_status scores_unusable(linclass_context *ctx, const linclass_matrix *X, int64_t row);

#endif
