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
#include "sweep/offsets.h"

typedef struct visit {
    const linclass_matrix *X;
    linear_map map;
    scores_visitor visitor;
    void *argument;
    row_blocks blocks;
    int64_t most_rows;  /* in a block: fewer than block_rows when there are fewer */
    int32_t threads;    /* that may take part */
    bool make_by_class; /* a transposed copy of theta, for the visit */
    real *theta_by_class;
    space_plan worker; /* measured */
    void *workers;
    _Atomic int64_t unusable_row; /* lowest row a visitor could not use, or INT64_MAX */
} visit;

/* What each worker has of its own. */
typedef struct worker_space {
    real *X; /* block_rows x n, where X is converted */
    real *H; /* block_rows x k */
} worker_space;

static void lay_out_worker(const visit *self, worker_space *own, space_plan *plan)
{
    const int64_t converted = row_block_in_place(self->X) ? 0 : self->most_rows;
    own->X = space_next(plan, converted, self->map.n, sizeof(real));
    own->H = space_next(plan, self->most_rows, self->map.k, sizeof(real));
}

static void lay_out(void *owner, space_plan *plan)
{
    visit *self = owner;
    worker_space own;
    self->worker = (space_plan){0};
    lay_out_worker(self, &own, &self->worker);
    self->theta_by_class =
        space_next(plan, self->make_by_class ? self->map.k : 0, self->map.n, sizeof(real));
    self->workers =
        space_repeat(plan, &self->worker, pool_workers(self->blocks.slices, self->threads));
}

static void visit_slice(void *argument, int64_t slice, int32_t worker)
{
    visit *self = argument;
    const int64_t begin = slice * self->blocks.slice_rows;
    const int64_t end = lesser(self->X->rows, begin + self->blocks.slice_rows);
    worker_space own;
    space_plan place = space_plan_at(self->workers, worker, &self->worker);
    lay_out_worker(self, &own, &place);
    const int64_t k = self->map.k;
    const int64_t offsets = self->map.offset_of_last ? 1 : k;
    for (int64_t first = begin; first < end; first += self->blocks.block_rows) {
        if (atomic_load_explicit(&self->unusable_row, memory_order_relaxed) < first)
            return;
        const int64_t count = lesser(self->blocks.block_rows, end - first);
        row_block block = row_block_read(self->X, first, count, own.X);
        block.cold = block.cold && first == begin;
        block.ahead = matrix_row_memory(self->X, first + count,
                                        lesser(self->blocks.block_rows, end - first - count));
        scores_block(&self->map, &block, own.H, k);
        offsets_add(self->X, NULL, first, count, offsets, own.H + (k - offsets), k);
        const int64_t row = self->visitor(self->argument, slice, worker, first, count, own.H, k);
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

/* Whether X is a row that lies where it can be read, and its product needs nothing that would have to be prepared. */
static bool is_plain_row(const linclass_matrix *X, const linear_map *map)
{
    return X->rows == 1 && !matrix_is_sparse(X) && row_block_in_place(X) &&
           !gemm_calls_blas(map->set, map->k);
}

/* Such a row by itself: to divide the work and to lay out memory takes as long as the product of some thousand
 * weights. */
static linclass_status visit_row(linclass_context *ctx, const linclass_matrix *X,
                                 const linear_map *map, scores_visitor visitor, void *argument)
{
    real h[GEMM_FEW];
    const int64_t offsets = map->offset_of_last ? 1 : map->k;
    row_block row = row_block_read(X, 0, 1, NULL);
    row.cold = false; /* no other row follows */
    scores_block(map, &row, h, map->k);
    offsets_add(X, NULL, 0, 1, offsets, h + (map->k - offsets), map->k);
    return visitor(argument, 0, 0, 0, 1, h, map->k) < 0 ? LINCLASS_OK : scores_unusable(ctx, X, 0);
}

linclass_status scores_visit(linclass_context *ctx, const linclass_matrix *X, const linear_map *map,
                             scores_visitor visitor, void *argument)
{
    if (is_plain_row(X, map))
        return visit_row(ctx, X, map, visitor, argument);
    visit self = {
        .X = X,
        .map = *map,
        .visitor = visitor,
        .argument = argument,
        .blocks = blocks_for_scores(X->rows, map->n, map->k, sizeof(real)),
        .threads = ctx->threads,
    };
    self.most_rows = lesser(self.blocks.block_rows, X->rows);
    self.make_by_class = !matrix_is_sparse(X) && map->theta_by_class == NULL &&
                         X->rows >= self.most_rows && self.most_rows > 8 &&
                         blocks_scores_by_class(map->n, map->k);
    linclass_status status = space_lay_out_scratch(ctx, lay_out, &self);
    if (status == LINCLASS_OK && X->rows > 0 && !matrix_is_sparse(X) &&
        gemm_calls_blas(map->set, map->k))
        status = blas_buffers_claim(ctx);
    if (status != LINCLASS_OK)
        return status;

    if (self.make_by_class) {
        transpose(map->n, map->k, map->theta, map->ldtheta, self.theta_by_class, map->n);
        self.map.theta_by_class = self.theta_by_class;
    }
    atomic_init(&self.unusable_row, INT64_MAX);
    blas_single_thread_begin();
    pool_run(&ctx->pool, self.blocks.slices, visit_slice, &self);
    blas_single_thread_end();
    const int64_t row = atomic_load(&self.unusable_row);
    return row == INT64_MAX ? LINCLASS_OK : scores_unusable(ctx, X, row);
}
