/* The sweep of sparse rows with one class, where X has several times as many elements as columns.
 *
 *     h = X theta + bias, r, losses = kernel(h), sums += X^T r      a block of rows at a time
 *     g = keep g + scale sums, g_bias
 *
 * A slice of the rows has sums of its own, in double: so the elements of a block are in cache for the second product,
 * no row is cut, and workers meet once, not once a chunk. Slices are added in order; how many there are depends on the
 * shape alone. Adding one is a pass over n doubles, short beside the elements of a slice. */
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/real.h"
#include "core/space.h"
#include "core/turnstile.h"
#include "data/matrix.h"
#include "sweep/residuals.h"
#include "sweep/sparse_products.h"
#include "sweep/sweep.h"

enum { BLOCK_ROWS = 512, LEAST_SLICES = 4, MOST_SLICES = 64, FEW_SLICES = 2, PARTS = 4 };

/* Elements of X for each column: with fewer there are no slices; so many for each slice. */
enum { LEAST_FOR_COLUMN = 8, FOR_SLICE = 4 };

/* What each worker has of its own. */
typedef struct worker_space {
    real *scores;         /* of a block: scores, then residuals */
    real *along;          /* scores along a direction */
    element_range *whole; /* the elements of each row */
    double *sums;         /* n */
    row_buffers rows;
} worker_space;

typedef struct one_sweep {
    const sweep_input *sweep;
    int64_t slices;
    int64_t slice_rows;
    int32_t threads;
    space_plan worker; /* measured */
    void *workers;
    turnstile in_order;
    double *gradient; /* n: the sum of the slices' */
    double bias;
    sweep_sums sums;
    _Atomic int64_t unusable_row;
} one_sweep;

int64_t sparse_slices_of(const sweep_input *self)
{
    const linclass_matrix *X = self->X;
    if (self->map.k != 1 || X->rows == 0)
        return 0;
    const double share = (double)self->count / (double)X->rows;
    const double for_column = share * (double)matrix_nonzeros(X) / ((double)X->cols + 1);
    if (for_column < LEAST_FOR_COLUMN)
        return self->curvature == NULL ? 0 : FEW_SLICES;
    const int64_t slices = lesser(MOST_SLICES, (int64_t)(for_column / FOR_SLICE));
    return slices < LEAST_SLICES ? LEAST_SLICES : slices;
}

static void lay_out_worker(const one_sweep *self, worker_space *own, space_plan *plan)
{
    const sweep_input *sweep = self->sweep;
    own->scores = space_next(plan, BLOCK_ROWS, 1, sizeof(real));
    own->along = space_next(plan, sweep->direction == NULL ? 0 : BLOCK_ROWS, 1, sizeof(real));
    own->whole = space_next(plan, BLOCK_ROWS, 1, sizeof(element_range));
    own->sums = space_doubles(plan, sweep->map.n, 1);
    row_buffers_lay_out(&own->rows, sweep, BLOCK_ROWS, plan);
}

static void lay_out(void *owner, space_plan *plan)
{
    one_sweep *self = owner;
    worker_space own;
    self->worker = (space_plan){0};
    lay_out_worker(self, &own, &self->worker);
    self->gradient = space_doubles(plan, self->sweep->map.n, 1);
    self->workers = space_repeat(plan, &self->worker, pool_workers(self->slices, self->threads));
}

static void find_elements(const sweep_input *sweep, int64_t first, int64_t count,
                          element_range *whole)
{
    for (int64_t i = 0; i < count; i++) {
        const int64_t row = sweep->rows == NULL ? sweep->first + first + i : sweep->rows[first + i];
        whole[i] = (element_range){sweep->X->row_starts[row], sweep->X->row_starts[row + 1]};
    }
}

/* The scores along the direction, times the curvatures that are given; NULL when a row has none. */
static const real *given_curvature(one_sweep *self, const worker_space *own,
                                   const sparse_ranges *samples, int64_t first)
{
    const sweep_input *sweep = self->sweep;
    sparse_scores(samples, sweep->direction, own->along, 1);
    real sum = 0;
    for (int64_t i = 0; i < samples->rows; i++) {
        own->along[i] *= sweep->curvature[first + i];
        sum += own->along[i] * 0;
    }
    if (sum == 0)
        return own->along;
    record_lowest(&self->unusable_row, first);
    return NULL;
}

/* The residuals of a block of rows, or the curvature along the direction; NULL when a row has none. */
static const real *residuals(one_sweep *self, const worker_space *own, const sparse_ranges *samples,
                             int64_t first, int64_t *ldr, sweep_sums *sums)
{
    const sweep_input *sweep = self->sweep;
    const int64_t count = samples->rows;
    *ldr = 1;
    if (sweep->R != NULL) {
        *ldr = sweep->ldr;
        return sweep->R + first * sweep->ldr;
    }
    if (sweep->curvature != NULL)
        return given_curvature(self, own, samples, first);
    sparse_scores(samples, &sweep->map, own->scores, 1);
    sweep_offsets(sweep, first, count, own->scores);
    if (sweep->scores != NULL)
        memcpy(sweep->scores + first, own->scores, (size_t)count * sizeof(real));
    int64_t row;
    if (sweep->direction == NULL) {
        row = sweep_residuals(sweep, first, count, own->scores, &own->rows, sums);
    } else {
        sparse_scores(samples, sweep->direction, own->along, 1);
        row = sweep_curvature(sweep, first, count, own->scores, own->along, &own->rows);
    }
    if (row >= 0) {
        record_lowest(&self->unusable_row, first + row);
        return NULL;
    }
    return sweep->direction == NULL ? own->scores : own->along;
}

/* The sum of the residuals of a block, in several sums: an addition need not wait for the one before. */
static double sum_of(int64_t count, const real *R, int64_t ldr)
{
    double sums[PARTS] = {0};
    int64_t i = 0;
    for (; i + PARTS <= count; i += PARTS)
        for (int p = 0; p < PARTS; p++)
            sums[p] += (double)R[(i + p) * ldr];
    for (; i < count; i++)
        sums[0] += (double)R[i * ldr];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* The sums of rows begin..end-1, and their gradient into the worker's own. */
static sweep_sums sweep_rows(one_sweep *self, const worker_space *own, int64_t begin, int64_t end,
                             double *bias)
{
    const sweep_input *sweep = self->sweep;
    sweep_sums sums = {0};
    for (int64_t first = begin; first < end; first += BLOCK_ROWS) {
        const int64_t count = lesser(BLOCK_ROWS, end - first);
        find_elements(sweep, first, count, own->whole);
        const sparse_ranges samples = {sweep->X, count, own->whole, 1};
        int64_t ldr;
        const real *R = residuals(self, own, &samples, first, &ldr, &sums);
        if (R == NULL)
            break;
        sparse_add_one(sweep->map.set, &samples, R, ldr, own->sums);
        *bias += sum_of(count, R, ldr);
    }
    return sums;
}

static void add_sums(int64_t n, const double *restrict sums, double *restrict gradient)
{
    for (int64_t j = 0; j < n; j++)
        gradient[j] += sums[j];
}

static void sweep_slice(void *argument, int64_t slice, int32_t worker)
{
    one_sweep *self = argument;
    const int64_t n = self->sweep->map.n;
    const int64_t begin = slice * self->slice_rows;
    const int64_t end = lesser(self->sweep->count, begin + self->slice_rows);
    worker_space own;
    space_plan place = space_plan_at(self->workers, worker, &self->worker);
    lay_out_worker(self, &own, &place);
    if (slice == 0) /* the sum begins with it, and the others wait for it: no copy of its own */
        own.sums = self->gradient;
    memset(own.sums, 0, (size_t)n * sizeof(double));
    double bias = 0;
    sweep_sums sums = {0};
    if (atomic_load(&self->unusable_row) > begin)
        sums = sweep_rows(self, &own, begin, end, &bias);

    turnstile_enter(&self->in_order, slice);
    if (slice > 0)
        add_sums(n, own.sums, self->gradient);
    self->bias += bias;
    self->sums.loss += sums.loss;
    self->sums.wrong += sums.wrong;
    self->sums.apart += sums.apart;
    turnstile_leave(&self->in_order);
}

/* g = scale sums, in vectors. */
static void write_sums(int64_t n, double scale, const double *restrict sums, real *restrict G)
{
    for (int64_t j = 0; j < n; j++)
        G[j] = (real)(0 + scale * sums[j]);
}

/* g = keep g + scale sums; g may be NaN where keep is 0. */
static void add_to_kept(int64_t n, double keep, double scale, const double *sums, real *G,
                        int64_t ldg)
{
    for (int64_t j = 0; j < n; j++) {
        const double kept = keep == 0 ? 0 : keep * (double)G[j * ldg];
        G[j * ldg] = (real)(kept + scale * sums[j]);
    }
}

linclass_status sweep_sparse_one(linclass_context *ctx, const sweep_input *sweep, sweep_sums *sums,
                                 real *G, int64_t ldg, real *g_bias)
{
    const int64_t n = sweep->map.n;
    one_sweep self = {.sweep = sweep, .slices = sparse_slices_of(sweep), .threads = ctx->threads};
    self.slice_rows = (sweep->count + self.slices - 1) / self.slices;
    const linclass_status status = space_lay_out_scratch(ctx, lay_out, &self);
    if (status != LINCLASS_OK)
        return status;
    atomic_init(&self.unusable_row, INT64_MAX);
    turnstile_begin(&self.in_order);
    pool_run(&ctx->pool, self.slices, sweep_slice, &self);
    turnstile_end(&self.in_order);

    const int64_t row = atomic_load(&self.unusable_row);
    if (row != INT64_MAX)
        return sweep_unusable(ctx, sweep, row);
    *sums = self.sums;
    const double scale = (double)sweep->scale;
    if (sweep->keep == 0 && ldg == 1)
        write_sums(n, scale, self.gradient, G);
    else
        add_to_kept(n, (double)sweep->keep, scale, self.gradient, G, ldg);
    if (g_bias != NULL)
        *g_bias = (real)(scale * self.bias);
    return LINCLASS_OK;
}
