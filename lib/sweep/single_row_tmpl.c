/* Steps on single rows, theta by class. A step reads and writes all of theta, which is most of its time; so updates
 * wait until the next rows are there, and are made in one pass with the scores of these (linalg/narrow/step_tmpl.c).
 *
 * Without momentum two rows share a pass (step_pair_tmpl.c): the rows of an epoch are paired in their order, and the
 * last of an odd number is alone. The scores s_1 of the second row are taken from the theta before the step on the
 * first, theta := keep theta + r_0^T x_0, and corrected when its residuals are known:
 *
 *     s_1 := keep s_1 + <x_0, x_1> r_0
 *
 * which is what the theta after it gives, but for rounding. Everything else has the bits of steps one by one: whoever
 * looks at theta between the rows of a pair changes nothing.
 *
 * Hazard: <x_0, x_1> may overflow where r_0 is small or zero; then the step is made first.
 *
 * Rows of a shuffled epoch are in no cache: while some are used the next are asked for. */
#include <math.h>

#include "core/context.h"
#include "sweep/block_products.h"
#include "sweep/step.h"

/* Where in X row `index` of those from the sweep's on is. */
static int64_t row_at(const minibatch_stepper *self, int64_t index)
{
    const sweep_input *sweep = &self->sweep;
    return sweep->rows == NULL ? sweep->first + index : sweep->rows[index];
}

/* That row, which stays where it is while as many rows are taken as a pass has. */
static const real *take_row(minibatch_stepper *self, int64_t index)
{
    const int64_t row = row_at(self, index);
    self->turn = (self->turn + 1) % SINGLE_ROWS;
    if (self->in_place.X != NULL)
        return self->in_place.X + row * self->in_place.ldx;
    const sweep_input *sweep = &self->sweep;
    return row_block_gather(sweep->X, &row, 1, self->samples + self->turn * sweep->X->cols).X;
}

/* Row `index` of the `following` ones, if it can be read where it is; else ask for it here. */
static const real *row_ahead(const minibatch_stepper *self, int64_t index, int64_t following)
{
    if (index > following)
        return NULL;
    const int64_t row = row_at(self, index);
    if (self->in_place.X != NULL)
        return self->in_place.X + row * self->in_place.ldx;
    row_block_prefetch(self->sweep.X, row);
    return NULL;
}

/* C: k products of row x with the rows of B. */
static void multiply(const minibatch_stepper *self, const real *x, const real *B, int64_t k,
                     real *C)
{
    const int64_t n = self->sweep.X->cols;
    self->products->by_class(&(narrow_product){
        .m = 1,
        .n = n,
        .k = k,
        .alpha = 1,
        .A = x,
        .lda = n,
        .B = B,
        .ldb = n,
        .beta = 0,
        .C = C,
        .ldc = k,
    });
}

/* The first update that is pending, and the scores of row x. */
static void update_and_score(minibatch_stepper *self, const real *x, real *scores,
                             const real *ahead)
{
    pending_steps *pending = &self->pending;
    self->products->step(&(narrow_step){
        .n = self->sweep.X->cols,
        .k = self->sweep.map.k,
        .theta = self->theta,
        .velocity = self->momentum > 0 ? self->velocity : NULL,
        .x = pending->x[0],
        .residuals = pending->residuals,
        .keep = pending->keep[0],
        .decay = pending->decay,
        .next = x,
        .scores = scores,
        .ahead = ahead,
        .last_first = self->turn % 2 != 0,
    });
    pending->count--;
    pending->x[0] = pending->x[1];
    pending->keep[0] = pending->keep[1];
    pending->residuals += self->sweep.map.k;
}

/* The updates that are pending, both of a pair, and what is known of the next one in the same pass. */
static void update_and_score_pair(minibatch_stepper *self, const real *x_0, const real *x_1,
                                  int64_t following)
{
    pending_steps *pending = &self->pending;
    self->products->step_pair(&(narrow_step_pair){
        .n = self->sweep.X->cols,
        .k = self->sweep.map.k,
        .theta = self->theta,
        .x = {pending->x[0], pending->x[1]},
        .residuals = pending->residuals,
        .keep = {pending->keep[0], pending->keep[1]},
        .next = {x_0, x_1},
        .scores = self->residuals,
        .product = &self->second.product,
        .ahead = {row_ahead(self, 2, following), row_ahead(self, 3, following)},
        .last_first = self->turn % 4 < 2,
    });
    pending->count = 0;
}

/* Residuals of row x from its scores h, without intercepts: its update is pending. */
static linclass_status begin_step(linclass_context *ctx, minibatch_stepper *self, const real *x,
                                  real *h, real decay)
{
    const sweep_input *sweep = &self->sweep;
    for (int64_t j = 0; self->bias != NULL && j < sweep->map.k; j++)
        h[j] += self->bias[j];
    sweep_offsets(sweep, 0, 1, h);
    sweep_sums sums = {0};
    if (sweep_residuals(sweep, 0, 1, h, &self->rows, &sums) >= 0)
        return sweep_unusable(ctx, sweep, 0);
    stepper_step_bias(self, h, 1);
    for (int64_t j = 0; j < sweep->map.k; j++)
        h[j] *= sweep->scale;
    pending_steps *pending = &self->pending;
    if (pending->count == 0)
        pending->residuals = h;
    pending->x[pending->count] = x;
    pending->keep[pending->count] = sweep->keep;
    pending->decay = decay;
    pending->count++;
    return LINCLASS_OK;
}

static linclass_status step_on_first(linclass_context *ctx, minibatch_stepper *self,
                                     int64_t following, real decay)
{
    const int64_t k = self->sweep.map.k;
    const real *x_0 = take_row(self, 0);
    const real *x_1 = take_row(self, 1);
    if (self->pending.count == 2) {
        update_and_score_pair(self, x_0, x_1, following);
    } else {
        stepper_finish(self);
        multiply(self, x_0, self->theta, k, self->residuals);
        multiply(self, x_1, self->theta, k, self->residuals + k);
        multiply(self, x_0, x_1, 1, &self->second.product);
    }
    self->second.x = x_1;
    self->second.keep = self->sweep.keep;
    return begin_step(ctx, self, x_0, self->residuals, decay);
}

static linclass_status step_on_second(linclass_context *ctx, minibatch_stepper *self, real decay)
{
    const int64_t k = self->sweep.map.k;
    const pair_second second = self->second;
    real *h = self->residuals + k;
    self->second.x = NULL;
    if (isfinite(second.product)) {
        for (int64_t j = 0; j < k; j++)
            h[j] = second.keep * h[j] + second.product * self->residuals[j];
    } else {
        stepper_finish(self);
        multiply(self, second.x, self->theta, k, h);
    }
    return begin_step(ctx, self, second.x, h, decay);
}

static linclass_status step_alone(linclass_context *ctx, minibatch_stepper *self, int64_t following,
                                  real decay)
{
    const real *x = take_row(self, 0);
    if (self->pending.count == 1) {
        update_and_score(self, x, self->residuals, row_ahead(self, 1, following));
    } else {
        stepper_finish(self);
        multiply(self, x, self->theta, self->sweep.map.k, self->residuals);
    }
    return begin_step(ctx, self, x, self->residuals, decay);
}

linclass_status stepper_single_row(linclass_context *ctx, minibatch_stepper *self,
                                   int64_t following, real decay)
{
    if (self->second.x != NULL)
        return step_on_second(ctx, self, decay);
    if (self->pairs && following > 0)
        return step_on_first(ctx, self, following, decay);
    return step_alone(ctx, self, following, decay);
}

/* By the same function as single steps; of no use are the scores. The residuals of the first row of a pair stay: the
 * second one's scores need them. */
void stepper_finish(minibatch_stepper *self)
{
    while (self->pending.count > 0)
        update_and_score(self, self->pending.x[0], self->unused_scores, NULL);
}
