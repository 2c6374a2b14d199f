#include "solver/long_vector.h"

#include "core/context.h"
#include "core/minimum.h"
#include "solver/vector.h"

enum { SLICES = 64, UNIT = 8 };

typedef struct slice_job {
    int64_t length;
    int64_t slice;
    double alpha;
    const double *x;
    double *y; /* what is written */
    const double *a;
    const double *b;
    double sums[SLICES];
} slice_job;

/* As many rows as make SLICES slices, rounded up to a unit. */
static int64_t slice_of(int64_t rows)
{
    const int64_t slice = (rows + SLICES - 1) / SLICES;
    return (slice + UNIT - 1) / UNIT * UNIT;
}

static void run_slice(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    slice_job *job = argument;
    const int64_t first = task * job->slice;
    const int64_t count = lesser(job->slice, job->length - first);
    if (job->x != NULL && job->a != NULL)
        job->sums[task] =
            vector_add_dot(count, job->alpha, job->x + first, job->y + first, job->a + first);
    else if (job->x != NULL)
        vector_add(count, job->alpha, job->x + first, job->y + first);
    else
        job->sums[task] = vector_dot(count, job->a + first, job->b + first);
}

static double run_slices(linclass_context *ctx, slice_job *job)
{
    job->slice = slice_of(job->length);
    const int64_t tasks = (job->length + job->slice - 1) / job->slice;
    pool_run(&ctx->pool, tasks, run_slice, job);
    double sum = 0;
    for (int64_t task = 0; task < tasks; task++)
        sum += job->sums[task];
    return sum;
}

double long_vector_dot(linclass_context *ctx, int64_t length, const double *a, const double *b)
{
    if (length < LONG_VECTOR)
        return vector_dot(length, a, b);
    slice_job job = {.length = length, .a = a, .b = b};
    return run_slices(ctx, &job);
}

void long_vector_add(linclass_context *ctx, int64_t length, double alpha, const double *x,
                     double *y)
{
    if (length < LONG_VECTOR) {
        vector_add(length, alpha, x, y);
        return;
    }
    slice_job job = {.length = length, .alpha = alpha, .x = x, .y = y};
    (void)run_slices(ctx, &job);
}

double long_vector_add_dot(linclass_context *ctx, int64_t length, double alpha, const double *x,
                           double *y, const double *z)
{
    if (length < LONG_VECTOR)
        return vector_add_dot(length, alpha, x, y, z);
    slice_job job = {.length = length, .alpha = alpha, .x = x, .y = y, .a = z};
    return run_slices(ctx, &job);
}

typedef struct rows_job {
    int64_t rows;
    int64_t slice;
    void (*run)(void *argument, int64_t first, int64_t end);
    void *argument;
} rows_job;

static void run_rows(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    const rows_job *job = argument;
    const int64_t first = task * job->slice;
    job->run(job->argument, first, lesser(job->rows, first + job->slice));
}

void long_vector_rows(linclass_context *ctx, int64_t rows, int64_t length,
                      void (*run)(void *argument, int64_t first, int64_t end), void *argument)
{
    if (length < LONG_VECTOR) {
        run(argument, 0, rows);
        return;
    }
    rows_job job = {.rows = rows, .slice = slice_of(rows), .run = run, .argument = argument};
    pool_run(&ctx->pool, (rows + job.slice - 1) / job.slice, run_rows, &job);
}
