/* Stochastic gradient descent, on minibatches of B >= 1 rows.
 *
 *     for each epoch: a permutation of the rows; for each batch b of B rows of it:
 *         v := mu v - alpha_t * gradient of F over b,   parameters := parameters + v
 *
 * Robbins and Monro (1951), with Polyak's momentum (1964), mu = 0 by default; in minibatches.
 * The rate follows a schedule, where t is the number of epochs so far:
 *
 *     constant       alpha_t = alpha
 *     step           alpha_t = alpha * decay^floor(floor(t) / period)
 *     inverse time   alpha_t = alpha / (1 + decay * t), t a fraction: it falls with every step
 *
 * A rate that is too large shows as scores that overflow, or as a loss that ends far above where it
 * began: then the fit says that it diverged, instead of returning what is worse than nothing.
 *
 * The rate, where none is given: curvature along a sample x is at most c ||x||^2, c = 1/2 for
 * cross-entropy, 2 k for the squared hinge, and averages out over a batch; alpha = sqrt(min(B, 16)) /
 * (c mean ||(x, 1)||^2), which for B = 1 is the inverse of that bound, and for larger batches what
 * worked on images and on standardised data.
 * A row of w times the mean weight moves the parameters as w rows would: B is divided by the largest w,
 * and below 1 the rate falls with it. Steady steps with momentum add up to 1 / (1 - mu) times their
 * length: alpha is times 1 - mu. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "core/random.h"
#include "solver/solver.h"

enum { ROWS_FOR_RATE = 1000 };

typedef struct descent {
    solver_run *run;
    int64_t batch;
    int64_t *order; /* the permutation of an epoch, or NULL: row order */
    double rate;    /* alpha */
} descent;

/* Mean of ||x||^2, with the 1 of the intercept, over some of the rows. */
static linclass_status mean_square(solver_run *run, int64_t rows, double *mean)
{
    const int64_t features = run->objective->parameters / run->objective->columns;
    void *memory;
    linclass_status status = context_allocate_array(run->ctx, features, 4 * sizeof(double),
                                                    "moments of the features", &memory);
    if (status != LINCLASS_OK)
        return status;
    double *const parts = memory;
    feature_sums sums = {
        .square = parts,
        .shift = parts + features,
        .distance = parts + 2 * features,
        .spread = parts + 3 * features,
    };
    status = run->objective->methods->moments(run->objective, rows, &sums);
    const double divisor = sums.weight > 0 ? sums.weight : 1;
    *mean = 0;
    for (int64_t j = 0; status == LINCLASS_OK && j < features; j++)
        *mean += sums.square[j] / divisor;
    context_release(run->ctx, memory);
    return status;
}

/* What the rate gains from averaging over a batch. */
static double batch_factor(const descent *self)
{
    const double rows = (double)self->batch / self->run->objective->largest_weight;
    return rows < 1 ? rows : sqrt(fmin(rows, 16));
}

/* Hazards: the rows looked at may all be zero, or have weight zero; then all are looked at, and where
 * all are zero any rate will do. Squares may overflow. */
static linclass_status choose_rate(descent *self)
{
    solver_run *run = self->run;
    self->rate = run->options->learning_rate;
    if (self->rate > 0)
        return LINCLASS_OK;
    double mean;
    linclass_status status = mean_square(run, ROWS_FOR_RATE, &mean);
    if (status == LINCLASS_OK && mean == 0)
        status = mean_square(run, run->objective->samples, &mean);
    if (status != LINCLASS_OK)
        return status;
    const double square = mean > 0 ? mean : 1;
    const double curvature = run->objective->step_curvature * square;
    self->rate = (1 - run->options->momentum) * batch_factor(self) / curvature;
    /* A step takes rate * l2 off the parameters: more than 2 would make them grow, whatever the data. */
    if (run->objective->l2 > 0)
        self->rate = fmin(self->rate, 0.5 * (1 - run->options->momentum) / run->objective->l2);
    if (self->rate > 0 && isfinite(self->rate))
        return LINCLASS_OK;
    return context_fail(run->ctx, LINCLASS_ERROR_NUMERIC,
                        "the mean square of the samples is %g: sgd finds no learning_rate for it; "
                        "scale the samples",
                        mean);
}

/* x^n, n >= 0, by products alone: pow of the C library has other last bits on other processors. */
static double power(double x, int64_t n)
{
    double product = 1;
    for (; n > 0; n /= 2) {
        if (n % 2 == 1)
            product *= x;
        x *= x;
    }
    return product;
}

/* The rate of the step at row `first` of the present epoch. */
static double scheduled_rate(const descent *self, int64_t first)
{
    const solver_run *run = self->run;
    const linclass_fit_options *options = run->options;
    const int64_t epochs = run->iterations - 1;
    switch (options->learning_rate_schedule) {
    case LINCLASS_LEARNING_RATE_STEP: {
        const int64_t steps = epochs / options->learning_rate_period;
        return self->rate * power(options->learning_rate_decay, steps);
    }
    case LINCLASS_LEARNING_RATE_INVERSE_TIME: {
        const double time = (double)epochs + (double)first / (double)run->objective->samples;
        return self->rate / (1 + options->learning_rate_decay * time);
    }
    default:
        return self->rate;
    }
}

static linclass_status explain(const solver_run *run, linclass_status status)
{
    if (status != LINCLASS_ERROR_NUMERIC)
        return status;
    return context_fail(run->ctx, status,
                        "sgd diverged in epoch %" PRId64 ": learning_rate %g is too large for "
                        "these data",
                        run->iterations, run->learning_rate);
}

static linclass_status run_epoch(descent *self)
{
    solver_run *run = self->run;
    objective *F = run->objective;
    const int64_t m = F->samples;
    for (int64_t first = 0; first < m; first += self->batch) {
        const sample_batch batch = {
            .numbers = self->order == NULL ? NULL : self->order + first,
            .first = first,
            .count = lesser(self->batch, m - first),
            .following = m - first - lesser(self->batch, m - first),
        };
        run->learning_rate = scheduled_rate(self, first);
        linclass_status status = F->methods->step(F, &batch, run->learning_rate);
        if (status == LINCLASS_OK)
            status = monitor_time(run->monitor);
        if (status != LINCLASS_OK)
            return status;
    }
    return LINCLASS_OK;
}

static linclass_status report_epoch(solver_run *run)
{
    if (!monitor_watches(run->monitor))
        return LINCLASS_OK;
    run->objective->methods->steps_store(run->objective, run->parameters);
    const linclass_status status =
        monitor_listens(run->monitor) ? solver_evaluate(run) : LINCLASS_OK;
    return status == LINCLASS_OK ? solver_report(run) : status;
}

static linclass_status run_epochs(descent *self)
{
    solver_run *run = self->run;
    const int64_t epochs = run->monitor->max_iterations;
    while (run->iterations < epochs) {
        run->iterations++;
        if (self->order != NULL)
            random_permutation(run->options->seed, (uint64_t)run->iterations,
                               run->objective->samples, self->order);
        linclass_status status = run_epoch(self);
        if (status == LINCLASS_OK)
            status = report_epoch(run);
        if (status != LINCLASS_OK)
            return explain(run, status);
    }
    return LINCLASS_OK;
}

/* Evaluate the result, and look whether the steps were too long. The perceptron's F at zero is 0, and its
 * scores may have any size. */
static linclass_status finish(solver_run *run)
{
    linclass_status status = solver_evaluate(run);
    if (status != LINCLASS_OK || !solver_has_diverged(run, 0))
        return explain(run, status);
    objective *F = run->objective;
    double *zero;
    status = context_allocate_doubles(run->ctx, F->parameters, "zero parameters", &zero);
    if (status != LINCLASS_OK)
        return status;
    memset(zero, 0, (size_t)F->parameters * sizeof(double));
    objective_value at_zero;
    status = F->methods->evaluate(F, NULL, zero, &at_zero, NULL);
    context_release(run->ctx, zero);
    if (status == LINCLASS_OK && at_zero.objective > 0 &&
        solver_has_diverged(run, at_zero.objective))
        status = explain(run, LINCLASS_ERROR_NUMERIC);
    return status;
}

linclass_status solver_sgd(solver_run *run)
{
    objective *F = run->objective;
    const int64_t m = F->samples;
    descent self = {.run = run, .batch = lesser(run->options->batch_size, m)};
    void *order = NULL;
    linclass_status status = choose_rate(&self);
    if (status == LINCLASS_OK && run->options->shuffle)
        status = context_allocate_array(run->ctx, m, sizeof(int64_t), "the permutation", &order);
    self.order = order;
    if (status == LINCLASS_OK)
        status = F->methods->steps_begin(F, run->parameters, self.batch, run->options->momentum);
    if (status == LINCLASS_OK) {
        status = run_epochs(&self);
        F->methods->steps_store(F, run->parameters);
        F->methods->steps_end(F);
    }
    context_release(run->ctx, order);
    if (status < 0)
        return status;
    const linclass_status final = finish(run);
    return final < 0 ? final : status;
}
