/* The moments that preconditioners are made of, for fits of the same samples under other penalties: neighbouring fits
 * of a path end where the curvatures are nearly the same.
 *
 * Matrices are N x N about the means, N the features and one for the intercept, without the l2 penalty; their lower
 * triangles are kept, packed. Preconditioning changes how fast a solver gets to a minimum, never which. */
#ifndef SOLVER_KEPT_CURVATURE_H
#define SOLVER_KEPT_CURVATURE_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/context.h>
#include <linclass/status.h>

typedef struct kept_curvature {
    linclass_context *ctx;
    int64_t N;
    int64_t columns; /* of theta */
    bool has_bound;
    bool has_blocks;
    double *bound;  /* what all columns share at first, or NULL: not kept yet */
    double *blocks; /* columns of them, or NULL */
} kept_curvature;

kept_curvature kept_curvature_begin(linclass_context *ctx, int64_t N, int64_t columns);
void kept_curvature_end(kept_curvature *self);

/* Keep what a preconditioner begins with, or write it there. self: NULL keeps nothing. Errors: MEMORY. */
linclass_status kept_curvature_keep_bound(kept_curvature *self, const double *matrix);
void kept_curvature_bound(const kept_curvature *self, double *matrix);

/* Make room for all blocks, none of which is known then; keep block j, or write it there. All are known when
 * has_blocks says so. self: NULL keeps nothing. Errors: MEMORY. */
linclass_status kept_curvature_begin_blocks(kept_curvature *self);
void kept_curvature_keep_block(kept_curvature *self, int64_t j, const double *matrix);
void kept_curvature_block(const kept_curvature *self, int64_t j, double *matrix);

#endif
