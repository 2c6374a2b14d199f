/* For softmax the Hessian is bounded by 1/2 (I - 11^T / k) (x) S + l2 I (Boehning 1992); gradients add
 * up to zero over the classes, where I - 11^T / k is the identity, so the bound acts on each column of
 * theta by the same N x N matrix, and one Cholesky factor serves all. Once the classes differ in how
 * many samples they are uncertain about, the Hessian's own diagonal blocks are much closer.
 *
 * S is estimated from at most 8 N rows, and 16 N a block, whose weights let fewer count. The blocks are
 * kept in single precision: reading them is what an application costs. Columns that are constant, zero or copies make
 * it singular: a ridge of 10^-6 of its mean diagonal keeps the factor, and with it the directions,
 * finite. Beyond N = 2048 the factor is dearer than what it saves, and the diagonal serves. */
#include "solver/preconditioner.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "linalg/blas_threads.h"
#include "linalg/cholesky.h"
#include "solver/vector.h"

static const int64_t LARGEST_FACTOR = 2048;
static const int64_t LARGEST_BLOCKS = 1 << 23; /* elements of all the factors */
static const double RIDGE = 1e-6;

static linclass_status take_memory(preconditioner *self, bool dense)
{
    space_plan plan = {0};
    const size_t factor = space_part(&plan, dense ? self->rows : 0, self->rows, sizeof(double));
    const size_t inverse = space_part(&plan, self->rows, 1, sizeof(double));
    const linclass_status status =
        space_allocate(self->ctx, &plan, "the preconditioner", &self->memory);
    if (status != LINCLASS_OK)
        return status;
    self->factor = dense ? space_at(self->memory, factor) : NULL;
    self->inverse = space_at(self->memory, inverse);
    return LINCLASS_OK;
}

static double ridge_of(int64_t rows, double trace)
{
    const double ridge = RIDGE * trace / (double)rows;
    return ridge > 0 ? ridge : RIDGE;
}

static double penalty_of(const objective *target, int64_t i)
{
    return i < target->weights / target->columns ? target->l2 : 0;
}

/* From a moment matrix S to the factor of scale S + l2 D + ridge; false when that is not positive
 * definite. */
static bool factorise(int64_t N, const objective *target, double scale, double *block)
{
    double trace = 0;
    for (int64_t i = 0; i < N; i++)
        trace += scale * block[i * N + i];
    const double ridge = ridge_of(N, trace);
    for (int64_t i = 0; i < N; i++) {
        for (int64_t j = 0; j <= i; j++)
            block[i * N + j] *= scale;
        block[i * N + i] += penalty_of(target, i) + ridge;
    }
    return cholesky_factor(N, block);
}

static linclass_status make_diagonal(preconditioner *self, objective *target)
{
    const linclass_status status =
        target->methods->gram_diagonal(target, 8 * self->rows, self->inverse);
    if (status != LINCLASS_OK)
        return status;
    double trace = 0;
    for (int64_t i = 0; i < self->rows; i++)
        trace += target->curvature_bound * self->inverse[i];
    const double ridge = ridge_of(self->rows, trace);
    for (int64_t i = 0; i < self->rows; i++)
        self->inverse[i] =
            1 / (target->curvature_bound * self->inverse[i] + penalty_of(target, i) + ridge);
    return LINCLASS_OK;
}

linclass_status preconditioner_begin(preconditioner *self, objective *target)
{
    *self = (preconditioner){
        .ctx = target->ctx,
        .rows = target->parameters / target->columns,
        .columns = target->columns,
    };
    const bool dense = self->rows <= LARGEST_FACTOR;
    linclass_status status = take_memory(self, dense);
    bool definite = false;
    if (status == LINCLASS_OK && dense) {
        status = target->methods->gram(target, 8 * self->rows, NULL, 0, self->factor);
        definite = status == LINCLASS_OK &&
                   factorise(self->rows, target, target->curvature_bound, self->factor);
    }
    if (status == LINCLASS_OK && !definite) {
        self->factor = NULL;
        status = make_diagonal(self, target);
    }
    if (status != LINCLASS_OK)
        preconditioner_end(self);
    return status;
}

linclass_status preconditioner_begin_diagonal(preconditioner *self, objective *target)
{
    *self = (preconditioner){
        .ctx = target->ctx,
        .rows = target->parameters / target->columns,
        .columns = target->columns,
    };
    linclass_status status = take_memory(self, false);
    if (status == LINCLASS_OK)
        status = make_diagonal(self, target);
    if (status != LINCLASS_OK)
        preconditioner_end(self);
    return status;
}

bool preconditioner_can_refresh(const preconditioner *self, const objective *target)
{
    return self->factor != NULL && target->twice_differentiable &&
           self->columns <= LARGEST_BLOCKS / (self->rows * self->rows);
}

/* The factors of all the blocks, each made in double and rounded. */
static linclass_status make_blocks(const preconditioner *self, objective *target,
                                   const double *parameters, double *block, float *blocks,
                                   bool *definite)
{
    const int64_t size = self->rows * self->rows;
    *definite = true;
    for (int64_t j = 0; *definite && j < self->columns; j++) {
        const linclass_status status =
            target->methods->gram(target, 16 * self->rows, parameters, j, block);
        if (status != LINCLASS_OK)
            return status;
        *definite = factorise(self->rows, target, 1, block);
        for (int64_t i = 0; i < size; i++)
            blocks[j * size + i] = (float)block[i];
    }
    return LINCLASS_OK;
}

linclass_status preconditioner_refresh(preconditioner *self, objective *target,
                                       const double *parameters)
{
    const int64_t N = self->rows;
    space_plan plan = {0};
    const size_t blocks = space_part(&plan, self->columns * N, N, sizeof(float));
    const size_t vectors = space_part(&plan, self->columns, N, sizeof(float));
    const size_t block = space_part(&plan, N, N, sizeof(double));
    void *memory;
    linclass_status status = space_allocate(self->ctx, &plan, "the preconditioner", &memory);
    if (status != LINCLASS_OK)
        return status;
    memset(space_at(memory, block), 0, (size_t)(N * N) * sizeof(double));
    bool definite;
    status = make_blocks(self, target, parameters, space_at(memory, block),
                         space_at(memory, blocks), &definite);
    if (status != LINCLASS_OK || !definite) {
        context_release(self->ctx, memory);
        return status;
    }
    context_release(self->ctx, self->block_memory);
    self->block_memory = memory;
    self->blocks = space_at(memory, blocks);
    self->vectors = space_at(memory, vectors);
    return LINCLASS_OK;
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
    float *column = self->vectors + task * self->rows;
    /* Scaled to size 1: a gradient near the optimum is small, and floats have no room below 1e-38. */
    double largest = 0;
    for (int64_t i = 0; i < self->rows; i++)
        largest = fmax(largest, fabs(job->v[i * k + task]));
    const double unit = largest > 0 ? largest : 1;
    for (int64_t i = 0; i < self->rows; i++)
        column[i] = (float)(job->v[i * k + task] / unit);
    cholesky_solve_rounded(self->rows, self->blocks + task * self->rows * self->rows, column);
    for (int64_t i = 0; i < self->rows; i++)
        job->v[i * k + task] = (double)column[i] * unit;
}

void preconditioner_apply(const preconditioner *self, double *v)
{
    if (self->blocks != NULL) {
        block_job job = {self, v};
        blas_single_thread_begin();
        pool_run(&self->ctx->pool, self->columns, apply_block, &job);
        blas_single_thread_end();
    } else if (self->factor != NULL) {
        cholesky_solve(self->rows, self->columns, self->factor, v);
    } else {
        for (int64_t i = 0; i < self->rows; i++) {
            for (int64_t j = 0; j < self->columns; j++)
                v[i * self->columns + j] *= self->inverse[i];
        }
    }
}

double preconditioner_norm(const preconditioner *self, const double *g, double *work)
{
    const int64_t length = self->rows * self->columns;
    vector_copy(length, g, work);
    preconditioner_apply(self, work);
    return sqrt(fmax(vector_dot(length, g, work), 0));
}

void preconditioner_end(preconditioner *self)
{
    context_release(self->ctx, self->block_memory);
    context_release(self->ctx, self->memory);
    self->block_memory = NULL;
    self->memory = NULL;
}
