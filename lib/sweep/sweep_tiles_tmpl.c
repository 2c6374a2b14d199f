/* The sweep for n k large: all workers share a chunk of rows at a time, in four steps, each cut into
 * tasks of a shape that the number of threads does not change:
 *
 *     X, where converted or gathered     by rows
 *     H = X theta + bias                 by tiles of rows and classes
 *     R, losses = kernel(H)              by rows
 *     G += scale X^T R, g_bias           by tiles of features and classes
 *
 * Every element of G belongs to one task of a chunk, and chunks follow each other: its sum has one
 * order. Scores take chunk x k, 256 rows where k is large, and no worker has a copy of G. */
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/real.h"
#include "core/space.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "linalg/panel/panel.h"
#include "sweep/block_products.h"
#include "sweep/blocks.h"
#include "sweep/residuals.h"
#include "sweep/sweep.h"

enum { KERNEL_ROWS = 16, CONVERT_ROWS = 64 };

typedef struct tile_sweep {
    const sweep_input *sweep;
    tile_plan tiles;
    real *G;
    int64_t ldg;
    bool with_bias;
    double *bias; /* k: column sums of R so far; NULL when they are not wanted */
    real *buffer; /* chunk x n, where X is converted or gathered */
    real *scores; /* chunk x k: scores, then residuals */
    real *along;  /* chunk x k: scores along a direction */
    row_buffers rows;
    int64_t packs; /* of PANEL_WORK reals, for each worker; 0 where products go through BLAS */
    real *pack;
    sweep_sums *task_sums; /* of each KERNEL_ROWS rows of a chunk */
    sweep_sums sums;
    _Atomic int64_t unusable_row;

    int64_t first; /* of the present chunk */
    int64_t count;
    row_block samples;
    const real *R;
    int64_t ldr;
} tile_sweep;

static int64_t parts(int64_t whole, int64_t part)
{
    return (whole + part - 1) / part;
}

static void convert_rows(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    tile_sweep *self = argument;
    const int64_t n = self->sweep->map.n;
    const int64_t first = task * CONVERT_ROWS;
    const int64_t count = lesser(CONVERT_ROWS, self->count - first);
    (void)sweep_samples(self->sweep, self->first + first, count, self->buffer + first * n);
}

/* One tile of X theta + bias, of theta or of the direction. */
static void map_tile(tile_sweep *self, const linear_map *map, real *H, int64_t task, int32_t worker)
{
    const int64_t class_parts = parts(map->k, self->tiles.class_tile);
    const int64_t row = task / class_parts * self->tiles.row_tile;
    const int64_t class = task % class_parts * self->tiles.class_tile;
    const linear_map part = {
        .set = map->set,
        .n = map->n,
        .k = lesser(self->tiles.class_tile, map->k - class),
        .theta = map->theta + class,
        .ldtheta = map->ldtheta,
        .bias = map->bias == NULL ? NULL : map->bias + class,
    };
    const row_block samples =
        row_block_part(&self->samples, row, lesser(self->tiles.row_tile, self->count - row));
    real *scores = H + row * map->k + class;
    if (self->packs > 0)
        scores_block_in_panels(&part, &samples, scores, map->k, self->pack + worker * PANEL_WORK);
    else
        scores_block(&part, &samples, scores, map->k);
}

static void direction_tile(void *argument, int64_t task, int32_t worker)
{
    tile_sweep *self = argument;
    map_tile(self, self->sweep->direction, self->along, task, worker);
}

static void residual_rows(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    tile_sweep *self = argument;
    const sweep_input *sweep = self->sweep;
    const int64_t k = sweep->map.k;
    const int64_t first = task * KERNEL_ROWS;
    const int64_t count = lesser(KERNEL_ROWS, self->count - first);
    const row_buffers rows = row_buffers_from(&self->rows, first, k);
    real *H = self->scores + first * k;
    self->task_sums[task] = (sweep_sums){0};
    sweep_offsets(sweep, self->first + first, count, H);
    const int64_t row =
        sweep->direction == NULL
            ? sweep_residuals(sweep, self->first + first, count, H, &rows, &self->task_sums[task])
            : sweep_curvature(sweep, self->first + first, count, H, self->along + first * k, &rows);
    if (row >= 0)
        record_lowest(&self->unusable_row, self->first + first + row);
}

/* Whether a tile of scores is whole rows, in tasks of the kernel: then the kernel follows while it is in cache. */
static bool tiles_are_rows(const tile_sweep *self)
{
    return self->tiles.class_tile >= self->sweep->map.k && self->sweep->direction == NULL &&
           self->tiles.row_tile % KERNEL_ROWS == 0;
}

static void score_tile(void *argument, int64_t task, int32_t worker)
{
    tile_sweep *self = argument;
    map_tile(self, &self->sweep->map, self->scores, task, worker);
    if (!tiles_are_rows(self))
        return;
    const int64_t first = task * self->tiles.row_tile;
    const int64_t end = lesser(self->count, first + self->tiles.row_tile);
    for (int64_t row = first; row < end; row += KERNEL_ROWS)
        residual_rows(self, row / KERNEL_ROWS, worker);
}

/* Four rows at a time: the sums are twice as wide as what is added, and would be the larger part of
 * the traffic. */
static void add_column_sums(tile_sweep *self, int64_t class, int64_t classes)
{
    double *sums = self->bias + class;
    int64_t i = 0;
    for (; i + 4 <= self->count; i += 4) {
        const real *R0 = self->R + i * self->ldr + class;
        const real *R1 = R0 + self->ldr;
        const real *R2 = R1 + self->ldr;
        const real *R3 = R2 + self->ldr;
        for (int64_t j = 0; j < classes; j++)
            sums[j] = sums[j] + (double)R0[j] + (double)R1[j] + (double)R2[j] + (double)R3[j];
    }
    for (; i < self->count; i++) {
        const real *R = self->R + i * self->ldr + class;
        for (int64_t j = 0; j < classes; j++)
            sums[j] += (double)R[j];
    }
}

static void gradient_tile(void *argument, int64_t task, int32_t worker)
{
    tile_sweep *self = argument;
    const linear_map *map = &self->sweep->map;
    const int64_t class_parts = parts(map->k, self->tiles.class_tile);
    const int64_t feature = task / class_parts * self->tiles.feature_tile;
    const int64_t class = task % class_parts * self->tiles.class_tile;
    const int64_t classes = lesser(self->tiles.class_tile, map->k - class);
    if (feature == 0 && self->bias != NULL)
        add_column_sums(self, class, classes);
    const row_block features = row_block_columns(
        &self->samples, feature, lesser(self->tiles.feature_tile, map->n - feature));
    const real *R = self->R + class;
    const real keep = self->first > 0 ? 1 : self->sweep->keep;
    real *G = self->G + feature * self->ldg + class;
    if (self->packs > 0)
        gradient_block_in_panels(map->set, &features, classes, self->sweep->scale, R, self->ldr,
                                 keep, G, self->ldg, self->pack + worker * PANEL_WORK);
    else
        gradient_block(map->set, &features, classes, self->sweep->scale, R, self->ldr, keep, G,
                       self->ldg);
}

static void make_residuals(linclass_context *ctx, tile_sweep *self)
{
    const linear_map *map = &self->sweep->map;
    const int64_t tasks =
        parts(map->k, self->tiles.class_tile) * parts(self->count, self->tiles.row_tile);
    const int64_t row_tasks = parts(self->count, KERNEL_ROWS);
    pool_run(&ctx->pool, tasks, score_tile, self);
    if (self->sweep->direction != NULL)
        pool_run(&ctx->pool, tasks, direction_tile, self);
    if (!tiles_are_rows(self))
        pool_run(&ctx->pool, row_tasks, residual_rows, self);
    for (int64_t task = 0; task < row_tasks; task++) {
        self->sums.loss += self->task_sums[task].loss;
        self->sums.wrong += self->task_sums[task].wrong;
        self->sums.apart += self->task_sums[task].apart;
    }
    self->R = self->sweep->direction == NULL ? self->scores : self->along;
    self->ldr = map->k;
}

static void sweep_chunk(linclass_context *ctx, tile_sweep *self)
{
    const linear_map *map = &self->sweep->map;
    const tile_plan *tiles = &self->tiles;
    if (sweep_in_place(self->sweep)) {
        self->samples = sweep_samples(self->sweep, self->first, self->count, NULL);
    } else {
        pool_run(&ctx->pool, parts(self->count, CONVERT_ROWS), convert_rows, self);
        self->samples =
            (row_block){.rows = self->count, .cols = map->n, .X = self->buffer, .ldx = map->n};
    }
    if (self->sweep->R != NULL) {
        self->R = self->sweep->R + self->first * self->sweep->ldr;
        self->ldr = self->sweep->ldr;
    } else {
        make_residuals(ctx, self);
    }
    if (atomic_load(&self->unusable_row) == INT64_MAX)
        pool_run(&ctx->pool, parts(map->k, tiles->class_tile) * parts(map->n, tiles->feature_tile),
                 gradient_tile, self);
}

static void lay_out(void *owner, space_plan *plan)
{
    tile_sweep *self = owner;
    const sweep_input *sweep = self->sweep;
    const int64_t n = sweep->map.n;
    const int64_t k = sweep->map.k;
    const int64_t rows = self->tiles.chunk_rows;
    const int64_t loss_rows = sweep->R != NULL ? 0 : rows;
    self->buffer = space_next(plan, sweep_in_place(sweep) ? 0 : rows, n, sizeof(real));
    self->scores = space_next(plan, loss_rows, k, sizeof(real));
    self->along = space_next(plan, sweep->direction == NULL ? 0 : rows, k, sizeof(real));
    self->task_sums = space_next(plan, parts(loss_rows, KERNEL_ROWS), 1, sizeof(sweep_sums));
    row_buffers_lay_out(&self->rows, sweep, loss_rows, plan);
    self->pack = space_next(plan, self->packs, PANEL_WORK, sizeof(real));
    if (self->with_bias)
        self->bias = space_doubles(plan, k, 1);
}

/* G = keep G, for a sweep over no rows. */
static void keep_gradient(const tile_sweep *self)
{
    const linear_map *map = &self->sweep->map;
    const real keep = self->sweep->keep;
    for (int64_t i = 0; i < map->n; i++) {
        for (int64_t j = 0; j < map->k; j++)
            self->G[i * self->ldg + j] = keep == 0 ? 0 : keep * self->G[i * self->ldg + j];
    }
}

linclass_status sweep_tiles(linclass_context *ctx, const sweep_input *sweep, sweep_sums *sums,
                            real *G, int64_t ldg, real *g_bias)
{
    const int64_t k = sweep->map.k;
    tile_sweep self = {.sweep = sweep, .G = G, .ldg = ldg, .with_bias = g_bias != NULL};
    self.tiles = blocks_tiles(sweep->count, sweep->map.n, k, sizeof(real));
    if (panel_is_faster(sweep->map.set, sweep->count, k))
        self.packs = ctx->threads;
    linclass_status status = space_lay_out_scratch(ctx, lay_out, &self);
    if (status == LINCLASS_OK && sweep->count > 0 && self.packs == 0)
        status = blas_buffers_claim(ctx);
    if (status != LINCLASS_OK)
        return status;

    for (int64_t j = 0; g_bias != NULL && j < k; j++)
        self.bias[j] = 0;
    if (sweep->count == 0)
        keep_gradient(&self);
    atomic_init(&self.unusable_row, INT64_MAX);
    blas_single_thread_begin();
    for (int64_t first = 0; first < sweep->count; first += self.tiles.chunk_rows) {
        self.first = first;
        self.count = lesser(self.tiles.chunk_rows, sweep->count - first);
        sweep_chunk(ctx, &self);
        if (atomic_load(&self.unusable_row) != INT64_MAX)
            break;
    }
    blas_single_thread_end();

    const int64_t row = atomic_load(&self.unusable_row);
    if (row != INT64_MAX)
        return sweep_unusable(ctx, sweep, row);
    *sums = self.sums;
    for (int64_t j = 0; g_bias != NULL && j < k; j++)
        g_bias[j] = (real)((double)sweep->scale * self.bias[j]);
    return LINCLASS_OK;
}
