/* theta := keep theta - (learning_rate / B) X_b^T R_b, as one product with alpha and beta.
 *
 * Where n k is small theta is kept by class (k x n), the layout of BLAS's fastest small products
 * (n = 784, k = 10, B = 100: 96 and 114 GFLOP/s a core), and a batch is one thread's work: shared
 * out it would cost more in waiting than it saves. Batches too large for that, and all batches where
 * n k is large, are a sweep of all workers; there the update goes straight into theta when the batch
 * is one chunk of the sweep. */
#include "objective/step.h"

#include <string.h>

#include "core/context.h"
#include "core/lowest.h"
#include "core/real.h"
#include "core/space.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "linalg/transpose.h"
#include "objective/blocks.h"
#include "objective/scores_block.h"
#include "objective/sweep.h"

enum { DIRECT_ROWS = 256, DIRECT_ELEMENTS = 1 << 20 };

static linclass_status take_memory(linclass_context *ctx, REAL(stepper) * self, int64_t max_batch,
                                   bool with_bias)
{
    const int64_t n = self->X->cols;
    const int64_t k = self->k;
    const bool sweeps = max_batch > self->direct_rows;
    space_plan plan = {0};
    const size_t theta = space_part(&plan, n, k, sizeof(real));
    const size_t bias = space_part(&plan, k, 1, sizeof(real));
    const size_t samples = space_part(&plan, self->direct_rows, n, sizeof(real));
    const size_t residuals = space_part(&plan, self->direct_rows, k, sizeof(real));
    const size_t labels = space_part(&plan, self->direct_rows, 1, sizeof(int64_t));
    const size_t row_loss = space_part(&plan, self->direct_rows, 1, sizeof(double));
    const size_t bias_gradient = space_part(&plan, k, 1, sizeof(real));
    if (sweeps)
        (void)space_part(&plan, n, k, sizeof(real));
    if (plan.overflow)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "the work space's size overflows");
    const linclass_status status =
        context_allocate(ctx, plan.bytes, "minibatch steps", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    char *next = self->memory;
    self->theta = (real *)(void *)next;
    self->bias = (real *)(void *)(next += theta);
    self->samples = (real *)(void *)(next += bias);
    self->residuals = (real *)(void *)(next += samples);
    self->labels = (int64_t *)(void *)(next += residuals);
    self->row_loss = (double *)(void *)(next += labels);
    self->bias_gradient = (real *)(void *)(next += row_loss);
    self->gradient = sweeps ? (real *)(void *)(next + bias_gradient) : NULL;
    if (!with_bias)
        self->bias = NULL;
    return LINCLASS_OK;
}

linclass_status REAL(stepper_begin)(linclass_context *ctx, REAL(stepper) * self, int64_t max_batch,
                                    const real *theta, int64_t ldtheta, const real *bias)
{
    const int64_t n = self->X->cols;
    const int64_t k = self->k;
    self->by_class = !blocks_use_tiles(n, k);
    self->direct_rows = 0;
    if (self->by_class)
        self->direct_rows =
            lesser(lesser(max_batch, DIRECT_ROWS), 1 + DIRECT_ELEMENTS / (n > 0 ? n : 1));
    const linclass_status status = take_memory(ctx, self, max_batch, bias != NULL);
    if (status != LINCLASS_OK)
        return status;
    if (self->by_class) {
        REAL(transpose)(n, k, theta, ldtheta, self->theta, n);
    } else {
        for (int64_t i = 0; i < n; i++)
            memcpy(self->theta + i * k, theta + i * ldtheta, (size_t)k * sizeof(real));
    }
    if (bias != NULL)
        memcpy(self->bias, bias, (size_t)k * sizeof(real));
    return LINCLASS_OK;
}

void REAL(stepper_store)(const REAL(stepper) * self, real *theta, int64_t ldtheta, real *bias)
{
    const int64_t n = self->X->cols;
    const int64_t k = self->k;
    if (self->by_class) {
        REAL(transpose)(k, n, self->theta, n, theta, ldtheta);
    } else {
        for (int64_t i = 0; i < n; i++)
            memcpy(theta + i * ldtheta, self->theta + i * k, (size_t)k * sizeof(real));
    }
    if (self->bias != NULL)
        memcpy(bias, self->bias, (size_t)k * sizeof(real));
}

void REAL(stepper_end)(linclass_context *ctx, REAL(stepper) * self)
{
    context_release(ctx, self->memory);
    self->memory = NULL;
}

static void step_bias(const REAL(stepper) * self, int64_t count, real rate)
{
    for (int64_t j = 0; self->bias != NULL && j < self->k; j++) {
        double sum = 0;
        for (int64_t i = 0; i < count; i++)
            sum += (double)self->residuals[i * self->k + j];
        self->bias[j] -= (real)((double)rate * sum);
    }
}

/* A small batch: scores and residuals in blocks of a size BLAS likes, then one update. */
static linclass_status step_direct(linclass_context *ctx, const REAL(stepper) * self,
                                   const REAL(sweep) * sweep, double *loss)
{
    const int64_t n = self->X->cols;
    const int64_t k = self->k;
    const int64_t count = sweep->count;
    const int64_t most = blocks_for_gradient(count, n, k, sizeof(real)).block_rows;
    const int64_t blocks = (count + most - 1) / most;
    const int64_t block = (count + blocks - 1) / blocks;
    int64_t ldx;
    const real *X = REAL(sweep_samples)(sweep, 0, count, self->samples, &ldx);
    for (int64_t first = 0; first < count; first += block)
        REAL(scores_block)
        (&sweep->map, self->theta, lesser(block, count - first), X + first * ldx, ldx,
         self->residuals + first * k, k);
    const int64_t *y = REAL(sweep_labels)(sweep, 0, count, self->labels);
    const int64_t row = self->kernel->residual(count, k, self->residuals, k, y, self->row_loss);
    if (row >= 0)
        return REAL(sweep_unusable)(ctx, sweep, row);
    for (int64_t i = 0; i < count; i++)
        *loss += self->row_loss[i];
    for (int64_t first = 0; first < count; first += block)
        REAL(gemm)
        (TRANSPOSED, PLAIN, k, lesser(block, count - first), n, sweep->scale,
         self->residuals + first * k, k, X + first * ldx, ldx, first > 0 ? 1 : sweep->keep,
         self->theta, n);
    step_bias(self, count, -sweep->scale);
    return LINCLASS_OK;
}

/* theta := keep theta + the gradient, which has been scaled. */
static void add_gradient(const REAL(stepper) * self, real keep)
{
    const int64_t n = self->X->cols;
    const int64_t k = self->k;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < k; j++) {
            real *theta = &self->theta[self->by_class ? j * n + i : i * k + j];
            *theta = keep * *theta + self->gradient[i * k + j];
        }
    }
}

/* A large batch or a large theta: a sweep. */
static linclass_status step_sweep(linclass_context *ctx, const REAL(stepper) * self,
                                  REAL(sweep) * sweep, double *loss)
{
    const int64_t n = self->X->cols;
    const int64_t k = self->k;
    const real keep = sweep->keep;
    const bool in_place = !self->by_class &&
                          sweep->count <= blocks_tiles(sweep->count, n, k, sizeof(real)).chunk_rows;
    sweep_sums sums;
    if (!in_place)
        sweep->keep = 0;
    const linclass_status status = REAL(sweep_loss_gradient)(
        ctx, sweep, &sums, in_place ? self->theta : self->gradient, k, self->bias_gradient);
    if (status != LINCLASS_OK)
        return status;
    if (!in_place)
        add_gradient(self, keep);
    for (int64_t j = 0; self->bias != NULL && j < k; j++)
        self->bias[j] += self->bias_gradient[j];
    *loss += sums.loss;
    return LINCLASS_OK;
}

linclass_status REAL(stepper_step)(linclass_context *ctx, REAL(stepper) * self, const int64_t *rows,
                                   int64_t first, int64_t count, real learning_rate, real keep,
                                   double *loss)
{
    REAL(sweep)
    sweep = {
        .X = self->X,
        .rows = rows,
        .first = first,
        .count = count,
        .y = self->y,
        .map = {.n = self->X->cols, .k = self->k, .ldtheta = self->k, .bias = self->bias},
        .kernel = self->kernel,
        .scale = -learning_rate / (real)count,
        .keep = keep,
    };
    if (self->by_class)
        sweep.map.theta_by_class = self->theta;
    else
        sweep.map.theta = self->theta;
    if (count > self->direct_rows)
        return step_sweep(ctx, self, &sweep, loss);
    blas_single_thread_begin();
    const linclass_status status = step_direct(ctx, self, &sweep, loss);
    blas_single_thread_end();
    return status;
}
