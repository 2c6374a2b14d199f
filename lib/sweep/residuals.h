/* The middle of a sweep: from the scores of some of its rows to their residuals. For *_tmpl.c. */
#ifndef SWEEP_RESIDUALS_H
#define SWEEP_RESIDUALS_H

#include "core/space.h"
#include "sweep/sweep.h"

/* Where what belongs to a row is gathered or made; as long as the rows given at a time. */
typedef struct row_buffers {
    int64_t *y;
    double *row_loss;
    real *probabilities; /* rows x k, for targets that are probabilities; else NULL */
} row_buffers;

/* Plan buffers for `rows` rows; their offset in the block. */
size_t REAL(row_buffers_plan)(space_plan *plan, const sweep_input *self, int64_t rows);

/* The buffers planned, found in the block from that offset on. */
row_buffers REAL(row_buffers_at)(void *place, const sweep_input *self, int64_t rows);

/* The buffers from row `from` on. */
row_buffers REAL(row_buffers_from)(const row_buffers *self, int64_t from, int64_t k);

/* Samples of the sweep's rows from..from+count-1: where they lie, or in the buffer (count x n). */
const real *REAL(sweep_samples)(const sweep_input *self, int64_t from, int64_t count, real *buffer,
                                int64_t *ld);

/* Whether sweep_samples needs no buffer. */
bool REAL(sweep_in_place)(const sweep_input *self);

/* H (count x k, ldh = k), scores of the sweep's rows from..from+count-1, becomes their residuals,
 * times their weights; their losses and errors are added to the sums. -1, or the index among these
 * rows of one without a finite result. */
int64_t REAL(sweep_residuals)(const sweep_input *self, int64_t from, int64_t count, real *H,
                              const row_buffers *buffers, sweep_sums *sums);

/* D, scores along the direction, becomes loss''(H) D, times the weights. */
int64_t REAL(sweep_curvature)(const sweep_input *self, int64_t from, int64_t count, const real *H,
                              real *D, const row_buffers *buffers);

/* The losses alone; H is left alone. */
int64_t REAL(sweep_row_losses)(const sweep_input *self, int64_t from, int64_t count, const real *H,
                               const row_buffers *buffers, sweep_sums *sums);

/* The sentence for row `row` of the sweep, whose scores or loss are not usable. */
linclass_status REAL(sweep_unusable)(linclass_context *ctx, const sweep_input *self, int64_t row);

#endif
