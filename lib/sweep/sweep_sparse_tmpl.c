/* The sweep of sparse rows. All workers share a chunk of rows at a time, in two steps:
 *
 *     H = X theta + bias, R, losses = kernel(H)      by rows
 *     G += scale X^T R, g_bias                       by ranges of columns
 *
 * A worker owns a range of the columns of X, that is of the rows of G, and goes through all rows of the chunk
 * for them. So no two workers add to the same element, no worker has a copy of G, which is often larger than
 * X, and each element of G is a sum in the order of the rows: its bits depend neither on the ranges nor on
 * the number of threads. Where the ranges of a row begin is found while its scores are made, when its columns
 * are in the cache. The ranges are quantiles of the columns of some elements.
 *
 * Ranges with as many elements take up to twice as long as others, those of rare columns. So a worker that is done
 * with its range goes on to the scores of the next chunk, which has buffers of its own: the tasks of all chunks are
 * one region, and wait for nothing but the tasks whose results they use.
 *
 * Hazard: single-precision sums over thousands of rows lose digits, most of them where terms are equal, as
 * the residuals are at theta = 0. So the rows of G of the columns that have more elements than a slab has rows are
 * sums of a slab, and slabs are added in double; the others have fewer terms than that. There are few such columns,
 * nonzeros / slab at most, found by counting the elements of one row in COUNTED. A slab is just long enough that
 * adding it costs little beside its products: an eighth of them at most. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/real.h"
#include "core/sort.h"
#include "core/space.h"
#include "core/tally.h"
#include "data/matrix.h"
#include "sweep/residuals.h"
#include "sweep/sparse_products.h"
#include "sweep/sweep.h"

enum { TASK_ROWS = 64, MOST_RANGES = 64, SAMPLED = 512, CHUNK_ROWS = 32768, SLAB_ROWS = 1024 };
enum { COUNTED = 32 };   /* one row in so many is counted */
enum { MOST_SLOTS = 2 }; /* chunks in work, each with its buffers */

static const int64_t CHUNK_BYTES = 2048 * 1024; /* of scores */
static const int64_t CACHED_BYTES = 512 * 1024; /* the same, of one thread */
static const double SLAB_COST = 8;           /* elements of X for each row of G that a slab adds */
static const int64_t TASK_WEIGHTS = 1 << 16; /* of G, in a pass over it */

typedef struct sparse_sweep {
    const sweep_input *sweep;
    int64_t chunk_rows;
    int64_t slab_rows; /* a multiple of chunk_rows, or chunk_rows one of it */
    int64_t tasks;     /* of TASK_ROWS rows, in a chunk */
    int64_t slots;     /* 1..MOST_SLOTS */
    int32_t ranges;
    int64_t bounds[MOST_RANGES + 1]; /* columns */

    /* For each slot: */
    real *scores;         /* chunk x k: scores, then residuals */
    real *along;          /* chunk x k: scores along a direction */
    element_range *whole; /* chunk: the elements of each row */
    element_range *cuts;  /* chunk x ranges: those in each range of columns; NULL: there is one */
    row_buffers rows;
    sweep_sums *task_sums; /* of each task */
    double *task_bias;     /* k for each: sums of the residuals */

    tally rows_done[MOST_SLOTS];    /* tasks of rows, over all chunks of a slot */
    tally chunks_done[MOST_RANGES]; /* in each range of the columns */
    int32_t *counts;                /* n: elements of the columns in the rows that are counted */
    int64_t most_long;              /* 0 where there is one slab */
    int64_t long_count;             /* columns with more elements than a slab has rows */
    int32_t *long_columns;          /* they, ascending */
    double *total;                  /* long_count x k: sum of the slabs before */
    double *bias;                   /* k */
    sweep_sums sums;
    real *G;
    int64_t ldg;
    _Atomic int64_t unusable_row;
} sparse_sweep;

/* Some rows of the sweep, and their buffers. */
typedef struct row_chunk {
    int64_t index;
    int64_t slot;
    int64_t first;
    int64_t count;
    int64_t place; /* of the first row in the buffers of all slots */
    const real *R;
    int64_t ldr;
} row_chunk;

static int64_t parts(int64_t whole, int64_t part)
{
    return (whole + part - 1) / part;
}

/* The rows of a chunk of a thread that waits for no other: it finds their scores again in its cache. A chunk that has
 * slabs keeps whole ones, and one that is a part of a slab stays as it is. */
static int64_t rows_in_cache(const sparse_sweep *self, int64_t k)
{
    const bool has_slabs = self->slab_rows != INT64_MAX;
    if (has_slabs && self->slab_rows >= self->chunk_rows)
        return self->chunk_rows;
    const int64_t unit = has_slabs ? self->slab_rows : TASK_ROWS;
    const int64_t rows = CACHED_BYTES / (int64_t)sizeof(real) / k / unit * unit;
    return lesser(self->chunk_rows, rows > unit ? rows : unit);
}

/* From the shape alone, but for what no result depends on: how often a single thread goes from rows to columns. */
static void cut_rows(sparse_sweep *self)
{
    const sweep_input *sweep = self->sweep;
    const linclass_matrix *X = sweep->X;
    const int64_t k = sweep->map.k > 0 ? sweep->map.k : 1;
    const int64_t by_scores = CHUNK_BYTES / (int64_t)sizeof(real) / k;
    int64_t rows = lesser(CHUNK_ROWS, by_scores < TASK_ROWS ? TASK_ROWS : by_scores);
    self->chunk_rows = rows / TASK_ROWS * TASK_ROWS;
    self->slab_rows = INT64_MAX;
    if (sizeof(real) < sizeof(double)) {
        const int64_t wanted = (int64_t)sqrt(SLAB_COST * (double)X->rows);
        const int64_t slab = wanted > SLAB_ROWS ? wanted : SLAB_ROWS;
        const int64_t unit = slab < self->chunk_rows ? TASK_ROWS : self->chunk_rows;
        self->slab_rows = parts(slab, unit) * unit;
        if (self->slab_rows < self->chunk_rows)
            self->chunk_rows = self->chunk_rows / self->slab_rows * self->slab_rows;
        if (sweep->count > self->slab_rows)
            self->most_long = lesser(X->cols, matrix_nonzeros(X) / self->slab_rows);
    }
    if (self->ranges == 1)
        self->chunk_rows = rows_in_cache(self, k);
    self->chunk_rows = lesser(self->chunk_rows, sweep->count > 0 ? sweep->count : 1);
    self->tasks = parts(self->chunk_rows, TASK_ROWS);
}

static void lay_out(void *owner, space_plan *plan)
{
    sparse_sweep *self = owner;
    const sweep_input *sweep = self->sweep;
    const int64_t k = sweep->map.k;
    const int64_t rows = self->slots * self->chunk_rows;
    const int64_t loss_rows = sweep->R != NULL ? 0 : rows;
    const int64_t tasks = self->slots * self->tasks;
    const linclass_matrix *X = sweep->X;
    self->scores = space_next(plan, loss_rows, k, sizeof(real));
    self->along = space_next(plan, sweep->direction == NULL ? 0 : rows, k, sizeof(real));
    self->whole = space_next(plan, rows, 1, sizeof(element_range));
    if (self->ranges > 1)
        self->cuts = space_next(plan, rows, self->ranges, sizeof(element_range));
    self->task_sums = space_next(plan, tasks, 1, sizeof(sweep_sums));
    self->task_bias = space_doubles(plan, tasks, k);
    self->bias = space_doubles(plan, k, 1);
    row_buffers_lay_out(&self->rows, sweep, loss_rows, plan);
    self->counts = space_next(plan, self->most_long > 0 ? X->cols : 0, 1, sizeof(int32_t));
    self->long_columns = space_next(plan, self->most_long, 1, sizeof(int32_t));
    self->total = space_doubles(plan, self->most_long, k);
}

static int64_t row_of(const sweep_input *sweep, int64_t index)
{
    return sweep->rows == NULL ? sweep->first + index : sweep->rows[index];
}

/* Columns between which there are about as many elements: quantiles of those of some rows, evenly spaced. */
static void choose_ranges(sparse_sweep *self)
{
    const sweep_input *sweep = self->sweep;
    const linclass_matrix *X = sweep->X;
    double sample[SAMPLED];
    int64_t found = 0;
    for (int64_t s = 0; self->ranges > 1 && sweep->count > 0 && s < SAMPLED; s++) {
        const int64_t row = row_of(sweep, (int64_t)((double)s * ((double)sweep->count / SAMPLED)));
        const int64_t begin = X->row_starts[row];
        const int64_t count = X->row_starts[row + 1] - begin;
        if (count > 0)
            sample[found++] = (double)sparse_column(X, begin + s * 7919 % count);
    }
    sort_doubles(found, sample);
    self->bounds[0] = 0;
    for (int32_t r = 1; r < self->ranges; r++)
        self->bounds[r] = found == 0 ? 0 : (int64_t)sample[found * r / self->ranges];
    self->bounds[self->ranges] = X->cols;
}

/* Which row of each COUNTED is counted: none that a period of the rows could favour. */
static int64_t counted_row(int64_t s)
{
    return s * COUNTED + (int64_t)((uint32_t)s * 2654435769U >> 27);
}

/* Choose the columns that have more elements than a slab has rows, as far as those counted tell. */
static void choose_long_columns(sparse_sweep *self)
{
    const sweep_input *sweep = self->sweep;
    const linclass_matrix *X = sweep->X;
    if (self->most_long == 0)
        return;
    memset(self->counts, 0, (size_t)X->cols * sizeof(int32_t));
    for (int64_t s = 0; counted_row(s) < sweep->count; s++) {
        const int64_t row = row_of(sweep, counted_row(s));
        for (int64_t e = X->row_starts[row]; e < X->row_starts[row + 1]; e++)
            self->counts[sparse_column(X, e)]++;
    }
    for (int64_t j = 0; j < X->cols && self->long_count < self->most_long; j++) {
        if (self->counts[j] >= self->slab_rows / COUNTED)
            self->long_columns[self->long_count++] = (int32_t)j;
    }
    memset(self->total, 0, (size_t)(self->long_count * sweep->map.k) * sizeof(double));
}

/* The first element from `begin` on whose column is not below the bound. Columns of rows are as good as random:
 * the search must not wait for branches, so each step is a choice between two numbers. */
static int64_t lower_bound(const linclass_matrix *X, int64_t begin, int64_t end, int64_t bound)
{
    int64_t count = end - begin;
    while (count > 0) {
        const int64_t half = (count + 1) / 2;
        begin += sparse_column(X, begin + half - 1) < bound ? half : 0;
        count -= half;
    }
    return begin;
}

static row_chunk chunk_at(const sparse_sweep *self, int64_t index)
{
    const sweep_input *sweep = self->sweep;
    row_chunk chunk = {.index = index, .slot = index % self->slots, .ldr = sweep->map.k};
    chunk.first = index * self->chunk_rows;
    chunk.count = lesser(self->chunk_rows, sweep->count - chunk.first);
    chunk.place = chunk.slot * self->chunk_rows;
    if (sweep->R != NULL) {
        chunk.R = sweep->R + chunk.first * sweep->ldr;
        chunk.ldr = sweep->ldr;
    } else {
        chunk.R = (sweep->direction == NULL ? self->scores : self->along) + chunk.place * chunk.ldr;
    }
    return chunk;
}

/* Find the elements of `count` rows from row `from` of the sweep on, whose place is `place`. */
static void find_elements(const sparse_sweep *self, int64_t from, int64_t count, int64_t place)
{
    const sweep_input *sweep = self->sweep;
    for (int64_t i = 0; i < count; i++) {
        const int64_t row = row_of(sweep, from + i);
        self->whole[place + i] =
            (element_range){sweep->X->row_starts[row], sweep->X->row_starts[row + 1]};
    }
}

/* Cut the elements of the row at place i at the bounds of the ranges of columns. */
static void cut_row(const sparse_sweep *self, int64_t i)
{
    element_range rest = self->whole[i];
    element_range *cuts = self->cuts + i * self->ranges;
    for (int32_t r = 0; r < self->ranges; r++) {
        cuts[r] = rest;
        if (r + 1 < self->ranges)
            cuts[r].end = lower_bound(self->sweep->X, rest.begin, rest.end, self->bounds[r + 1]);
        rest.begin = cuts[r].end;
    }
}

/* Rows from..from+count-1 of the sweep: residuals of their scores, or the curvature along the direction. */
static void set_residuals(sparse_sweep *self, int64_t from, int64_t count, int64_t place,
                          sweep_sums *sums)
{
    const sweep_input *sweep = self->sweep;
    const int64_t k = sweep->map.k;
    real *H = self->scores + place * k;
    real *D = self->along + place * k;
    const sparse_ranges samples = {sweep->X, count, self->whole + place, 1};
    sparse_scores(&samples, &sweep->map, H, k);
    sweep_offsets(sweep, from, count, H);
    if (sweep->scores != NULL)
        memcpy(sweep->scores + from * k, H, (size_t)(count * k) * sizeof(real));
    if (sweep->direction != NULL)
        sparse_scores(&samples, sweep->direction, D, k);
    const row_buffers rows = row_buffers_from(&self->rows, place, k);
    const int64_t row = sweep->direction == NULL
                            ? sweep_residuals(sweep, from, count, H, &rows, sums)
                            : sweep_curvature(sweep, from, count, H, D, &rows);
    if (row >= 0)
        record_lowest(&self->unusable_row, from + row);
}

/* Where a row of the sweep is unusable, what comes after it is not worked on. */
static bool is_unusable(sparse_sweep *self, int64_t from)
{
    return atomic_load(&self->unusable_row) < from;
}

/* A task of rows of a chunk; the last chunk may have fewer. */
static void residual_rows(sparse_sweep *self, const row_chunk *chunk, int64_t task)
{
    const int64_t k = self->sweep->map.k;
    const int64_t first = task * TASK_ROWS;
    const int64_t count = lesser(TASK_ROWS, chunk->count - first);
    if (count <= 0 || is_unusable(self, chunk->first + first))
        return;
    const int64_t place = chunk->place + first;
    double *bias = self->task_bias + (chunk->slot * self->tasks + task) * k;
    sweep_sums *sums = self->task_sums + chunk->slot * self->tasks + task;
    *sums = (sweep_sums){0};
    find_elements(self, chunk->first + first, count, place);
    if (self->sweep->R == NULL)
        set_residuals(self, chunk->first + first, count, place, sums);
    for (int64_t i = place; self->ranges > 1 && i < place + count; i++)
        cut_row(self, i);
    memset(bias, 0, (size_t)k * sizeof(double));
    for (int64_t i = 0; i < count; i++) {
        const real *r = chunk->R + (first + i) * chunk->ldr;
        for (int64_t j = 0; j < k; j++)
            bias[j] += (double)r[j];
    }
}

/* Add the sums of a chunk's rows to those of the chunks before it. */
static void add_sums(sparse_sweep *self, const row_chunk *chunk)
{
    const int64_t k = self->sweep->map.k;
    const sweep_sums *sums = self->task_sums + chunk->slot * self->tasks;
    const double *bias = self->task_bias + chunk->slot * self->tasks * k;
    for (int64_t task = 0; task < parts(chunk->count, TASK_ROWS); task++) {
        self->sums.loss += sums[task].loss;
        self->sums.wrong += sums[task].wrong;
        self->sums.apart += sums[task].apart;
        for (int64_t j = 0; j < k; j++)
            self->bias[j] += bias[task * k + j];
    }
}

/* total += G, G := 0, in the rows of the long columns of a range. */
static void add_slab(const sparse_sweep *self, int64_t range)
{
    const int64_t k = self->sweep->map.k;
    for (int64_t l = 0; l < self->long_count; l++) {
        const int64_t column = self->long_columns[l];
        if (column < self->bounds[range] || column >= self->bounds[range + 1])
            continue;
        double *restrict total = self->total + l * k;
        real *restrict g = self->G + column * self->ldg;
        for (int64_t j = 0; j < k; j++) {
            total[j] += (double)g[j];
            g[j] = 0;
        }
    }
}

/* G := total + G, in the rows of the long columns. */
static void end_slabs(const sparse_sweep *self)
{
    const int64_t k = self->sweep->map.k;
    for (int64_t l = 0; l < self->long_count; l++) {
        const double *restrict total = self->total + l * k;
        real *restrict g = self->G + self->long_columns[l] * self->ldg;
        for (int64_t j = 0; j < k; j++)
            g[j] = (real)(total[j] + (double)g[j]);
    }
}

/* A chunk has several slabs, or a slab several chunks. */
static void gradient_range(const sparse_sweep *self, const row_chunk *chunk, int64_t range)
{
    const sweep_input *sweep = self->sweep;
    const element_range *elements = self->ranges > 1
                                        ? self->cuts + chunk->place * self->ranges + range
                                        : self->whole + chunk->place;
    const int64_t rows = lesser(self->slab_rows, chunk->count);
    for (int64_t first = 0; first < chunk->count; first += rows) {
        const sparse_ranges samples = {
            .view = sweep->X,
            .rows = lesser(rows, chunk->count - first),
            .ranges = elements + first * self->ranges,
            .stride = self->ranges,
        };
        sparse_update(sweep->map.set, &samples, sweep->map.k, sweep->scale,
                      chunk->R + first * chunk->ldr, chunk->ldr, self->G, self->ldg);
        if ((chunk->first + first + samples.rows) % self->slab_rows == 0)
            add_slab(self, range);
    }
}

/* The tasks of a chunk: of rows, whose buffers are free when all ranges are done with the chunk before it in the
 * slot; then the ranges, each after the same of the chunk before it. The first range adds the sums. */
static void work_on_chunks(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    sparse_sweep *self = argument;
    const int64_t tasks = self->tasks + self->ranges;
    const row_chunk chunk = chunk_at(self, task / tasks);
    const int64_t range = task % tasks - self->tasks;
    if (range < 0) {
        for (int32_t r = 0; r < self->ranges; r++)
            tally_wait(&self->chunks_done[r], chunk.index - self->slots + 1);
        residual_rows(self, &chunk, task % tasks);
        tally_add(&self->rows_done[chunk.slot]);
        return;
    }
    tally_wait(&self->rows_done[chunk.slot], (chunk.index / self->slots + 1) * self->tasks);
    tally_wait(&self->chunks_done[range], chunk.index);
    if (!is_unusable(self, chunk.first + chunk.count)) {
        if (range == 0)
            add_sums(self, &chunk);
        gradient_range(self, &chunk, range);
    }
    tally_add(&self->chunks_done[range]);
}

/* A pass over G, in tasks of some of its rows. */
typedef struct weights_pass {
    const sparse_sweep *sweep;
    int64_t rows; /* of G, in a task */
} weights_pass;

/* G := keep G, in some rows; all elements at once where G has no gaps. */
static void keep_rows(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    const weights_pass *pass = argument;
    const sparse_sweep *self = pass->sweep;
    const int64_t k = self->sweep->map.k;
    const real keep = self->sweep->keep;
    const int64_t first = task * pass->rows;
    const int64_t end = lesser(self->sweep->map.n, first + pass->rows);
    const bool dense = self->ldg == k;
    for (int64_t i = first; i < end; i = dense ? end : i + 1) {
        real *g = self->G + i * self->ldg;
        const int64_t count = dense ? (end - i) * k : k;
        for (int64_t j = 0; j < count; j++)
            g[j] = keep == 0 ? 0 : keep * g[j];
    }
}

static void begin_weights(linclass_context *ctx, const sparse_sweep *self)
{
    const int64_t k = self->sweep->map.k;
    weights_pass pass = {.sweep = self, .rows = TASK_WEIGHTS / (k > 0 ? k : 1)};
    if (pass.rows == 0)
        pass.rows = 1;
    pool_run(&ctx->pool, parts(self->sweep->map.n, pass.rows), keep_rows, &pass);
}

static void sweep_chunks(linclass_context *ctx, sparse_sweep *self, int64_t chunks)
{
    for (int64_t slot = 0; slot < self->slots; slot++)
        tally_begin(&self->rows_done[slot]);
    for (int32_t r = 0; r < self->ranges; r++)
        tally_begin(&self->chunks_done[r]);
    pool_run(&ctx->pool, chunks * (self->tasks + self->ranges), work_on_chunks, self);
    for (int32_t r = 0; r < self->ranges; r++)
        tally_end(&self->chunks_done[r]);
    for (int64_t slot = 0; slot < self->slots; slot++)
        tally_end(&self->rows_done[slot]);
}

linclass_status sweep_sparse(linclass_context *ctx, const sweep_input *sweep, sweep_sums *sums,
                             real *G, int64_t ldg, real *g_bias)
{
    const int64_t k = sweep->map.k;
    sparse_sweep self = {.sweep = sweep, .G = G, .ldg = ldg};
    self.ranges = ctx->threads < MOST_RANGES ? ctx->threads : MOST_RANGES;
    cut_rows(&self);
    const int64_t chunks = parts(sweep->count, self.chunk_rows);
    self.slots = ctx->threads > 1 && chunks > 1 ? MOST_SLOTS : 1;
    const linclass_status status = space_lay_out_scratch(ctx, lay_out, &self);
    if (status != LINCLASS_OK)
        return status;
    memset(self.bias, 0, (size_t)k * sizeof(double));
    choose_ranges(&self);
    choose_long_columns(&self);
    atomic_init(&self.unusable_row, INT64_MAX);
    begin_weights(ctx, &self);
    sweep_chunks(ctx, &self, chunks);

    const int64_t row = atomic_load(&self.unusable_row);
    if (row != INT64_MAX)
        return sweep_unusable(ctx, sweep, row);
    end_slabs(&self);
    *sums = self.sums;
    for (int64_t j = 0; g_bias != NULL && j < k; j++)
        g_bias[j] = (real)((double)sweep->scale * self.bias[j]);
    return LINCLASS_OK;
}
