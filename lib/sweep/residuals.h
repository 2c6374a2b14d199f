/* The middle of a sweep: from the scores of some of its rows to their residuals. For *_tmpl.c. */
#ifndef SWEEP_RESIDUALS_H
#define SWEEP_RESIDUALS_H

#include "core/space.h"
#include "data/row_block.h"
#include "sweep/sweep.h"

#define row_buffers      REAL(row_buffers)      /* row_buffers_f32, row_buffers_f64 */
#define row_buffers_from REAL(row_buffers_from) /* row_buffers_from_f32, row_buffers_from_f64 */
#define sweep_samples    REAL(sweep_samples)    /* sweep_samples_f32, sweep_samples_f64 */
#define sweep_row_memory REAL(sweep_row_memory) /* sweep_row_memory_f32, sweep_row_memory_f64 */
#define sweep_in_place   REAL(sweep_in_place)   /* sweep_in_place_f32, sweep_in_place_f64 */
#define sweep_offsets    REAL(sweep_offsets)    /* sweep_offsets_f32, sweep_offsets_f64 */
#define sweep_residuals  REAL(sweep_residuals)  /* sweep_residuals_f32, sweep_residuals_f64 */
#define sweep_curvature  REAL(sweep_curvature)  /* sweep_curvature_f32, sweep_curvature_f64 */
#define sweep_row_losses REAL(sweep_row_losses) /* sweep_row_losses_f32, sweep_row_losses_f64 */
#define sweep_dual_rows  REAL(sweep_dual_rows)  /* sweep_dual_rows_f32, sweep_dual_rows_f64 */
#define sweep_unusable   REAL(sweep_unusable)   /* sweep_unusable_f32, sweep_unusable_f64 */

/* sweep_second_derivative_f32, sweep_second_derivative_f64 */
#define sweep_second_derivative REAL(sweep_second_derivative)

/* row_buffers_lay_out_f32, row_buffers_lay_out_f64 */
#define row_buffers_lay_out REAL(row_buffers_lay_out)

/* Buffers for what belongs to each row, as long as the number of rows processed at a time. */
typedef struct row_buffers {
    int64_t *y;
    double *row_loss;
    real *probabilities; /* rows x k, for targets that are probabilities; else NULL */
    real *scores;        /* rows x k, for a dual point; else NULL */
} row_buffers;

/* Lay out buffers for `rows` rows. */
void row_buffers_lay_out(row_buffers *self, const sweep_input *sweep, int64_t rows,
                         space_plan *plan);

/* The buffers from row `from` on. */
row_buffers row_buffers_from(const row_buffers *self, int64_t from, int64_t k);

/* Samples of the sweep's rows from..from+count-1: in place, or in the buffer (count x n). */
row_block sweep_samples(const sweep_input *self, int64_t from, int64_t count, real *buffer);

/* The memory that sweep_samples reads them from, or none (matrix_row_memory). */
row_memory sweep_row_memory(const sweep_input *self, int64_t from, int64_t count);

/* Whether sweep_samples needs no buffer. */
bool sweep_in_place(const sweep_input *self);

/* H (count x k, ldh = k), products with the sweep's rows from..from+count-1, becomes their scores: base scores are
 * added. */
void sweep_offsets(const sweep_input *self, int64_t from, int64_t count, real *H);

/* H (count x k, ldh = k), scores of the sweep's rows from..from+count-1, becomes their residuals,
 * times their weights; their losses and errors are added to the sums. -1, or the index among these
 * rows of one without a finite result. */
int64_t sweep_residuals(const sweep_input *self, int64_t from, int64_t count, real *H,
                        const row_buffers *buffers, sweep_sums *sums);

/* The kernel's curvature of `count` rows, at the sweep's mu: -1, or the first row without. D, k each: the direction. */
int64_t sweep_second_derivative(const sweep_input *self, int64_t count, const real *H,
                                const int64_t *y, real *D);

/* D, scores along the direction, becomes loss''(H) D, times the weights. */
int64_t sweep_curvature(const sweep_input *self, int64_t from, int64_t count, const real *H,
                        real *D, const row_buffers *buffers);

/* H (count x k) becomes residuals, whose rows are added to the sums of a dual point: those of its kind and margin.
 * H is overwritten. */
int64_t sweep_dual_rows(const sweep_input *self, int64_t from, int64_t count, real *H,
                        const row_buffers *buffers, dual_sums *sums);

/* The losses alone; H does not change. */
int64_t sweep_row_losses(const sweep_input *self, int64_t from, int64_t count, const real *H,
                         const row_buffers *buffers, sweep_sums *sums);

/* The error message for row `row` of the sweep, whose scores or loss are not usable. */
linclass_status sweep_unusable(linclass_context *ctx, const sweep_input *self, int64_t row);

#endif
