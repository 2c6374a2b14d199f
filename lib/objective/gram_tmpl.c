/* Second moments of the samples, over evenly spaced rows.
 *
 * Hazard: the product is made in the working precision, where the second moments of a feature far from
 * zero hide its variance, and those of one in small units overflow or vanish. So the means are taken off
 * and the units divided out, in double, before a row is rounded.
 *
 * Rows are gathered a chunk at a time, times the square root of their weight, and the lower triangle
 * of the product is made in square tiles shared out among the workers: each tile is one worker's,
 * chunk after chunk, so that the sum has one order. Sums are in the working precision: the matrix
 * preconditions, it does not define anything. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/gemm.h"
#include "objective/linear_objective.h"
#include "sweep/block_products.h"
#include "sweep/offsets.h"

enum { CHUNK = 512, TILE = 256 };

typedef struct gram_job {
    const linear_objective *objective;
    bool curved; /* weigh rows by the curvature at objective->theta, in score number `column` */
    int64_t column;
    int64_t N;
    int64_t rows;  /* taken of X */
    real *chunk;   /* CHUNK x N */
    real *samples; /* CHUNK x n, as gathered */
    int64_t *row;  /* CHUNK */
    real *H;       /* CHUNK x k, where curved: scores */
    real *D;    /* CHUNK x k, where curved: unit vectors, then columns of the second derivative */
    int64_t *y; /* CHUNK */
    real *gram; /* N x N */
    int64_t first; /* of the present chunk */
    int64_t count;
    double weight;       /* of all the rows taken */
    const double *means; /* N: subtracted from the features */
    const double *units; /* N: then multiplied with them */
} gram_job;

static void lay_out(void *owner, space_plan *plan)
{
    gram_job *self = owner;
    const int64_t k = self->curved ? self->objective->base.columns : 0;
    self->chunk = space_next(plan, CHUNK, self->N, sizeof(real));
    self->samples = space_next(plan, CHUNK, self->objective->sweep.map.n, sizeof(real));
    self->row = space_next(plan, CHUNK, 1, sizeof(int64_t));
    self->H = space_next(plan, CHUNK, k, sizeof(real));
    self->D = space_next(plan, CHUNK, k, sizeof(real));
    self->y = space_next(plan, CHUNK, 1, sizeof(int64_t));
    self->gram = space_next(plan, self->N, self->N, sizeof(real));
}

/* D[i] := column of the second derivative of row i's loss in its scores. */
static linclass_status curve_chunk(gram_job *self, const row_block *samples)
{
    const sweep_input *sweep = &self->objective->sweep;
    const int64_t k = sweep->map.k;
    scores_block(&sweep->map, samples, self->H, k);
    offsets_add(sweep->X, self->row, 0, self->count, k, self->H, k);
    for (int64_t i = 0; i < self->count; i++) {
        self->y[i] = sweep->targets.y[self->row[i]];
        for (int64_t j = 0; j < k; j++)
            self->D[i * k + j] = j == self->column;
    }
    const int64_t row = sweep->kernel->curvature(self->count, k, self->H, k, self->y, self->D, k);
    if (row < 0)
        return LINCLASS_OK;
    return scores_unusable(self->objective->base.ctx, sweep->X, self->row[row]);
}

/* Weight of row i of the chunk, and what it is multiplied by. */
static double weight_of(const gram_job *self, int64_t i)
{
    const double *weights = self->objective->sweep.targets.weights;
    return weights == NULL ? 1 : weights[self->row[i]];
}

static double curvature_of(const gram_job *self, int64_t i)
{
    return self->curved ? fmax((double)self->D[i * self->objective->base.columns + self->column], 0)
                        : 1;
}

/* The next chunk of rows: x, centred and in its units, and 1, times sqrt(w). Errors: NON_FINITE,
 * NUMERIC. */
static linclass_status read_chunk(gram_job *self)
{
    const sweep_input *sweep = &self->objective->sweep;
    const int64_t m = sweep->X->rows;
    const int64_t n = sweep->map.n;
    for (int64_t i = 0; i < self->count; i++)
        self->row[i] = (int64_t)((double)(self->first + i) * ((double)m / (double)self->rows));
    const row_block samples =
        row_block_gather_dense(sweep->X, self->row, self->count, self->samples);
    if (self->curved) {
        const linclass_status status = curve_chunk(self, &samples);
        if (status != LINCLASS_OK)
            return status;
    }
    for (int64_t i = 0; i < self->count; i++) {
        const double factor = sqrt(weight_of(self, i) * curvature_of(self, i));
        real *x = self->chunk + i * self->N;
        real sum = 0;
        for (int64_t j = 0; j < n; j++) {
            const double centred = (double)samples.X[i * samples.ldx + j] - self->means[j];
            x[j] = (real)(factor * centred * self->units[j]);
            sum += x[j];
        }
        if (self->objective->with_bias)
            x[n] = (real)(factor * self->units[n]);
        self->weight += weight_of(self, i);
        if (!isfinite(sum)) {
            const linclass_status status =
                matrix_find_non_finite(self->objective->base.ctx, "X", sweep->X, self->row[i], 1);
            if (status != LINCLASS_OK)
                return status;
        }
    }
    return LINCLASS_OK;
}

static void add_tile(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    gram_job *self = argument;
    int64_t i = 0; /* tile row: tiles of the lower triangle are numbered row by row */
    while ((i + 1) * (i + 2) / 2 <= task)
        i++;
    const int64_t row = i * TILE;
    const int64_t col = (task - i * (i + 1) / 2) * TILE;
    const int64_t end = lesser(self->N, row + TILE);
    const int64_t columns = lesser(TILE, self->N - col);
    /* So few rows at once that the sums do not depend on the processor. */
    for (int64_t strip = row; strip < end; strip += GEMM_FEW)
        gemm(self->objective->base.ctx->vector_set, TRANSPOSED, PLAIN,
             lesser(GEMM_FEW, end - strip), self->count, columns, 1, self->chunk + strip, self->N,
             self->chunk + col, self->N, self->first > 0, self->gram + strip * self->N + col,
             self->N);
}

/* Go through the rows: the sum over them into self->gram. */
static linclass_status run(gram_job *self)
{
    const int64_t side = (self->N + TILE - 1) / TILE;
    linclass_context *ctx = self->objective->base.ctx;
    linclass_status status = blas_buffers_claim(ctx);
    blas_single_thread_begin();
    for (; status == LINCLASS_OK && self->first < self->rows; self->first += CHUNK) {
        self->count = lesser(CHUNK, self->rows - self->first);
        status = read_chunk(self);
        if (status != LINCLASS_OK)
            break;
        pool_run(&ctx->pool, side * (side + 1) / 2, add_tile, self);
    }
    blas_single_thread_end();
    return status;
}

linclass_status objective_gram(objective *base, int64_t max_rows, const double *parameters,
                               int64_t column, const double *means, const double *units,
                               double *gram, double *weight)
{
    gram_job self = {
        .objective = (const linear_objective *)base,
        .curved = parameters != NULL,
        .column = column,
        .N = base->parameters / base->columns,
        .rows = lesser(max_rows, base->samples),
        .means = means,
        .units = units,
    };
    if (self.curved)
        (void)objective_round(self.objective, parameters, self.objective->theta,
                              self.objective->bias);
    void *memory;
    linclass_status status = space_lay_out(base->ctx, lay_out, &self, "second moments", &memory);
    if (status != LINCLASS_OK)
        return status;
    status = run(&self);
    *weight = self.weight;
    for (int64_t i = 0; status == LINCLASS_OK && i < self.N; i++) {
        for (int64_t j = 0; j <= i; j++)
            gram[i * self.N + j] = (double)self.gram[i * self.N + j];
    }
    context_release(base->ctx, memory);
    return status;
}
