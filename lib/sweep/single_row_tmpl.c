/* Steps on single rows, theta by class. A step reads and writes all of theta, which is most of its time; so the
 * update by a row waits until the next row is there, and is made in one pass with the scores of that row
 * (linalg/narrow/step_tmpl.c). Scores are computed as in a pass of their own, to the same bits.
 *
 * Rows of a shuffled epoch are in no cache: while one is used the next is asked for. */
#include "core/context.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "sweep/block_products.h"
#include "sweep/step.h"

/* The row of the sweep, which stays where it is while the next is taken. */
static const real *take_row(minibatch_stepper *self)
{
    const sweep_input *sweep = &self->sweep;
    const int64_t row = sweep->rows == NULL ? sweep->first : sweep->rows[0];
    self->turn = 1 - self->turn;
    real *buffer = self->samples + self->turn * sweep->X->cols;
    return row_block_in_place(sweep->X) ? row_block_read(sweep->X, row, 1, NULL).X
                                        : row_block_gather(sweep->X, &row, 1, buffer).X;
}

/* The row after it, if it can be read where it is; else ask for it here. */
static const real *row_ahead(const minibatch_stepper *self, int64_t following)
{
    const sweep_input *sweep = &self->sweep;
    if (following == 0)
        return NULL;
    const int64_t row = sweep->rows == NULL ? sweep->first + 1 : sweep->rows[1];
    if (row_block_in_place(sweep->X))
        return row_block_read(sweep->X, row, 1, NULL).X;
    row_block_prefetch(sweep->X, row);
    return NULL;
}

/* Scores of a row with no update to be made. */
static linclass_status first_scores(linclass_context *ctx, const minibatch_stepper *self,
                                    const real *x)
{
    const sweep_input *sweep = &self->sweep;
    const int64_t n = sweep->X->cols;
    const row_block row = {.rows = 1, .cols = n, .X = x, .ldx = n};
    if (!gemm_calls_blas(sweep->map.set, sweep->map.k)) {
        scores_block(&sweep->map, &row, self->residuals, sweep->map.k);
        return LINCLASS_OK;
    }
    const linclass_status status = blas_buffers_claim(ctx);
    if (status != LINCLASS_OK)
        return status;
    blas_single_thread_begin();
    scores_block(&sweep->map, &row, self->residuals, sweep->map.k);
    blas_single_thread_end();
    return LINCLASS_OK;
}

/* The update that is pending, and the scores of row x, without intercepts, in the place of its residuals. */
static void update_and_score(minibatch_stepper *self, const real *x, const real *ahead)
{
    const pending_step last = self->pending;
    self->pending.x = NULL;
    self->step_row(&(narrow_step){
        .n = self->sweep.X->cols,
        .k = self->sweep.map.k,
        .theta = self->theta,
        .velocity = self->momentum > 0 ? self->velocity : NULL,
        .x = last.x,
        .residuals = self->residuals,
        .scale = last.scale,
        .keep = last.keep,
        .decay = last.decay,
        .next = x,
        .scores = self->residuals,
        .ahead = ahead,
        .last_first = self->turn != 0,
    });
}

linclass_status stepper_single_row(linclass_context *ctx, minibatch_stepper *self,
                                   int64_t following, real decay)
{
    const sweep_input *sweep = &self->sweep;
    const real *x = take_row(self);
    const real *ahead = row_ahead(self, following);
    linclass_status status = LINCLASS_OK;
    if (self->pending.x != NULL) {
        update_and_score(self, x, ahead);
        for (int64_t j = 0; self->bias != NULL && j < sweep->map.k; j++)
            self->residuals[j] += self->bias[j];
    } else {
        status = first_scores(ctx, self, x);
    }
    if (status != LINCLASS_OK)
        return status;
    sweep_offsets(sweep, 0, 1, self->residuals);
    sweep_sums sums = {0};
    if (sweep_residuals(sweep, 0, 1, self->residuals, &self->rows, &sums) >= 0)
        return sweep_unusable(ctx, sweep, 0);
    self->pending = (pending_step){x, sweep->scale, sweep->keep, decay};
    stepper_step_bias(self, 1);
    return LINCLASS_OK;
}

/* By the same function as all others, so that there is one update by a single row; of no use are the scores. */
void stepper_finish(minibatch_stepper *self)
{
    if (self->pending.x != NULL)
        update_and_score(self, self->pending.x, NULL);
}
