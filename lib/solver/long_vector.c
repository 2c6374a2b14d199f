#include "solver/long_vector.h"

#include <math.h>

#include "core/slices.h"
#include "solver/vector.h"

typedef struct vector_job {
    const double *x;
    double alpha;
    const double *y;
    double *to;
    double sums[SLICES_MOST];
} vector_job;

static void dot_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    vector_job *job = argument;
    job->sums[slice] = vector_dot(end - first, job->x + first, job->y + first);
}

double long_vector_dot(linclass_context *ctx, int64_t length, const double *a, const double *b)
{
    vector_job job = {.x = a, .y = b};
    const int64_t slices = slices_run(ctx, length, length, dot_slice, &job);
    return slices_total(slices, job.sums);
}

static void sum_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const vector_job *job = argument;
    for (int64_t i = first; i < end; i++)
        job->to[i] = job->x[i] + job->alpha * job->y[i];
}

void long_vector_sum(linclass_context *ctx, int64_t length, const double *x, double alpha,
                     const double *y, double *sum)
{
    vector_job job = {.x = x, .alpha = alpha, .y = y, .to = sum};
    (void)slices_run(ctx, length, length, sum_slice, &job);
}

static void copy_slice(void *argument, int64_t slice, int64_t first, int64_t end)
{
    (void)slice;
    const vector_job *job = argument;
    vector_copy(end - first, job->x + first, job->to + first);
}

void long_vector_copy(linclass_context *ctx, int64_t length, const double *from, double *to)
{
    vector_job job = {.x = from, .to = to};
    (void)slices_run(ctx, length, length, copy_slice, &job);
}

double long_vector_norm(linclass_context *ctx, int64_t length, const double *a)
{
    const double norm = sqrt(long_vector_dot(ctx, length, a, a));
    return isinf(norm) ? vector_norm(length, a) : norm;
}
