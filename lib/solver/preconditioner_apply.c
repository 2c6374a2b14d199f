/* v := M^-1 v: by the factor of a block for each column, by one factor for all, or by a diagonal. */
#include <math.h>

#include "core/context.h"
#include "core/slices.h"
#include "linalg/blas_threads.h"
#include "linalg/cholesky.h"
#include "solver/preconditioner.h"
#include "solver/preconditioner_diagonal.h"
#include "solver/vector.h"

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
