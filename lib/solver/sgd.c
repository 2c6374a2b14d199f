/* Minibatch stochastic gradient descent.
 *
 *     for each epoch: a permutation of the rows; for each batch b of B rows of it:
 *         parameters := parameters - alpha * gradient of F over b
 *
 * Robbins and Monro (1951); in minibatches, as taught. The rate is constant. A rate that is too large
 * shows as scores that overflow: then the fit says that it diverged, instead of returning NaN.
 *
 * The rate, where none is given: curvature along a sample x is at most ||x||^2 / 2 for cross-entropy,
 * and averages out over a batch; alpha = 2 sqrt(min(B, 16)) / mean ||(x, 1)||^2, which for B = 1 is
 * the inverse of that bound, and for larger batches what worked on images and on standardised data. */
#include <inttypes.h>
#include <math.h>

#include "core/context.h"
#include "core/lowest.h"
#include "core/random.h"
#include "solver/solver.h"

/* Mean of ||x||^2, with the 1 of the intercept. */
static linclass_status mean_square(solver_run *run, double *mean)
{
    const int64_t features = run->objective->parameters / run->objective->columns;
    void *memory;
    linclass_status status =
        context_allocate(run->ctx, (size_t)features * sizeof(double), "mean squares", &memory);
    if (status != LINCLASS_OK)
        return status;
    double *diagonal = memory;
    status = run->objective->methods->gram_diagonal(run->objective, 1000, diagonal);
    *mean = 0;
    for (int64_t j = 0; status == LINCLASS_OK && j < features; j++)
        *mean += diagonal[j];
    context_release(run->ctx, memory);
    return status;
}

static linclass_status choose_rate(solver_run *run, int64_t batch)
{
    run->learning_rate = run->options->learning_rate;
    if (run->learning_rate > 0)
        return LINCLASS_OK;
    double mean;
    const linclass_status status = mean_square(run, &mean);
    if (status == LINCLASS_OK)
        run->learning_rate = 2 * sqrt((double)lesser(batch, 16)) / fmax(mean, 1e-300);
    return status;
}

static linclass_status explain(solver_run *run, linclass_status status)
{
    if (status != LINCLASS_ERROR_NUMERIC)
        return status;
    return context_fail(run->ctx, status,
                        "sgd diverged in epoch %" PRId64 ": learning_rate %g is too large for "
                        "these data",
                        run->iterations, run->learning_rate);
}

static linclass_status run_epoch(solver_run *run, int64_t batch, const int64_t *order)
{
    objective *target = run->objective;
    const int64_t m = target->samples;
    for (int64_t first = 0; first < m; first += batch) {
        const int64_t count = lesser(batch, m - first);
        linclass_status status = target->methods->step(target, order == NULL ? NULL : order + first,
                                                       first, count, run->learning_rate);
        if (status == LINCLASS_OK)
            status = monitor_time(run->monitor);
        if (status != LINCLASS_OK)
            return status;
    }
    return LINCLASS_OK;
}

static linclass_status report_epoch(solver_run *run)
{
    if (!monitor_listens(run->monitor))
        return LINCLASS_OK;
    run->objective->methods->steps_store(run->objective, run->parameters);
    const linclass_status status = solver_evaluate(run);
    return status == LINCLASS_OK ? solver_report(run) : status;
}

static linclass_status run_epochs(solver_run *run, int64_t batch, int64_t *order)
{
    const int64_t epochs = run->monitor->max_iterations;
    while (run->iterations < epochs) {
        run->iterations++;
        if (order != NULL)
            random_permutation(run->options->seed, (uint64_t)run->iterations,
                               run->objective->samples, order);
        linclass_status status = run_epoch(run, batch, order);
        if (status == LINCLASS_OK)
            status = report_epoch(run);
        if (status != LINCLASS_OK)
            return explain(run, status);
    }
    return LINCLASS_OK;
}

linclass_status solver_sgd(solver_run *run)
{
    objective *target = run->objective;
    const int64_t m = target->samples;
    const int64_t batch = lesser(run->options->batch_size, m);
    void *order = NULL;
    linclass_status status = choose_rate(run, batch);
    if (status == LINCLASS_OK && run->options->shuffle)
        status = context_allocate(run->ctx, (size_t)m * sizeof(int64_t), "the permutation", &order);
    if (status == LINCLASS_OK)
        status = target->methods->steps_begin(target, run->parameters, batch);
    if (status == LINCLASS_OK) {
        status = run_epochs(run, batch, order);
        target->methods->steps_store(target, run->parameters);
        target->methods->steps_end(target);
    }
    context_release(run->ctx, order);
    if (status < 0)
        return status;
    const linclass_status final = explain(run, solver_evaluate(run));
    return final < 0 ? final : status;
}
