/* theta := keep theta - (learning_rate / B) X_b^T R_b, keep = 1 - decay, as one product with alpha and
 * beta; with momentum the velocity takes the place of theta, mu that of keep, and a pass over both adds
 * the decay and the velocity.
 *
 * Where n k is small theta is kept by class (k x n), so that a sample and a class's weights are both in
 * order in memory, and a batch is one thread's work: shared out it would cost more in waiting than it
 * saves. Batches too large for that, and all batches where
 * n k is large, are a sweep of all workers; there the update goes straight into theta when the batch
 * is one chunk of the sweep.
 *
 * Of sparse rows a batch is one thread's work too, and touches the weights of its own columns only: theta is
 * n x k, and the decay of all weights is a factor kept beside them, which is multiplied in when it becomes
 * small. With momentum every weight moves in every step, and a step is a pass over theta. */
#include "sweep/step.h"

#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "data/matrix.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "linalg/transpose.h"
#include "sweep/block_products.h"
#include "sweep/blocks.h"

enum { DIRECT_ROWS = 256, DIRECT_ELEMENTS = 1 << 20 };

static const real SMALLEST_FACTOR = (real)1e-5;

static void lay_out(void *owner, space_plan *plan)
{
    minibatch_stepper *self = owner;
    const int64_t n = self->sweep.X->cols;
    const int64_t k = self->sweep.map.k;
    const int64_t rows = self->direct_rows;
    self->theta = space_next(plan, n, k, sizeof(real));
    self->bias = space_next(plan, self->with_bias ? k : 0, 1, sizeof(real));
    self->samples =
        space_next(plan, self->by_class ? greater(rows, SINGLE_ROWS) : 0, n, sizeof(real));
    self->residuals = space_next(plan, greater(rows, 2), k, sizeof(real));
    self->unused_scores = space_next(plan, k, 1, sizeof(real));
    row_buffers_lay_out(&self->rows, &self->sweep, rows, plan);
    self->gradient = space_next(plan, self->sweeps ? n : 0, k, sizeof(real));
    self->bias_gradient = space_next(plan, k, 1, sizeof(real));
    self->velocity = space_next(plan, self->momentum > 0 ? n : 0, k, sizeof(real));
    self->bias_velocity = space_next(plan, k, 1, sizeof(real));
    if (!self->with_bias)
        self->bias = NULL;
}

static void copy_rows(int64_t n, int64_t k, const real *from, int64_t from_ld, real *to,
                      int64_t to_ld)
{
    for (int64_t i = 0; i < n; i++)
        memcpy(to + i * to_ld, from + i * from_ld, (size_t)k * sizeof(real));
}

linclass_status stepper_begin(linclass_context *ctx, minibatch_stepper *self, int64_t max_batch,
                              const real *theta, int64_t ldtheta, const real *bias)
{
    const int64_t n = self->sweep.X->cols;
    const int64_t k = self->sweep.map.k;
    self->sparse = matrix_is_sparse(self->sweep.X);
    self->factor = 1;
    self->sweep.without_loss = true;
    self->by_class = !self->sparse && !blocks_use_tiles(n, k);
    self->direct_rows = self->sparse ? lesser(max_batch, DIRECT_ROWS) : 0;
    if (self->by_class)
        self->direct_rows =
            lesser(lesser(max_batch, DIRECT_ROWS), 1 + DIRECT_ELEMENTS / (n > 0 ? n : 1));
    self->sweeps = max_batch > self->direct_rows;
    const narrow *table = narrow_of(self->sweep.map.set);
    self->products = self->by_class && n > 0 && k > 0 ? table : NULL;
    self->pairs = max_batch == 1 && self->momentum == 0;
    self->in_place = self->products != NULL && row_block_in_place(self->sweep.X)
                         ? row_block_read(self->sweep.X, 0, self->sweep.X->rows, NULL)
                         : (row_block){.X = NULL};
    self->pending.count = 0;
    self->second.x = NULL;
    self->with_bias = bias != NULL;
    const linclass_status status =
        space_lay_out(ctx, lay_out, self, "minibatch steps", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t e = 0; self->momentum > 0 && e < n * k; e++)
        self->velocity[e] = 0;
    for (int64_t j = 0; j < k; j++)
        self->bias_velocity[j] = 0;
    if (self->by_class)
        transpose(n, k, theta, ldtheta, self->theta, n);
    else
        copy_rows(n, k, theta, ldtheta, self->theta, k);
    if (bias != NULL)
        memcpy(self->bias, bias, (size_t)k * sizeof(real));

    self->sweep.map.ldtheta = k;
    self->sweep.map.bias = self->bias;
    self->sweep.map.theta = self->by_class ? NULL : self->theta;
    self->sweep.map.theta_by_class = self->by_class ? self->theta : NULL;
    return LINCLASS_OK;
}

void stepper_store(minibatch_stepper *self, real *theta, int64_t ldtheta, real *bias)
{
    stepper_finish(self);
    const int64_t n = self->sweep.X->cols;
    const int64_t k = self->sweep.map.k;
    if (self->by_class)
        transpose(k, n, self->theta, n, theta, ldtheta);
    else
        copy_rows(n, k, self->theta, k, theta, ldtheta);
    for (int64_t i = 0; self->factor != 1 && i < n; i++) {
        for (int64_t j = 0; j < k; j++)
            theta[i * ldtheta + j] *= self->factor;
    }
    if (self->bias != NULL)
        memcpy(bias, self->bias, (size_t)k * sizeof(real));
}

void stepper_end(linclass_context *ctx, minibatch_stepper *self)
{
    context_release(ctx, self->memory);
    self->memory = NULL;
}

real *stepper_moved(const minibatch_stepper *self)
{
    return self->momentum > 0 ? self->velocity : self->theta;
}

/* Move intercept j by a step. */
static void move_bias(minibatch_stepper *self, int64_t j, double step)
{
    if (self->momentum > 0) {
        step += (double)self->momentum * (double)self->bias_velocity[j];
        self->bias_velocity[j] = (real)step;
    }
    self->bias[j] += (real)step;
}

void stepper_add_velocity(minibatch_stepper *self, real decay)
{
    const int64_t weights = self->sweep.X->cols * self->sweep.map.k;
    for (int64_t i = 0; i < weights; i++) {
        self->velocity[i] -= decay * self->theta[i];
        self->theta[i] += self->velocity[i];
    }
}

void stepper_step_bias(minibatch_stepper *self, const real *residuals, int64_t count)
{
    const int64_t k = self->sweep.map.k;
    for (int64_t j = 0; self->bias != NULL && j < k; j++) {
        double sum = 0;
        for (int64_t i = 0; i < count; i++)
            sum += (double)residuals[i * k + j];
        move_bias(self, j, (double)self->sweep.scale * sum);
    }
}

/* Take the factor into the array. */
static void apply_factor(minibatch_stepper *self)
{
    const int64_t weights = self->sweep.X->cols * self->sweep.map.k;
    for (int64_t i = 0; self->factor != 1 && i < weights; i++)
        self->theta[i] *= self->factor;
    self->factor = 1;
}

/* theta := keep theta, by its factor, which must not become small. */
static void shrink(minibatch_stepper *self, real keep)
{
    self->factor *= keep;
    if (self->factor < SMALLEST_FACTOR)
        apply_factor(self);
}

/* A small batch of sparse rows. */
static linclass_status step_sparse(linclass_context *ctx, minibatch_stepper *self)
{
    const sweep_input *sweep = &self->sweep;
    const int64_t k = sweep->map.k;
    const row_block batch = sweep_samples(sweep, 0, sweep->count, NULL);
    linear_map map = sweep->map;
    map.bias = NULL;
    scores_block(&map, &batch, self->residuals, k);
    for (int64_t i = 0; i < sweep->count; i++) {
        for (int64_t j = 0; j < k; j++) {
            real *h = &self->residuals[i * k + j];
            *h = self->factor * *h + (self->bias == NULL ? 0 : self->bias[j]);
        }
    }
    sweep_offsets(sweep, 0, sweep->count, self->residuals);
    sweep_sums sums = {0};
    const int64_t row =
        sweep_residuals(sweep, 0, sweep->count, self->residuals, &self->rows, &sums);
    if (row >= 0)
        return sweep_unusable(ctx, sweep, row);
    if (self->momentum > 0) {
        gradient_block(sweep->map.set, &batch, k, sweep->scale, self->residuals, k, sweep->keep,
                       self->velocity, k);
    } else {
        shrink(self, sweep->keep);
        gradient_block(sweep->map.set, &batch, k, sweep->scale / self->factor, self->residuals, k,
                       1, self->theta, k);
    }
    stepper_step_bias(self, self->residuals, sweep->count);
    return LINCLASS_OK;
}

/* Of the next batch, if it follows in memory, that of the rows at the place of rows first..first+count-1 in this
 * one. */
static row_memory memory_of_next(const minibatch_stepper *self, int64_t first, int64_t count)
{
    const int64_t known = self->following - first;
    if (!sweep_in_place(&self->sweep) || known <= 0)
        return (row_memory){NULL, 0};
    return matrix_row_memory(self->sweep.X, self->sweep.first + self->sweep.count + first,
                             lesser(count, known));
}

/* A small batch: scores in blocks of a size BLAS likes, residuals, then the update. */
static linclass_status step_rows(linclass_context *ctx, minibatch_stepper *self)
{
    const sweep_input *sweep = &self->sweep;
    const int64_t n = sweep->X->cols;
    const int64_t k = sweep->map.k;
    const int64_t count = sweep->count;
    const int64_t most = blocks_for_gradient(count, n, k, sizeof(real)).block_rows;
    const int64_t blocks = (count + most - 1) / most;
    const int64_t block = (count + blocks - 1) / blocks;
    const row_block batch = sweep_samples(sweep, 0, count, self->samples);
    for (int64_t first = 0; first < count; first += block) {
        const row_block part = row_block_part(&batch, first, lesser(block, count - first));
        scores_block(&sweep->map, &part, self->residuals + first * k, k);
    }
    sweep_offsets(sweep, 0, count, self->residuals);
    sweep_sums sums = {0};
    const int64_t row = sweep_residuals(sweep, 0, count, self->residuals, &self->rows, &sums);
    if (row >= 0)
        return sweep_unusable(ctx, sweep, row);
    for (int64_t first = 0; first < count; first += block) {
        row_block part = row_block_part(&batch, first, lesser(block, count - first));
        part.ahead = memory_of_next(self, first, part.rows);
        gradient_block_by_class(sweep->map.set, &part, k, sweep->scale, self->residuals + first * k,
                                k, first > 0 ? 1 : sweep->keep, stepper_moved(self));
    }
    stepper_step_bias(self, self->residuals, count);
    return LINCLASS_OK;
}

static linclass_status step_direct(linclass_context *ctx, minibatch_stepper *self)
{
    if (!gemm_calls_blas(self->sweep.map.set, self->sweep.map.k))
        return step_rows(ctx, self);
    linclass_status status = blas_buffers_claim(ctx);
    if (status != LINCLASS_OK)
        return status;
    blas_single_thread_begin();
    status = step_rows(ctx, self);
    blas_single_thread_end();
    return status;
}

/* theta or the velocity := keep times itself + the gradient, which has been scaled. */
static void add_gradient(minibatch_stepper *self, real keep)
{
    const int64_t n = self->sweep.X->cols;
    const int64_t k = self->sweep.map.k;
    real *target = stepper_moved(self);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < k; j++) {
            real *element = &target[self->by_class ? j * n + i : i * k + j];
            *element = keep * *element + self->gradient[i * k + j];
        }
    }
}

/* A large batch or a large theta: a sweep. It may add into theta while it reads theta only where the
 * batch is one chunk; into the velocity always. */
static linclass_status step_sweep(linclass_context *ctx, minibatch_stepper *self)
{
    const int64_t n = self->sweep.X->cols;
    const int64_t k = self->sweep.map.k;
    const int64_t count = self->sweep.count;
    const real keep = self->sweep.keep;
    apply_factor(self);
    const bool in_place =
        !self->by_class && !self->sparse &&
        (self->momentum > 0 || count <= blocks_tiles(count, n, k, sizeof(real)).chunk_rows);
    sweep_sums sums;
    if (!in_place)
        self->sweep.keep = 0;
    const linclass_status status =
        sweep_gradient(ctx, &self->sweep, &sums, in_place ? stepper_moved(self) : self->gradient, k,
                       self->bias_gradient);
    if (status != LINCLASS_OK)
        return status;
    if (!in_place)
        add_gradient(self, keep);
    for (int64_t j = 0; self->bias != NULL && j < k; j++)
        move_bias(self, j, (double)self->bias_gradient[j]);
    return LINCLASS_OK;
}

linclass_status stepper_step(linclass_context *ctx, minibatch_stepper *self, const int64_t *rows,
                             int64_t first, int64_t count, int64_t following, real learning_rate,
                             real decay)
{
    self->sweep.rows = rows;
    self->sweep.first = first;
    self->sweep.count = count;
    self->following = following;
    self->sweep.scale = -learning_rate / (real)count;
    self->sweep.keep = self->momentum > 0 ? self->momentum : 1 - decay;
    if (count == 1 && self->products != NULL)
        return stepper_single_row(ctx, self, following, decay);
    stepper_finish(self);
    linclass_status status;
    if (count > self->direct_rows)
        status = step_sweep(ctx, self);
    else if (self->sparse)
        status = step_sparse(ctx, self);
    else
        status = step_direct(ctx, self);
    if (status == LINCLASS_OK && self->momentum > 0)
        stepper_add_velocity(self, decay);
    return status;
}
