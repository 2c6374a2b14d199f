/* The rows whose second derivative is not 0: those that a Hessian product of a smoothed loss is a sum over.
 *
 *     row i is active where loss''(h_i) d != 0 for d = (0, 1, ..., k - 1)
 *
 * d differs in every two classes, so that only a second derivative of 0 takes it to 0: what a smoothed loss has depends
 * on the differences between the violations within mu. A direction takes dozens of products at the same parameters: the
 * rows are found once for all of them, and their scores, where these are little beside the samples, are kept.
 *
 * The rows are found in pieces, which the workers share, and listed in their order. Leaving out the others changes no
 * bits; held_hessian_tmpl.c leaves out rows that add little. */
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/space.h"
#include "data/matrix.h"
#include "linalg/blas_buffers.h"
#include "linalg/blas_threads.h"
#include "linalg/transpose.h"
#include "objective/linear_objective.h"
#include "sweep/block_products.h"
#include "sweep/blocks.h"
#include "sweep/residuals.h"

enum { PIECE = 64 };

typedef struct active_buffers {
    real *samples; /* PIECE x n, where X is not read in place */
    real *H;       /* PIECE x k: scores */
    real *D;       /* PIECE x k: directions, then what the second derivative makes of them */
} active_buffers;

typedef struct active_job {
    const sweep_input *sweep;
    linear_map map;       /* with theta_by_class where that is faster */
    real *theta_by_class; /* k x n, or none */
    int64_t *found;       /* m: the active rows of a piece, from its first row's place on */
    real *scores;         /* m x k: theirs, or NULL */
    int64_t *counts;      /* of each piece, or -1 - row of X whose scores are not usable */
    space_plan worker;    /* measured: active_buffers */
    void *workers;
    int32_t threads;
} active_job;

static int64_t pieces_of(const active_job *self)
{
    return (self->sweep->count + PIECE - 1) / PIECE;
}

static void lay_out_buffers(const active_job *self, active_buffers *buffers, space_plan *plan)
{
    const sweep_input *sweep = self->sweep;
    buffers->samples =
        space_next(plan, sweep_in_place(sweep) ? 0 : PIECE, sweep->map.n, sizeof(real));
    buffers->H = space_next(plan, PIECE, sweep->map.k, sizeof(real));
    buffers->D = space_next(plan, PIECE, sweep->map.k, sizeof(real));
}

static bool turns(const active_job *self)
{
    return !matrix_is_sparse(self->sweep->X) && blocks_scores_by_class(self->map.n, self->map.k);
}

static void lay_out(void *owner, space_plan *plan)
{
    active_job *self = owner;
    active_buffers buffers;
    self->worker = (space_plan){0};
    lay_out_buffers(self, &buffers, &self->worker);
    self->counts = space_next(plan, pieces_of(self), 1, sizeof(int64_t));
    self->theta_by_class =
        space_next(plan, turns(self) ? self->map.k : 0, self->map.n, sizeof(real));
    self->workers = space_repeat(plan, &self->worker, self->threads);
}

static bool is_active(int64_t k, const real *d)
{
    for (int64_t j = 0; j < k; j++) {
        if (d[j] != 0)
            return true;
    }
    return false;
}

static void find_in_piece(void *argument, int64_t task, int32_t worker)
{
    active_job *self = argument;
    const sweep_input *sweep = self->sweep;
    const int64_t k = sweep->map.k;
    const int64_t first = task * PIECE;
    const int64_t count = lesser(PIECE, sweep->count - first);
    active_buffers at;
    space_plan place = space_plan_at(self->workers, worker, &self->worker);
    lay_out_buffers(self, &at, &place);
    const row_block block = sweep_samples(sweep, first, count, at.samples);
    scores_block(&self->map, &block, at.H, k);
    sweep_offsets(sweep, first, count, at.H);
    for (int64_t i = 0; i < count * k; i++)
        at.D[i] = (real)(i % k);
    const int64_t bad = sweep_second_derivative(sweep, count, at.H, sweep->targets.y + first, at.D);
    int64_t active = 0;
    for (int64_t i = 0; bad < 0 && i < count; i++) {
        if (!is_active(k, at.D + i * k))
            continue;
        if (self->scores != NULL)
            memcpy(self->scores + (first + active) * k, at.H + i * k, (size_t)k * sizeof(real));
        self->found[first + active++] = first + i;
    }
    self->counts[task] = bad < 0 ? active : -1 - (first + bad);
}

/* The rows of the pieces one after the other, over the places where they were found. */
static linclass_status gather(linear_objective *self, const active_job *job)
{
    const int64_t k = job->map.k;
    self->active_count = 0;
    for (int64_t piece = 0; piece < pieces_of(job); piece++) {
        if (job->counts[piece] < 0)
            return scores_unusable(self->base.ctx, self->sweep.X, -1 - job->counts[piece]);
        const size_t count = (size_t)job->counts[piece];
        memmove(self->active + self->active_count, self->active + piece * PIECE,
                count * sizeof *self->active);
        if (job->scores != NULL)
            memmove(job->scores + self->active_count * k, job->scores + piece * PIECE * k,
                    count * (size_t)k * sizeof(real));
        self->active_count += job->counts[piece];
    }
    return LINCLASS_OK;
}

static linclass_status find(linear_objective *self)
{
    linclass_context *ctx = self->base.ctx;
    active_job job = {
        .sweep = &self->sweep,
        .map = self->sweep.map,
        .found = self->active,
        .scores = self->active_scores,
        .threads = ctx->threads,
    };
    linclass_status status = space_lay_out_scratch(ctx, lay_out, &job);
    if (status == LINCLASS_OK)
        status = blas_buffers_claim(ctx);
    if (status != LINCLASS_OK)
        return status;
    if (turns(&job)) {
        transpose(job.map.n, job.map.k, job.map.theta, job.map.ldtheta, job.theta_by_class,
                  job.map.n);
        job.map.theta_by_class = job.theta_by_class;
    }
    blas_single_thread_begin();
    pool_run(&ctx->pool, pieces_of(&job), find_in_piece, &job);
    blas_single_thread_end();
    return gather(self, &job);
}

/* Whether the rows in self->active are those at self->theta and self->bias; remember that they will be. */
static bool is_known(linear_objective *self)
{
    const size_t of_theta = (size_t)self->base.weights * sizeof(real);
    const size_t of_bias = self->with_bias ? (size_t)self->base.columns * sizeof(real) : 0;
    char *kept = (char *)self->active_at;
    const bool known = self->active_mu == self->sweep.mu &&
                       memcmp(kept, self->theta, of_theta) == 0 &&
                       (of_bias == 0 || memcmp(kept + of_theta, self->bias, of_bias) == 0);
    memcpy(kept, self->theta, of_theta);
    if (of_bias > 0)
        memcpy(kept + of_theta, self->bias, of_bias);
    self->active_mu = self->sweep.mu;
    return known;
}

linclass_status objective_active_rows(linear_objective *self)
{
    if (is_known(self))
        return LINCLASS_OK;
    const linclass_status status = find(self);
    if (status != LINCLASS_OK)
        self->active_mu = 0;
    return status;
}
