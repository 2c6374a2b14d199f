/* The sweep for n k small: a block of rows goes through both products while it is in cache.
 *
 * The gradient is kept by class, k x n, so that a sample and a class's gradient are both in order in
 * memory. The rows of the next block, converted or not, are asked for during both products, half each: evenly, or
 * memory would rest and then hold them up, or the conversion (60000 x 784 bytes on Zen 4: 3.0 ms instead of 5.2). Each
 * worker sums the gradient of its slice in the working precision, over at most m / 64 rows or four blocks; slices are
 * added in double, in order, by whoever has the one that is next, so that no worker waits for another. */
#include <string.h>

#include "core/context.h"
#include "core/in_turn.h"
#include "core/minimum.h"
#include "core/real.h"
#include "core/space.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "linalg/transpose.h"
#include "sweep/block_products.h"
#include "sweep/blocks.h"
#include "sweep/residuals.h"
#include "sweep/sweep.h"

/* The sums of a slice. */
typedef struct slice_result {
    int64_t slice;  /* whose they are, or -1 */
    real *gradient; /* k x n */
    double *bias;   /* k */
    sweep_sums sums;
} slice_result;

/* Two: a worker goes on while one is not taken yet. */
enum { RESULTS = 2 };

/* What each worker has of its own. */
typedef struct worker_space {
    real *X;                  /* block_rows x n, where X is converted or gathered */
    real *R;                  /* block_rows x k: scores, then residuals */
    real *D;                  /* block_rows x k: scores along a direction */
    slice_result *results;    /* RESULTS */
    real *gradients[RESULTS]; /* k x n */
    double *bias[RESULTS];    /* k */
    row_buffers rows;
} worker_space;

typedef struct block_sweep {
    const sweep_input *sweep;
    linear_map map; /* these two with theta by class, where that is faster */
    linear_map direction;
    row_blocks blocks;
    int64_t most_rows;  /* in a block: fewer than block_rows when there are fewer */
    int32_t threads;    /* that may take part */
    int worker_results; /* RESULTS; 1 where there is one worker, whose results are taken at once */
    bool make_by_class;
    bool turn_direction;
    real *theta_by_class; /* k x n: the copies made */
    real *direction_by_class;
    space_plan worker; /* measured */
    void *workers;
    in_turn in_order;
    void **results;   /* of the slices */
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
    own->results = space_next(plan, RESULTS, 1, sizeof(slice_result));
    for (int i = 0; i < self->worker_results; i++) {
        own->gradients[i] = space_next(plan, k, n, sizeof(real));
        own->bias[i] = space_doubles(plan, k, 1);
    }
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
    self->results = space_next(plan, self->blocks.slices, 1, sizeof(void *));
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

/* The sums of rows begin..end-1, and their gradient. */
static void sweep_rows(block_sweep *self, const worker_space *own, int64_t begin, int64_t end,
                       slice_result *result)
{
    const sweep_input *sweep = self->sweep;
    const int64_t k = sweep->map.k;
    for (int64_t first = begin; first < end; first += self->blocks.block_rows) {
        const int64_t count = lesser(self->blocks.block_rows, end - first);
        const int64_t next = lesser(self->blocks.block_rows, end - first - count);
        const int64_t half = sweep->R == NULL ? next / 2 : 0;
        row_block samples = sweep_samples(sweep, first, count, own->X);
        samples.cold = samples.cold && first == begin;
        samples.ahead = sweep_row_memory(sweep, first + count, half);
        int64_t ldr;
        const real *R = residuals(self, own, first, &samples, &ldr, &result->sums);
        if (R == NULL)
            break;
        samples.ahead = sweep_row_memory(sweep, first + count + half, next - half);
        gradient_block_by_class(sweep->map.set, &samples, k, 1, R, ldr, first != begin,
                                result->gradient);
        add_column_sums(count, k, R, ldr, result->bias);
    }
}

/* A result of the worker's that is taken already, or the older one. */
static slice_result *free_result(block_sweep *self, const worker_space *own)
{
    slice_result *older = &own->results[0];
    for (int i = 0; i < self->worker_results; i++) {
        slice_result *result = &own->results[i];
        if (in_turn_taken(&self->in_order, result->slice))
            return result;
        if (result->slice < older->slice)
            older = result;
    }
    in_turn_wait(&self->in_order, older->slice);
    return older;
}

/* Add the sums of a slice to those of all. */
static void add_result(void *argument, void *added)
{
    block_sweep *self = argument;
    const slice_result *result = added;
    const int64_t n = self->sweep->map.n;
    const int64_t k = self->sweep->map.k;
    if (atomic_load(&self->unusable_row) != INT64_MAX)
        return;
    for (int64_t i = 0; i < k * n; i++)
        self->gradient[i] += (double)result->gradient[i];
    for (int64_t j = 0; j < k; j++)
        self->bias[j] += result->bias[j];
    self->sums.loss += result->sums.loss;
    self->sums.wrong += result->sums.wrong;
    self->sums.apart += result->sums.apart;
}

static worker_space space_of_worker(const block_sweep *self, int32_t worker)
{
    worker_space own;
    space_plan place = space_plan_at(self->workers, worker, &self->worker);
    lay_out_worker(self, &own, &place);
    return own;
}

static void sweep_slice(void *argument, int64_t slice, int32_t worker)
{
    block_sweep *self = argument;
    const int64_t begin = slice * self->blocks.slice_rows;
    const int64_t end = lesser(self->sweep->count, begin + self->blocks.slice_rows);
    const worker_space own = space_of_worker(self, worker);
    slice_result *result = free_result(self, &own);
    result->slice = slice;
    result->sums = (sweep_sums){0};
    memset(result->bias, 0, (size_t)self->sweep->map.k * sizeof(double));
    if (atomic_load(&self->unusable_row) > begin)
        sweep_rows(self, &own, begin, end, result);
    in_turn_put(&self->in_order, slice, result, add_result, self);
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
    self.worker_results = pool_workers(self.blocks.slices, self.threads) > 1 ? RESULTS : 1;
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
    for (int32_t worker = 0; worker < pool_workers(self.blocks.slices, self.threads); worker++) {
        const worker_space own = space_of_worker(&self, worker);
        for (int i = 0; i < self.worker_results; i++)
            own.results[i] =
                (slice_result){.slice = -1, .gradient = own.gradients[i], .bias = own.bias[i]};
    }
    atomic_init(&self.unusable_row, INT64_MAX);
    in_turn_begin(&self.in_order, self.blocks.slices, self.results);
    blas_single_thread_begin();
    pool_run(&ctx->pool, self.blocks.slices, sweep_slice, &self);
    blas_single_thread_end();
    in_turn_end(&self.in_order);

    const int64_t row = atomic_load(&self.unusable_row);
    if (row != INT64_MAX)
        return sweep_unusable(ctx, sweep, row);
    *sums = self.sums;
    write_gradient(&self, G, ldg, g_bias);
    return LINCLASS_OK;
}
