/* The sweep for n k small: a block of rows goes through both products while it is in cache.
 *
 * The gradient is kept by class, k x n, where BLAS's kernels for few classes are fastest (n = 784,
 * k = 10: 113 GFLOP/s against 67). Each worker sums the gradient of its slice in the working
 * precision, over at most m / 64 rows or four blocks; slices are added in double, in order. */
#include <string.h>

#include "core/context.h"
#include "core/lowest.h"
#include "core/real.h"
#include "core/space.h"
#include "core/turnstile.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "linalg/transpose.h"
#include "objective/blocks.h"
#include "objective/scores_block.h"
#include "objective/sweep.h"

enum { PARTS = 6 };

/* What each worker has of its own. */
typedef struct worker_space {
    real *X;          /* block_rows x n, where X is converted or gathered */
    int64_t *y;       /* block_rows, where labels are gathered */
    real *R;          /* block_rows x k: scores, then residuals */
    double *row_loss; /* block_rows */
    real *gradient;   /* k x n */
    double *bias;     /* k */
} worker_space;

typedef struct block_sweep {
    const REAL(sweep) * sweep;
    const real *theta_by_class; /* k x n, or NULL */
    row_blocks blocks;
    char *space;
    size_t worker_bytes;
    size_t part_bytes[PARTS];
    turnstile in_order;
    double *gradient; /* k x n, sum of the slices' */
    double *bias;     /* k */
    sweep_sums sums;
    _Atomic int64_t unusable_row;
} block_sweep;

static worker_space carve(const block_sweep *self, int32_t worker)
{
    char *next = self->space + (size_t)worker * self->worker_bytes;
    void *part[PARTS];
    for (int i = 0; i < PARTS; i++) {
        part[i] = next;
        next += self->part_bytes[i];
    }
    return (worker_space){part[0], part[1], part[2], part[3], part[4], part[5]};
}

static void add_column_sums(int64_t rows, int64_t k, const real *R, int64_t ldr, double *sums)
{
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < k; j++)
            sums[j] += (double)R[i * ldr + j];
    }
}

/* Residuals of a block of rows, those given or in own->R, and what they add to the sums; NULL when a
 * row has none. */
static const real *residuals(block_sweep *self, const worker_space *own, int64_t first,
                             int64_t count, const real *X, int64_t ldx, int64_t *ldr,
                             sweep_sums *sums)
{
    const REAL(sweep) *sweep = self->sweep;
    const int64_t k = sweep->map.k;
    if (sweep->R != NULL) {
        *ldr = sweep->ldr;
        return sweep->R + first * sweep->ldr;
    }
    REAL(scores_block)(&sweep->map, self->theta_by_class, count, X, ldx, own->R, k);
    const int64_t *y = REAL(sweep_labels)(sweep, first, count, own->y);
    if (sweep->count_wrong)
        sums->wrong += REAL(sweep_wrong)(count, k, own->R, k, y);
    const int64_t row = sweep->kernel->residual(count, k, own->R, k, y, own->row_loss);
    if (row >= 0) {
        record_lowest(&self->unusable_row, first + row);
        return NULL;
    }
    for (int64_t i = 0; i < count; i++)
        sums->loss += own->row_loss[i];
    *ldr = k;
    return own->R;
}

/* The sums of rows begin..end-1, and their gradient into the worker's own. */
static sweep_sums sweep_rows(block_sweep *self, const worker_space *own, int64_t begin, int64_t end)
{
    const REAL(sweep) *sweep = self->sweep;
    const int64_t n = sweep->map.n;
    const int64_t k = sweep->map.k;
    sweep_sums sums = {0};
    for (int64_t first = begin; first < end; first += self->blocks.block_rows) {
        const int64_t count = lesser(self->blocks.block_rows, end - first);
        int64_t ldx;
        const real *X = REAL(sweep_samples)(sweep, first, count, own->X, &ldx);
        int64_t ldr;
        const real *R = residuals(self, own, first, count, X, ldx, &ldr, &sums);
        if (R == NULL)
            break;
        REAL(gemm)
        (TRANSPOSED, PLAIN, k, count, n, 1, R, ldr, X, ldx, first != begin, own->gradient, n);
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
    const worker_space own = carve(self, worker);
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

static linclass_status take_space(linclass_context *ctx, block_sweep *self, bool by_class)
{
    const int64_t n = self->sweep->map.n;
    const int64_t k = self->sweep->map.k;
    const int64_t rows = lesser(self->blocks.block_rows, self->sweep->count);
    space_plan plan = {0};
    self->part_bytes[0] =
        REAL(sweep_in_place)(self->sweep) ? 0 : space_part(&plan, rows, n, sizeof(real));
    self->part_bytes[1] = space_part(&plan, rows, 1, sizeof(int64_t));
    self->part_bytes[2] = space_part(&plan, rows, k, sizeof(real));
    self->part_bytes[3] = space_part(&plan, rows, 1, sizeof(double));
    self->part_bytes[4] = space_part(&plan, k, n, sizeof(real));
    self->part_bytes[5] = space_part(&plan, k, 1, sizeof(double));
    self->worker_bytes = plan.bytes;
    space_repeat(&plan, pool_workers(self->blocks.slices, ctx->threads));
    const size_t shared = plan.bytes;
    const size_t gradient_bytes = space_part(&plan, k, n, sizeof(double));
    const size_t bias_bytes = space_part(&plan, k, 1, sizeof(double));
    if (by_class)
        (void)space_part(&plan, k, n, sizeof(real));
    void *space;
    const linclass_status status = space_take(ctx, &plan, &space);
    if (status != LINCLASS_OK)
        return status;
    self->space = space;
    self->gradient = (double *)(void *)(self->space + shared);
    self->bias = (double *)(void *)(self->space + shared + gradient_bytes);
    memset(self->gradient, 0, gradient_bytes + bias_bytes);
    if (by_class) {
        real *copy = (real *)(void *)(self->space + shared + gradient_bytes + bias_bytes);
        REAL(transpose)(n, k, self->sweep->map.theta, self->sweep->map.ldtheta, copy, n);
        self->theta_by_class = copy;
    }
    return LINCLASS_OK;
}

linclass_status REAL(sweep_blocks)(linclass_context *ctx, const REAL(sweep) * sweep,
                                   sweep_sums *sums, real *G, int64_t ldg, real *g_bias)
{
    const int64_t n = sweep->map.n;
    const int64_t k = sweep->map.k;
    block_sweep self = {.sweep = sweep, .theta_by_class = sweep->map.theta_by_class};
    self.blocks = blocks_for_gradient(sweep->count, n, k, sizeof(real));
    const bool by_class =
        sweep->R == NULL && self.theta_by_class == NULL && blocks_scores_by_class(n, k);
    const linclass_status status = take_space(ctx, &self, by_class);
    if (status != LINCLASS_OK)
        return status;

    atomic_init(&self.unusable_row, INT64_MAX);
    turnstile_begin(&self.in_order);
    blas_single_thread_begin();
    pool_run(&ctx->pool, self.blocks.slices, sweep_slice, &self);
    blas_single_thread_end();
    turnstile_end(&self.in_order);

    const int64_t row = atomic_load(&self.unusable_row);
    if (row != INT64_MAX)
        return REAL(sweep_unusable)(ctx, sweep, row);
    *sums = self.sums;
    write_gradient(&self, G, ldg, g_bias);
    return LINCLASS_OK;
}
