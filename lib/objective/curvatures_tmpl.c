/* The curvature of each row's loss in each of its scores, over evenly spaced rows:
 *
 *     w_i loss''_jj(h_i, y_i),  h_i = theta^T x_i + bias
 *
 * by the second derivative's product with the unit vectors. A negative one, which only a loss that is not convex has,
 * counts as 0. Rows are worked on in pieces, which the workers share. */
#include <math.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "data/row_block.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "objective/linear_objective.h"
#include "sweep/block_products.h"
#include "sweep/offsets.h"
#include "sweep/residuals.h"

enum { PIECE = 64 };

typedef struct curvature_buffers {
    real *samples; /* PIECE x n */
    real *H;       /* PIECE x k: scores */
    real *D;       /* PIECE x k: unit vectors, then columns of the second derivative */
    int64_t *row;  /* PIECE: of X */
    int64_t *y;    /* PIECE */
} curvature_buffers;

typedef struct curvature_job {
    const linear_objective *objective;
    int64_t rows;
    int64_t columns;   /* of the scores, from the first */
    double *out;       /* columns x rows */
    int64_t *unusable; /* for each piece: a row of X whose scores are not usable, or -1 */
    space_plan worker; /* measured: curvature_buffers */
    void *workers;
} curvature_job;

static int64_t pieces_of(const curvature_job *self)
{
    return (self->rows + PIECE - 1) / PIECE;
}

static void lay_out_buffers(const curvature_job *self, curvature_buffers *buffers, space_plan *plan)
{
    const linear_map *map = &self->objective->sweep.map;
    buffers->samples = space_next(plan, PIECE, map->n, sizeof(real));
    buffers->H = space_next(plan, PIECE, map->k, sizeof(real));
    buffers->D = space_next(plan, PIECE, map->k, sizeof(real));
    buffers->row = space_next(plan, PIECE, 1, sizeof(int64_t));
    buffers->y = space_next(plan, PIECE, 1, sizeof(int64_t));
}

static void lay_out(void *owner, space_plan *plan)
{
    curvature_job *self = owner;
    curvature_buffers buffers;
    self->worker = (space_plan){0};
    lay_out_buffers(self, &buffers, &self->worker);
    self->unusable = space_next(plan, pieces_of(self), 1, sizeof(int64_t));
    self->workers = space_repeat(plan, &self->worker, self->objective->base.ctx->threads);
}

/* Into `out`, from the scores; returns the place of a row whose scores are not usable, or -1. */
static int64_t curve_rows(const curvature_job *self, const curvature_buffers *at, int64_t first,
                          int64_t count)
{
    const sweep_input *sweep = &self->objective->sweep;
    const int64_t k = sweep->map.k;
    for (int64_t column = 0; column < self->columns; column++) {
        for (int64_t i = 0; i < count; i++) {
            for (int64_t j = 0; j < k; j++)
                at->D[i * k + j] = j == column;
        }
        const int64_t bad = sweep_second_derivative(sweep, count, at->H, at->y, at->D);
        if (bad >= 0)
            return bad;
        double *out = self->out + column * self->rows + first;
        for (int64_t i = 0; i < count; i++) {
            const double *weights = sweep->targets.weights;
            const double weight = weights == NULL ? 1 : weights[at->row[i]];
            out[i] = weight * fmax((double)at->D[i * k + column], 0);
        }
    }
    return -1;
}

static void curve_piece(void *argument, int64_t task, int32_t worker)
{
    curvature_job *self = argument;
    const sweep_input *sweep = &self->objective->sweep;
    const int64_t k = sweep->map.k;
    const int64_t first = task * PIECE;
    const int64_t count = lesser(PIECE, self->rows - first);
    curvature_buffers at;
    space_plan place = space_plan_at(self->workers, worker, &self->worker);
    lay_out_buffers(self, &at, &place);
    for (int64_t i = 0; i < count; i++) {
        at.row[i] = objective_sampled_row(sweep->X->rows, self->rows, first + i);
        at.y[i] = sweep->targets.y[at.row[i]];
    }
    const row_block block = row_block_gather_dense(sweep->X, at.row, count, at.samples);
    scores_block(&sweep->map, &block, at.H, k);
    offsets_add(sweep->X, at.row, 0, count, k, at.H, k);
    const int64_t bad = curve_rows(self, &at, first, count);
    self->unusable[task] = bad < 0 ? -1 : at.row[bad];
}

static linclass_status run(curvature_job *self)
{
    linclass_context *ctx = self->objective->base.ctx;
    const linclass_status status = blas_buffers_claim(ctx);
    if (status != LINCLASS_OK)
        return status;
    blas_single_thread_begin();
    pool_run(&ctx->pool, pieces_of(self), curve_piece, self);
    blas_single_thread_end();
    for (int64_t piece = 0; piece < pieces_of(self); piece++) {
        if (self->unusable[piece] >= 0)
            return scores_unusable(ctx, self->objective->sweep.X, self->unusable[piece]);
    }
    return LINCLASS_OK;
}

linclass_status objective_curvatures(objective *base, int64_t max_rows, const double *parameters,
                                     int64_t columns, double *curvatures, int64_t *rows)
{
    const linear_objective *of = (const linear_objective *)base;
    curvature_job self = {
        .objective = of,
        .rows = lesser(max_rows, base->samples),
        .columns = columns,
        .out = curvatures,
    };
    (void)objective_round(of, parameters, of->theta, of->bias);
    void *memory;
    linclass_status status = space_lay_out(base->ctx, lay_out, &self, "curvatures", &memory);
    if (status != LINCLASS_OK)
        return status;
    status = run(&self);
    context_release(base->ctx, memory);
    *rows = self.rows;
    return status;
}
