/* A kernel over m rows of scores, in slices of whole blocks.
 *
 * A kernel may overwrite a row that it cannot use, so each block is searched for invalid elements before the
 * kernel runs, while the error message can still name them. NaN and +infinity are invalid for all; -infinity
 * excludes a class among several, but is invalid for the sigmoid. */
#include "sweep/rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/real.h"
#include "kernel/kernel.h"
#include "sweep/losses.h"

enum { BLOCK = 32, SLICES = 64 };

typedef struct row_job {
    int64_t m;
    int64_t k;
    const real *H;
    int64_t ldh;
    real *output; /* Z of an activation, H of a residual; NULL for the loss alone */
    int64_t ldz;
    const int64_t *y;
    activation_kernel activation; /* or NULL */
    const loss_kernel *loss;      /* otherwise */
    bool finite;                  /* -infinity is of no use either */
    bool one_score;               /* h, of which row i is h[i] */
    int64_t slice_rows;
    double sums[SLICES];
    _Atomic int64_t unusable; /* lowest 2 row, + 1 when the kernel found and may have written it */
} row_job;

static bool usable(const row_job *job, real score)
{
    return score < (real)INFINITY && !(job->finite && score == (real)-INFINITY);
}

/* First element of a row that is of no use, or -1. */
static int64_t unusable_element(const row_job *job, const real *h)
{
    int bad = 0;
    for (int64_t j = 0; j < job->k; j++)
        bad |= !(h[j] < (real)INFINITY);
    for (int64_t j = 0; job->finite && j < job->k; j++)
        bad |= !(h[j] > (real)-INFINITY);
    for (int64_t j = 0; bad && j < job->k; j++) {
        if (!usable(job, h[j]))
            return j;
    }
    return -1;
}

static int64_t run_kernel(const row_job *job, int64_t first, int64_t count, double *row_loss)
{
    const real *H = job->H + first * job->ldh;
    real *output = job->output == NULL ? NULL : job->output + first * job->ldz;
    if (job->activation != NULL)
        return job->activation(count, job->k, H, job->ldh, output, job->ldz);
    if (job->output == NULL)
        return job->loss->loss(count, job->k, H, job->ldh, job->y + first, row_loss);
    return job->loss->residual(count, job->k, output, job->ldz, job->y + first, row_loss);
}

static void run_slice(void *argument, int64_t slice, int32_t worker)
{
    (void)worker;
    row_job *job = argument;
    const int64_t begin = slice * job->slice_rows;
    const int64_t end = lesser(job->m, begin + job->slice_rows);
    double row_loss[BLOCK] = {0};
    double loss = 0;
    for (int64_t first = begin; first < end; first += BLOCK) {
        if (atomic_load_explicit(&job->unusable, memory_order_relaxed) < 2 * first)
            return;
        const int64_t count = lesser(BLOCK, end - first);
        for (int64_t i = 0; i < count; i++) {
            if (unusable_element(job, job->H + (first + i) * job->ldh) >= 0) {
                record_lowest(&job->unusable, 2 * (first + i));
                return;
            }
        }
        const int64_t row = run_kernel(job, first, count, row_loss);
        if (row >= 0) {
            record_lowest(&job->unusable, 2 * (first + row) + 1);
            return;
        }
        for (int64_t i = 0; i < count; i++)
            loss += row_loss[i];
    }
    job->sums[slice] = loss;
}

/* The lowest row without a result still has its scores when an element is at fault; otherwise all of
 * them, or its label's, are -infinity, or there is an overflow. */
static linclass_status explain(linclass_context *ctx, const row_job *job, int64_t unusable)
{
    const int64_t row = unusable / 2;
    if (unusable % 2 == 0) {
        const real *h = job->H + row * job->ldh;
        const int64_t j = unusable_element(job, h);
        if (job->one_score)
            return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "h[%" PRId64 "] is %g", row,
                                (double)h[j]);
        return context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "H[%" PRId64 ", %" PRId64 "] is %g",
                            row, j, (double)h[j]);
    }
    if (job->activation != NULL)
        return context_fail(ctx, LINCLASS_ERROR_NON_FINITE,
                            "all scores of row %" PRId64 " of H are -inf", row);
    return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                        "row %" PRId64 " has no finite loss and residual: the score of its label "
                        "%" PRId64 " is -inf, or they overflow",
                        row, job->y[row]);
}

static linclass_status run(linclass_context *ctx, row_job *job, double *sum)
{
    *sum = 0;
    if (job->k == 0) /* rows of no classes have no elements and no loss */
        return LINCLASS_OK;
    const int64_t blocks = (job->m + BLOCK - 1) / BLOCK;
    job->slice_rows = (blocks + SLICES - 1) / SLICES * BLOCK;
    const int64_t slices = job->m == 0 ? 0 : (job->m + job->slice_rows - 1) / job->slice_rows;
    atomic_init(&job->unusable, INT64_MAX);
    pool_run(&ctx->pool, slices, run_slice, job);
    const int64_t unusable = atomic_load(&job->unusable);
    if (unusable != INT64_MAX)
        return explain(ctx, job, unusable);
    for (int64_t slice = 0; slice < slices; slice++)
        *sum += job->sums[slice];
    if (!isfinite(*sum))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC, "the sum of the losses overflows");
    return LINCLASS_OK;
}

linclass_status rows_softmax(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                             int64_t ldh, real *Z, int64_t ldz)
{
    row_job job = {.m = m, .k = k, .H = H, .ldh = ldh, .output = Z, .ldz = ldz};
    job.activation = kernels_of(ctx->vector_set)->softmax;
    double sum;
    return run(ctx, &job, &sum);
}

linclass_status rows_sigmoid(linclass_context *ctx, int64_t m, int64_t k, const real *H,
                             int64_t ldh, real *Z, int64_t ldz)
{
    row_job job = {.m = m, .k = k, .H = H, .ldh = ldh, .output = Z, .ldz = ldz, .finite = true};
    job.activation = kernels_of(ctx->vector_set)->sigmoid;
    double sum;
    return run(ctx, &job, &sum);
}

static linclass_status run_loss(linclass_context *ctx, int32_t loss, row_job *job, double *sum)
{
    job->loss = loss_kernel_of(ctx->vector_set, loss);
    job->one_score = loss_has_one_score(loss);
    job->finite = job->one_score;
    return run(ctx, job, sum);
}

linclass_status rows_loss(linclass_context *ctx, int32_t loss, int64_t m, int64_t k, const real *H,
                          int64_t ldh, const int64_t *y, double *sum)
{
    row_job job = {.m = m, .k = k, .H = H, .ldh = ldh, .y = y};
    return run_loss(ctx, loss, &job, sum);
}

linclass_status rows_residual(linclass_context *ctx, int32_t loss, int64_t m, int64_t k, real *H,
                              int64_t ldh, const int64_t *y, double *sum)
{
    row_job job = {.m = m, .k = k, .H = H, .ldh = ldh, .output = H, .ldz = ldh, .y = y};
    return run_loss(ctx, loss, &job, sum);
}
