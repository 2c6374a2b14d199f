/* One sweep over rows of a design matrix: scores, loss kernel, gradient.
 *
 *     H = X theta + bias;  (loss, R) = kernel(H, targets);  G = keep G + scale X^T R;
 *     g_bias = scale 1^T R
 *
 * or, with a direction V: the product of the loss's Hessian with V,
 *
 *     D = X V + v;  D := loss''(H) D row by row;  G = scale X^T D;  g_bias = scale 1^T D
 *
 * Blocks or tiles of rows (blocks.h); never m x k. Losses are summed in double, row by row within a
 * slice and slice by slice. The same bits for any number of threads. For *_tmpl.c. */
#ifndef SWEEP_SWEEP_H
#define SWEEP_SWEEP_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

#include "core/real.h"
#include "kernel/kernel.h"
#include "sweep/dual_rows.h"
#include "sweep/scores.h"
#include "sweep/targets.h"

#define sweep_input      REAL(sweep_input)      /* sweep_input_f32, sweep_input_f64 */
#define sweep_gradient   REAL(sweep_gradient)   /* sweep_gradient_f32, sweep_gradient_f64 */
#define sweep_loss       REAL(sweep_loss)       /* sweep_loss_f32, sweep_loss_f64 */
#define sweep_dual       REAL(sweep_dual)       /* sweep_dual_f32, sweep_dual_f64 */
#define sweep_blocks     REAL(sweep_blocks)     /* sweep_blocks_f32, sweep_blocks_f64 */
#define sweep_tiles      REAL(sweep_tiles)      /* sweep_tiles_f32, sweep_tiles_f64 */
#define sweep_sparse     REAL(sweep_sparse)     /* sweep_sparse_f32, sweep_sparse_f64 */
#define sweep_sparse_one REAL(sweep_sparse_one) /* sweep_sparse_one_f32, sweep_sparse_one_f64 */
#define sparse_slices_of REAL(sparse_slices_of) /* sparse_slices_of_f32, sparse_slices_of_f64 */

typedef struct sweep_input {
    const linclass_matrix *X; /* has n columns */
    const int64_t *rows;      /* of X, `count` of them; NULL: first..first+count-1 */
    int64_t first;
    int64_t count;
    fit_targets targets; /* of the rows of X */
    linear_map map;      /* n, k, theta, bias */
    const loss_kernel *kernel;
    const linear_map *direction; /* V and v, or NULL: the gradient */
    const real
        *R; /* residuals of rows 0..count-1 that are given, ldr, instead of all these; or NULL */
    int64_t ldr;
    real scale;
    real keep; /* 0: G is written, not read. G may be theta when keep is not 0, n k is large and
                * count <= blocks_tiles().chunk_rows */
    const real *
        curvature; /* with a direction, of sparse rows 0..count-1 and k = 1: what scores along it are multiplied by, or
                     * NULL: loss''(H), times the weights */
    const real
        *known_scores; /* of rows 0..count-1 of sweep_blocks, k each: H, or NULL: it is computed */
    real *
        scores; /* of rows 0..count-1, k each, written by sweep_dual, and of sparse rows without a direction or R; or
                       * NULL */
    const dual_point *dual; /* what residuals are moved to, or NULL: they stay */
    double mu; /* width over which the kinks of the loss are rounded off; 0: they are not */
    bool count_wrong;
    bool without_loss; /* the loss is not asked for: it may be left out of the sums */
    bool one_score;    /* two classes told apart by the sign of one score: k = 1, labels 0 and 1 */
} sweep_input;

/* What a sweep adds up over its rows, each times its weight. */
typedef struct sweep_sums {
    double loss;
    double wrong; /* rows with a score higher than their label's, or as high for a lower class */
    double apart; /* what the dual point costs (dual_rows.h) */
} sweep_sums;

/* sums: `wrong` only with count_wrong, `apart` only with a dual point; none with a direction. G: n x k, ldg; g_bias: k,
 * or NULL. Takes the context's scratch. Errors: NON_FINITE (X), NUMERIC (scores or a loss overflow),
 * MEMORY. */
linclass_status sweep_gradient(linclass_context *ctx, const sweep_input *self, sweep_sums *sums,
                               real *G, int64_t ldg, real *g_bias);

/* The sums alone, of all the rows of X (rows NULL, first 0). */
linclass_status sweep_loss(linclass_context *ctx, const sweep_input *self, sweep_sums *sums);

/* The sums over the rows of X that a dual point of self->dual's kind is balanced by, into `sums` of `length` doubles:
 * residual and mass, k each, then, where there is room for it, the Laplacian. Errors: those of sweep_gradient. */
linclass_status sweep_dual(linclass_context *ctx, const sweep_input *self, int64_t length,
                           double *sums);

/* The ways sweep_gradient goes: dense rows, for n k small and large; sparse rows, and those of many elements with
 * one class. */
linclass_status sweep_blocks(linclass_context *ctx, const sweep_input *self, sweep_sums *sums,
                             real *G, int64_t ldg, real *g_bias);
linclass_status sweep_tiles(linclass_context *ctx, const sweep_input *self, sweep_sums *sums,
                            real *G, int64_t ldg, real *g_bias);
linclass_status sweep_sparse(linclass_context *ctx, const sweep_input *self, sweep_sums *sums,
                             real *G, int64_t ldg, real *g_bias);
linclass_status sweep_sparse_one(linclass_context *ctx, const sweep_input *self, sweep_sums *sums,
                                 real *G, int64_t ldg, real *g_bias);

/* How many slices the rows of sweep_sparse_one are cut into; 0 where they are not for it. */
int64_t sparse_slices_of(const sweep_input *self);

#endif
