/* H = X theta + bias, block by block.
 *
 * Where products are faster with theta by class (k x n) and no such copy is given, one is made for the
 * visit, provided there are rows enough to pay for it. */
#include "sweep/scores.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/real.h"
#include "core/space.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "linalg/transpose.h"
#include "sweep/block_products.h"
#include "sweep/blocks.h"

typedef struct visit {
    const linclass_matrix *X;
    linear_map map;
    scores_visitor visitor;
    void *argument;
    row_blocks blocks;
    void *workers; /* a block of X and a block of H each */
    size_t worker_bytes;
    size_t H;
    _Atomic int64_t unusable_row; /* lowest row a visitor could not use, or INT64_MAX */
} visit;

static void visit_slice(void *argument, int64_t slice, int32_t worker)
{
    visit *self = argument;
    const int64_t begin = slice * self->blocks.slice_rows;
    const int64_t end = lesser(self->X->rows, begin + self->blocks.slice_rows);
    void *space = space_at(self->workers, (size_t)worker * self->worker_bytes);
    real *H = space_at(space, self->H);
    const int64_t k = self->map.k;
    for (int64_t first = begin; first < end; first += self->blocks.block_rows) {
        if (atomic_load_explicit(&self->unusable_row, memory_order_relaxed) < first)
            return;
        const int64_t count = lesser(self->blocks.block_rows, end - first);
        const row_block block = row_block_read(self->X, first, count, space);
        scores_block(&self->map, &block, H, k);
        const int64_t row = self->visitor(self->argument, slice, worker, first, count, H, k);
        if (row >= 0) {
            record_lowest(&self->unusable_row, first + row);
            return;
        }
    }
}

linclass_status scores_unusable(linclass_context *ctx, const linclass_matrix *X, int64_t row)
{
    const linclass_status status = matrix_find_non_finite(ctx, "X", X, row, 1);
    if (status != LINCLASS_OK)
        return status;
    return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                        "the scores of row %" PRId64 " or their loss overflow: X and theta are "
                        "finite, the result is not",
                        row);
}

linclass_status scores_visit(linclass_context *ctx, const linclass_matrix *X, const linear_map *map,
                             scores_visitor visitor, void *argument)
{
    visit self = {.X = X, .map = *map, .visitor = visitor, .argument = argument};
    self.blocks = blocks_for_scores(X->rows, map->n, map->k, sizeof(real));
    const int64_t block_rows = lesser(self.blocks.block_rows, X->rows);
    const bool make_by_class = map->theta_by_class == NULL && X->rows >= block_rows &&
                               block_rows > 8 && blocks_scores_by_class(map->n, map->k);

    space_plan worker = {0};
    (void)space_part(&worker, row_block_in_place(X) ? 0 : block_rows, map->n, sizeof(real));
    self.H = space_part(&worker, block_rows, map->k, sizeof(real));
    self.worker_bytes = worker.bytes;
    space_plan plan = {0};
    const size_t copy = space_part(&plan, make_by_class ? map->k : 0, map->n, sizeof(real));
    const size_t all = space_repeat(&plan, &worker, pool_workers(self.blocks.slices, ctx->threads));
    void *space;
    linclass_status status = space_take(ctx, &plan, &space);
    if (status == LINCLASS_OK && X->rows > 0 && gemm_calls_blas(map->k))
        status = blas_buffers_claim(ctx);
    if (status != LINCLASS_OK)
        return status;

    self.workers = space_at(space, all);
    if (make_by_class) {
        real *theta = space_at(space, copy);
        transpose(map->n, map->k, map->theta, map->ldtheta, theta, map->n);
        self.map.theta_by_class = theta;
    }
    atomic_init(&self.unusable_row, INT64_MAX);
    blas_single_thread_begin();
    pool_run(&ctx->pool, self.blocks.slices, visit_slice, &self);
    blas_single_thread_end();
    const int64_t row = atomic_load(&self.unusable_row);
    return row == INT64_MAX ? LINCLASS_OK : scores_unusable(ctx, X, row);
}
