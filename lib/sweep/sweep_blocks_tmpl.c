/* The sweep for n k small: a block of rows goes through both products while it is in cache.
 *
 * The gradient is kept by class, k x n, so that a sample and a class's gradient are both in order in
 * memory. The rows of the next block, converted or not, are asked for during both products, half each: evenly, or memory would
 * rest and then hold them up, or the conversion (60000 x 784 bytes on Zen 4: 3.0 ms instead of 5.2). Each worker sums the gradient of its slice in the working
 * precision, over at most m / 64 rows or four blocks; slices are added in double, in order. */
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/real.h"
#include "core/space.h"
#include "core/turnstile.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "linalg/transpose.h"
#include "sweep/block_products.h"
#include "sweep/blocks.h"
#include "sweep/residuals.h"
#include "sweep/sweep.h"

/* What each worker has of its own. */
typedef struct worker_space {
    real *X;        /* block_rows x n, where X is converted or gathered */
    real *R;        /* block_rows x k: scores, then residuals */
    real *D;        /* block_rows x k: scores along a direction */
    real *gradient; /* k x n */
    double *bias;   /* k */
    row_buffers rows;
} worker_space;

typedef struct block_sweep {
    const sweep_input *sweep;
    linear_map map; /* these two with theta by class, where that is faster */
    linear_map direction;
    row_blocks blocks;
    int64_t most_rows; /* in a block: fewer than block_rows when there are fewer */
    int32_t threads;   /* that may take part */
    bool make_by_class;
    bool turn_direction;
    real *theta_by_class; /* k x n: the copies made */
    real *direction_by_class;
    space_plan worker; /* measured */
    void *workers;
    turnstile in_order;
    double *gradient; /* k x n, sum of the slices' */
    double *bias;     /* k */
    sweep_sums sums;
    _Atomic int64_t unusable_row;
} block_sweep;

static void lay_out_worker(const block_sweep *self, worker_space *own, space_plan *plan)
{
    const sweep_input *sweep = self->sweep;
    const int64_t n = sweep->map.n;
    const int64_t k = sweep->map.k;
    const int64_t rows = self->most_rows;
    own->X = space_next(plan, sweep_in_place(sweep) ? 0 : rows, n, sizeof(real));
    own->R = space_next(plan, rows, k, sizeof(real));
    own->D = space_next(plan, sweep->direction == NULL ? 0 : rows, k, sizeof(real));
    own->gradient = space_next(plan, k, n, sizeof(real));
    own->bias = space_doubles(plan, k, 1);
    row_buffers_lay_out(&own->rows, sweep, rows, plan);
}

static void lay_out(void *owner, space_plan *plan)
{
    block_sweep *self = owner;
    const int64_t n = self->sweep->map.n;
    const int64_t k = self->sweep->map.k;
    worker_space own;
    self->worker = (space_plan){0};
    lay_out_worker(self, &own, &self->worker);
    self->gradient = space_doubles(plan, k, n);
    self->bias = space_doubles(plan, k, 1);
    self->theta_by_class = space_next(plan, self->make_by_class ? k : 0, n, sizeof(real));
    self->direction_by_class = space_next(plan, self->turn_direction ? k : 0, n, sizeof(real));
    self->workers =
        space_repeat(plan, &self->worker, pool_workers(self->blocks.slices, self->threads));
}

static void add_column_sums(int64_t rows, int64_t k, const real *R, int64_t ldr, double *sums)
{
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < k; j++)
            sums[j] += (double)R[i * ldr + j];
    }
}

/* What the product with X^T is taken of, for a block of rows: the residuals given, or those of the
 * scores, or the curvature along the direction; NULL when a row has none. */
static const real *residuals(block_sweep *self, const worker_space *own, int64_t first,
                             const row_block *samples, int64_t *ldr, sweep_sums *sums)
{
    const sweep_input *sweep = self->sweep;
    const int64_t k = sweep->map.k;
    if (sweep->R != NULL) {
        *ldr = sweep->ldr;
        return sweep->R + first * sweep->ldr;
    }
    *ldr = k;
    if (sweep->known_scores != NULL) {
        memcpy(own->R, sweep->known_scores + first * k, (size_t)(samples->rows * k) * sizeof(real));
    } else {
        scores_block(&self->map, samples, own->R, k);
        sweep_offsets(sweep, first, samples->rows, own->R);
    }
    int64_t row;
    if (sweep->direction == NULL) {
        row = sweep_residuals(sweep, first, samples->rows, own->R, &own->rows, sums);
    } else {
        scores_block(&self->direction, samples, own->D, k);
        row = sweep_curvature(sweep, first, samples->rows, own->R, own->D, &own->rows);
    }
    if (row >= 0) {
        record_lowest(&self->unusable_row, first + row);
        return NULL;
    }
    return sweep->direction == NULL ? own->R : own->D;
}

/* The sums of rows begin..end-1, and their gradient into the worker's own. */
static sweep_sums sweep_rows(block_sweep *self, const worker_space *own, int64_t begin, int64_t end)
{
    const sweep_input *sweep = self->sweep;
    const int64_t k = sweep->map.k;
    sweep_sums sums = {0};
    for (int64_t first = begin; first < end; first += self->blocks.block_rows) {
        const int64_t count = lesser(self->blocks.block_rows, end - first);
        const int64_t next = lesser(self->blocks.block_rows, end - first - count);
        const int64_t half = sweep->R == NULL ? next / 2 : 0;
        row_block samples = sweep_samples(sweep, first, count, own->X);
        samples.cold = samples.cold && first == begin;
        samples.ahead = sweep_row_memory(sweep, first + count, half);
        int64_t ldr;
        const real *R = residuals(self, own, first, &samples, &ldr, &sums);
        if (R == NULL)
            break;
        samples.ahead = sweep_row_memory(sweep, first + count + half, next - half);
        gradient_block_by_class(sweep->map.set, &samples, k, 1, R, ldr, first != begin,
                                own->gradient);
        add_column_sums(count, k, R, ldr, own->bias);
    }
    return sums;
}

static void sweep_slice(void *argument, int64_t slice, int32_t worker)
{
    block_sweep *self = argument;
    const int64_t n = self->sweep->map.n;
    const int64_t k = self->sweep->map.k;
    const int64_t begin = slice * self->blocks.slice_rows;
    const int64_t end = lesser(self->sweep->count, begin + self->blocks.slice_rows);
    worker_space own;
    space_plan place = space_plan_at(self->workers, worker, &self->worker);
    lay_out_worker(self, &own, &place);
    memset(own.bias, 0, (size_t)k * sizeof(double));
    sweep_sums sums = {0};
    if (atomic_load(&self->unusable_row) > begin)
        sums = sweep_rows(self, &own, begin, end);

    turnstile_enter(&self->in_order, slice);
    if (atomic_load(&self->unusable_row) == INT64_MAX) {
        for (int64_t i = 0; i < k * n; i++)
            self->gradient[i] += (double)own.gradient[i];
        for (int64_t j = 0; j < k; j++)
            self->bias[j] += own.bias[j];
        self->sums.loss += sums.loss;
        self->sums.wrong += sums.wrong;
        self->sums.apart += sums.apart;
    }
    turnstile_leave(&self->in_order);
}

/* G = keep G + scale sum^T, rounded once. */
static void write_gradient(const block_sweep *self, real *G, int64_t ldg, real *g_bias)
{
    const int64_t n = self->sweep->map.n;
    const int64_t k = self->sweep->map.k;
    const double scale = (double)self->sweep->scale;
    const double keep = (double)self->sweep->keep;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < k; j++) {
            const double kept = keep == 0 ? 0 : keep * (double)G[i * ldg + j];
            G[i * ldg + j] = (real)(kept + scale * self->gradient[j * n + i]);
        }
    }
    for (int64_t j = 0; g_bias != NULL && j < k; j++)
        g_bias[j] = (real)(scale * self->bias[j]);
}

linclass_status sweep_blocks(linclass_context *ctx, const sweep_input *sweep, sweep_sums *sums,
                             real *G, int64_t ldg, real *g_bias)
{
    const int64_t n = sweep->map.n;
    const int64_t k = sweep->map.k;
    block_sweep self = {
        .sweep = sweep,
        .map = sweep->map,
        .blocks = blocks_for_gradient(sweep->count, n, k, sizeof(real)),
        .threads = ctx->threads,
        .make_by_class = sweep->R == NULL && sweep->known_scores == NULL &&
                         sweep->map.theta_by_class == NULL && blocks_scores_by_class(n, k),
        .turn_direction = sweep->direction != NULL && blocks_scores_by_class(n, k),
    };
    if (sweep->direction != NULL)
        self.direction = *sweep->direction;
    self.most_rows = lesser(self.blocks.block_rows, sweep->count);
    linclass_status status = space_lay_out_scratch(ctx, lay_out, &self);
    if (status == LINCLASS_OK && sweep->count > 0 && gemm_calls_blas(sweep->map.set, k))
        status = blas_buffers_claim(ctx);
    if (status != LINCLASS_OK)
        return status;

    for (int64_t e = 0; e < k * n; e++)
        self.gradient[e] = 0;
    for (int64_t j = 0; j < k; j++)
        self.bias[j] = 0;
    if (self.make_by_class) {
        transpose(n, k, sweep->map.theta, sweep->map.ldtheta, self.theta_by_class, n);
        self.map.theta_by_class = self.theta_by_class;
    }
    if (self.turn_direction) {
        const linear_map *direction = sweep->direction;
        transpose(n, k, direction->theta, direction->ldtheta, self.direction_by_class, n);
        self.direction.theta_by_class = self.direction_by_class;
    }
    atomic_init(&self.unusable_row, INT64_MAX);
    turnstile_begin(&self.in_order);
    blas_single_thread_begin();
    pool_run(&ctx->pool, self.blocks.slices, sweep_slice, &self);
    blas_single_thread_end();
    turnstile_end(&self.in_order);

    const int64_t row = atomic_load(&self.unusable_row);
    if (row != INT64_MAX)
        return sweep_unusable(ctx, sweep, row);
    *sums = self.sums;
    write_gradient(&self, G, ldg, g_bias);
    return LINCLASS_OK;
}
