/* Second moments of the samples, over evenly spaced rows.
 *
 * Hazard: the product is made in the working precision, where the second moments of a feature far from
 * zero hide its variance, and those of one in small units overflow or vanish. So the means are taken off
 * and the units divided out, in double, before a row is rounded.
 *
 * Rows are gathered a chunk at a time, times the square root of their weight, and the lower triangle
 * of the product is made in square tiles: both are shared out among the workers, and each tile is one worker's,
 * chunk after chunk, so that the sum has one order. Rows of weight 0 are left out. Sums are in the working
 * precision: the matrix preconditions, it does not define anything. */
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

enum { CHUNK = 512, PIECE = 32, TILE = 256 };

typedef struct gram_job {
    const linear_objective *objective;
    const double *row_weights; /* or NULL: those of the samples */
    int64_t N;
    int64_t rows;        /* looked at, of X */
    real *chunk;         /* CHUNK x N */
    real *samples;       /* CHUNK x n, as gathered */
    int64_t *row;        /* CHUNK: of X */
    double *factor;      /* CHUNK: roots of the weights */
    bool *unusable;      /* CHUNK: the row has an element that is not finite */
    real *gram;          /* N x N */
    int64_t looked;      /* at so many rows */
    bool begun;          /* gram has the sum of some rows */
    int64_t count;       /* rows in the chunk */
    double weight;       /* of all the samples looked at */
    const double *means; /* N: subtracted from the features */
    const double *units; /* N: then multiplied with them */
} gram_job;

static void lay_out(void *owner, space_plan *plan)
{
    gram_job *self = owner;
    self->chunk = space_next(plan, CHUNK, self->N, sizeof(real));
    self->samples = space_next(plan, CHUNK, self->objective->sweep.map.n, sizeof(real));
    self->row = space_next(plan, CHUNK, 1, sizeof(int64_t));
    self->factor = space_doubles(plan, CHUNK, 1);
    self->unusable = space_next(plan, CHUNK, 1, sizeof(bool));
    self->gram = space_next(plan, self->N, self->N, sizeof(real));
}

/* The next rows whose weight is not 0. */
static void choose_chunk(gram_job *self)
{
    const sweep_input *sweep = &self->objective->sweep;
    const double *weights = sweep->targets.weights;
    self->count = 0;
    for (; self->looked < self->rows && self->count < CHUNK; self->looked++) {
        const int64_t row = objective_sampled_row(sweep->X->rows, self->rows, self->looked);
        const double own = weights == NULL ? 1 : weights[row];
        const double weight = self->row_weights == NULL ? own : self->row_weights[self->looked];
        self->weight += own;
        if (weight > 0) {
            self->factor[self->count] = sqrt(weight);
            self->row[self->count++] = row;
        }
    }
}

/* Some rows of the chunk: x, centred and in its units, and 1, times sqrt(w). */
static void read_piece(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    gram_job *self = argument;
    const int64_t n = self->objective->sweep.map.n;
    const int64_t first = task * PIECE;
    const int64_t end = lesser(self->count, first + PIECE);
    const row_block samples = row_block_gather_dense(self->objective->sweep.X, self->row + first,
                                                     end - first, self->samples + first * n);
    for (int64_t i = first; i < end; i++) {
        const double factor = self->factor[i];
        const real *from = samples.X + (i - first) * samples.ldx;
        real *x = self->chunk + i * self->N;
        for (int64_t j = 0; j < n; j++)
            x[j] = (real)(factor * ((double)from[j] - self->means[j]) * self->units[j]);
        if (self->objective->with_bias)
            x[n] = (real)(factor * self->units[n]);
        self->unusable[i] = false;
        for (int64_t j = 0; j < n; j++)
            self->unusable[i] |= !isfinite(x[j]);
    }
}

/* Errors: NON_FINITE. What overflows of finite elements is left for the factor to find. */
static linclass_status read_chunk(gram_job *self)
{
    linclass_context *ctx = self->objective->base.ctx;
    pool_run(&ctx->pool, (self->count + PIECE - 1) / PIECE, read_piece, self);
    for (int64_t i = 0; i < self->count; i++) {
        if (!self->unusable[i])
            continue;
        const linclass_status status =
            matrix_find_non_finite(ctx, "X", self->objective->sweep.X, self->row[i], 1);
        if (status != LINCLASS_OK)
            return status;
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
    /* So few rows at once that the sums do not depend on the processor; none of them beyond its last diagonal element,
     * which is a fifth of the work for N = 785. */
    for (int64_t strip = row; strip < end; strip += GEMM_FEW) {
        const int64_t rows = lesser(GEMM_FEW, end - strip);
        gemm(self->objective->base.ctx->vector_set, TRANSPOSED, PLAIN, rows, self->count,
             lesser(columns, strip + rows - col), 1, self->chunk + strip, self->N,
             self->chunk + col, self->N, self->begun, self->gram + strip * self->N + col, self->N);
    }
}

/* Go through the rows: the sum over them into self->gram. */
static linclass_status run(gram_job *self)
{
    const int64_t side = (self->N + TILE - 1) / TILE;
    linclass_context *ctx = self->objective->base.ctx;
    linclass_status status = blas_buffers_claim(ctx);
    memset(self->gram, 0, (size_t)(self->N * self->N) * sizeof(real));
    blas_single_thread_begin();
    while (status == LINCLASS_OK && self->looked < self->rows) {
        choose_chunk(self);
        status = read_chunk(self);
        if (status != LINCLASS_OK)
            break;
        pool_run(&ctx->pool, side * (side + 1) / 2, add_tile, self);
        self->begun = true;
    }
    blas_single_thread_end();
    return status;
}

linclass_status objective_gram(objective *base, int64_t max_rows, const double *row_weights,
                               const double *means, const double *units, double *gram,
                               double *weight)
{
    gram_job self = {
        .objective = (const linear_objective *)base,
        .row_weights = row_weights,
        .N = base->parameters / base->columns,
        .rows = lesser(max_rows, base->samples),
        .means = means,
        .units = units,
    };
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
