#include "core/slices.h"

#include "core/context.h"
#include "core/minimum.h"

enum { UNIT = 8 };

typedef struct slices_job {
    int64_t rows;
    int64_t slice;
    slice_run run;
    void *argument;
} slices_job;

static void run_slice(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    const slices_job *job = argument;
    const int64_t first = task * job->slice;
    job->run(job->argument, task, first, lesser(job->rows, first + job->slice));
}

int64_t slices_run(linclass_context *ctx, int64_t rows, int64_t length, slice_run run,
                   void *argument)
{
    if (length < SLICES_LONG) {
        run(argument, 0, 0, rows);
        return 1;
    }
    const int64_t slice = (rows + SLICES_MOST - 1) / SLICES_MOST;
    slices_job job = {rows, (slice + UNIT - 1) / UNIT * UNIT, run, argument};
    const int64_t slices = (rows + job.slice - 1) / job.slice;
    pool_run(&ctx->pool, slices, run_slice, &job);
    return slices;
}

double slices_total(int64_t slices, const double *sums)
{
    double total = 0;
    for (int64_t slice = 0; slice < slices; slice++)
        total += sums[slice];
    return total;
}
