/* For softmax the Hessian is bounded by 1/2 (I - 11^T / k) (x) S + l2 I (Boehning 1992); gradients add
 * up to zero over the classes, where I - 11^T / k is the identity, so the bound acts on each column of
 * theta by the same N x N matrix, and one Cholesky factor serves all. Once the classes differ in how
 * many samples they are uncertain about, the Hessian's own diagonal blocks are much closer.
 *
 * Blocks are those of the coordinates of moments.h, and are scaled to a diagonal of ones before they
 * are factored: features far from zero, and of scales far apart, cost no digits.
 *
 * S and the blocks are estimated from some of the rows. The blocks are kept as triangles in single
 * precision: reading them is what an application costs. Columns that are constant, zero or copies make
 * it singular: a ridge of 10^-6 keeps the factor, and with it the directions, finite. Beyond N = 2048
 * factoring costs more than it saves, and only the diagonal is used. Of so many features, most of them words,
 * those that many samples have occur together: their diagonal overstates what a step along them meets, and a
 * part of the bound, beside the l2 penalty, is nearer. For 63666 samples and 73497 words, l2 = 1e-5, L-BFGS
 * takes 282 steps with the whole of it, 140 with .1, 64 with .01, 37 with 1e-4, 62 with nothing but l2. */
#include "solver/preconditioner.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/slices.h"
#include "core/space.h"
#include "linalg/blas_threads.h"
#include "linalg/cholesky.h"
#include "solver/preconditioner_diagonal.h"
#include "solver/preconditioner_factor.h"
#include "solver/vector.h"

static const int64_t LARGEST_FACTOR = 2048;
static const int64_t LARGEST_BLOCKS = 1 << 23; /* elements of all the factors */
static const double PART_OF_DIAGONAL =
    1e-4;                      /* beyond LARGEST_FACTOR, where there is an l2 penalty */
static const double FLOOR = 1; /* units in the last place */

static void lay_out_diagonal(void *owner, space_plan *plan)
{
    preconditioner *self = owner;
    self->unit = space_doubles(plan, self->N, 1);
    self->shift = space_doubles(plan, self->N, 1);
    self->lost = space_doubles(plan, self->N, 1);
}

static void lay_out_dense(void *owner, space_plan *plan)
{
    preconditioner *self = owner;
    lay_out_diagonal(self, plan);
    self->factor = space_doubles(plan, self->N, self->N);
}

/* The curvature at zero parameters, the same in every column. The bound is k / 2 times as large for k classes, and
 * beside it the l2 penalty vanishes, which of many classes is most of the Hessian: where M stays what it is, 16384
 * samples of 768 features and 100 classes, l2 = 1e-3, took 96 steps with the bound, 26 with this. */
static linclass_status measure_at_zero(const preconditioner *self, objective *F, double *block)
{
    const int64_t most = moments_sample(self->N);
    double *zero;
    linclass_status status =
        context_allocate_doubles(self->ctx, F->parameters + most, "zero parameters", &zero);
    if (status != LINCLASS_OK)
        return status;
    memset(zero, 0, (size_t)F->parameters * sizeof *zero);
    double *weights = zero + F->parameters;
    int64_t rows;
    status = F->methods->curvatures(F, most, zero, 1, weights, &rows);
    if (status == LINCLASS_OK)
        status = preconditioner_measure(self, F, most, weights, block);
    context_release(self->ctx, zero);
    return status;
}

static linclass_status make_factor(preconditioner *self, objective *F, bool *definite)
{
    const bool stays = F->twice_differentiable && !preconditioner_can_refresh(self, F);
    linclass_status status = LINCLASS_OK;
    if (self->kept != NULL && self->kept->has_bound) {
        kept_curvature_bound(self->kept, self->factor);
    } else {
        status = stays
                     ? measure_at_zero(self, F, self->factor)
                     : preconditioner_measure(self, F, moments_sample(self->N), NULL, self->factor);
        if (status == LINCLASS_OK)
            status = kept_curvature_keep_bound(self->kept, self->factor);
    }
    *definite =
        status == LINCLASS_OK &&
        preconditioner_factorise(self, stays ? 1 : F->curvature_bound, self->factor, self->unit);
    return status;
}

static void make_diagonal(preconditioner *self)
{
    const objective *F = self->moments.objective;
    const double part = self->N > LARGEST_FACTOR && F->l2 > 0 ? PART_OF_DIAGONAL : 1;
    self->factor = NULL;
    double largest = 0;
    for (int64_t i = 0; i < self->N; i++) {
        const double bound = F->curvature_bound * self->moments.variance[i];
        largest = fmax(largest, bound);
        self->unit[i] = part * bound;
    }
    if (part < 1)
        self->shortening = (F->l2 + part * largest) / (F->l2 + largest);
    preconditioner_set_units(self, self->unit);
}

/* The norm of a gradient that is rounding alone, for E ||r||^2 = 1 and units in the last place of 1, by
 * the diagonal: where features are nearly the same so are their errors. */
static double measure_rounding(const preconditioner *self)
{
    double square = 0;
    for (int64_t i = 0; i < self->N; i++)
        square += self->moments.square[i] * self->unit[i] * self->unit[i];
    return sqrt(square);
}

static linclass_status begin(preconditioner *self, objective *F, bool dense, kept_curvature *kept)
{
    *self = (preconditioner){
        .ctx = F->ctx,
        .N = F->parameters / F->columns,
        .columns = F->columns,
        .shortening = 1,
        .kept = kept,
    };
    bool definite = false;
    linclass_status status = moments_begin(&self->moments, F);
    if (status == LINCLASS_OK)
        status = space_lay_out(self->ctx, dense ? lay_out_dense : lay_out_diagonal, self,
                               "the preconditioner", &self->memory);
    if (status == LINCLASS_OK && dense)
        status = make_factor(self, F, &definite);
    if (status == LINCLASS_OK && !definite)
        make_diagonal(self);
    if (status == LINCLASS_OK)
        self->rounding = measure_rounding(self);
    if (status != LINCLASS_OK)
        preconditioner_end(self);
    return status;
}

linclass_status preconditioner_begin(preconditioner *self, objective *F, kept_curvature *kept)
{
    return begin(self, F, F->parameters / F->columns <= LARGEST_FACTOR, kept);
}

linclass_status preconditioner_begin_diagonal(preconditioner *self, objective *F)
{
    return begin(self, F, false, NULL);
}

bool preconditioner_can_refresh(const preconditioner *self, const objective *F)
{
    return self->factor != NULL && F->twice_differentiable &&
           self->columns <= LARGEST_BLOCKS / (self->N * self->N);
}

typedef struct block_job {
    const preconditioner *preconditioner;
    double *v;
} block_job;

static void apply_block(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    const block_job *job = argument;
    const preconditioner *self = job->preconditioner;
    const int64_t k = self->columns;
    const double *unit = self->units + task * self->N;
    float *column = self->vectors + task * self->N;
    /* Scaled to size 1: a gradient near the optimum is small, and floats have no room below 1e-38. */
    double largest = 0;
    for (int64_t i = 0; i < self->N; i++)
        largest = fmax(largest, fabs(unit[i] * job->v[i * k + task]));
    const double size = largest > 0 ? largest : 1;
    for (int64_t i = 0; i < self->N; i++)
        column[i] = (float)(unit[i] * job->v[i * k + task] / size);
    cholesky_solve_packed(self->ctx->vector_set, self->N,
                          self->blocks + task * cholesky_packed(self->N), column);
    for (int64_t i = 0; i < self->N; i++)
        job->v[i * k + task] = (double)column[i] * unit[i] * size;
}

/* Work on the rows of v, a row for each feature. */
typedef struct row_job {
    const preconditioner *preconditioner;
    int power;
    double *v;
    double *shift;
} row_job;

static void scale_rows(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const row_job *job = argument;
    const preconditioner *self = job->preconditioner;
    for (int64_t i = first; i < end; i++) {
        const double factor = job->power == 1 ? self->unit[i] : self->unit[i] * self->unit[i];
        for (int64_t j = 0; j < self->columns; j++)
            job->v[i * self->columns + j] *= factor;
    }
}

/* v := D v, D diagonal: the units, to the power given. */
static void scale(const preconditioner *self, int power, double *v)
{
    row_job job = {.preconditioner = self, .power = power, .v = v};
    (void)slices_run(self->ctx, self->N, self->N * self->columns, scale_rows, &job);
}

static void solve(const preconditioner *self, double *v)
{
    if (self->blocks != NULL) {
        block_job job = {self, v};
        blas_single_thread_begin();
        pool_run(&self->ctx->pool, self->columns, apply_block, &job);
        blas_single_thread_end();
    } else if (self->factor != NULL) {
        scale(self, 1, v);
        cholesky_solve(self->ctx->vector_set, self->N, self->columns, self->factor, v);
        scale(self, 1, v);
    } else {
        scale(self, 2, v);
    }
}

static void take_row_shifts(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const row_job *job = argument;
    const int64_t k = job->preconditioner->columns;
    for (int64_t i = first; i < end; i++) {
        double sum = 0;
        for (int64_t j = 0; j < k; j++)
            sum += job->v[i * k + j];
        job->shift[i] = sum / (double)k;
        for (int64_t j = 0; j < k; j++)
            job->v[i * k + j] -= job->shift[i];
    }
}

/* shift := the mean of each row of v over the columns, which is taken out of it. */
static void take_shifts(const preconditioner *self, double *v, double *shift)
{
    row_job job = {.preconditioner = self, .v = v, .shift = shift};
    (void)slices_run(self->ctx, self->N, self->N * self->columns, take_row_shifts, &job);
}

/* A shift of all columns together changes nothing but the penalty, whose curvature l2 is known: it is
 * kept apart. The M_j, which know nothing of each other, would mix shifts into every step, and take
 * them for as stiff as the rest: three times as many steps of L-BFGS. With an l1 penalty which weights may
 * move differs from column to column, and shifts are not apart; nor with bounds. */
bool preconditioner_has_shifts(const preconditioner *self)
{
    const objective *F = self->moments.objective;
    return self->columns > 1 && F->l1 <= 0 && !objective_is_bounded(F);
}

void preconditioner_apply_centred(const preconditioner *self, double *v)
{
    const objective *F = self->moments.objective;
    const int64_t k = self->columns;
    if (!preconditioner_has_shifts(self)) {
        solve(self, v);
        return;
    }
    take_shifts(self, v, self->shift);
    solve(self, v);
    take_shifts(self, v, self->lost);
    for (int64_t i = 0; F->l2 > 0 && i < F->weights; i++)
        v[i] += self->shift[i / k] / F->l2;
}

void preconditioner_apply(const preconditioner *self, double *v)
{
    if (preconditioner_is_diagonal(self)) {
        preconditioner_diagonal_apply(self, v);
        return;
    }
    moments_centre_gradient(&self->moments, v);
    preconditioner_apply_centred(self, v);
    moments_uncentre_step(&self->moments, v);
}

double preconditioner_square(const preconditioner *self, const double *g, double *work)
{
    if (preconditioner_is_diagonal(self))
        return preconditioner_diagonal_square(self, g);
    const int64_t length = self->N * self->columns;
    vector_copy(length, g, work);
    preconditioner_apply(self, work);
    return fmax(vector_dot(length, g, work), 0);
}

double preconditioner_norm(const preconditioner *self, const double *g, double *work)
{
    return sqrt(preconditioner_square(self, g, work));
}

double preconditioner_floor(const preconditioner *self, double loss)
{
    const moments *of = &self->moments;
    return FLOOR * of->objective->epsilon * moments_residual(of, loss) * self->rounding;
}

void preconditioner_forget(preconditioner *self)
{
    context_release(self->ctx, self->block_memory);
    self->block_memory = NULL;
    self->blocks = NULL;
}

void preconditioner_end(preconditioner *self)
{
    preconditioner_forget(self);
    context_release(self->ctx, self->memory);
    self->memory = NULL;
    moments_end(&self->moments);
}
