/* The softmax loss of sparse rows: coordinate ascent of the dual problem.
 *
 *     passes over all dual rows, until the gap that the gradient of F proves is small enough
 *
 * Passes bring the gap down by about the same factor each, the faster the less the rows' squares are beside l2. A look
 * at it costs as much as a pass; so after the first two each comes where the gap will be small enough if it goes on
 * like that. Where passes do too little L-BFGS goes on from where they have come.
 *
 * A fit that starts with weights, as those of a path do, ascends from the dual point that the weights make.
 *
 * A gap that a judge would have to confirm costs more than the passes that make it proof enough without one. */
#include <math.h>

#include "core/context.h"
#include "solver/solver.h"
#include "solver/vector.h"

enum { FIRST_LOOK = 8, SECOND_LOOK = 11, MOST_BETWEEN = 8, AGAIN = 4, MOST_PASSES = 150 };
static const double LEAST_FALL = 0.95; /* a pass, of the gap: beyond it is too little */
static const double CAUTION = 0.8;     /* of the gap that is proof enough */

typedef struct probability_ascent {
    solver_run *run;
    int64_t began;     /* iterations before */
    int64_t next_look; /* after so many passes */
    int64_t last_look;
    double reference; /* norm of the gradient at zero parameters */
    double last;      /* excess at the last look */
    bool falls;       /* fast enough before that */
    bool is_slow;     /* at two looks: intercepts that turn back hold the gap up for some passes */
} probability_ascent;

static double gap_of(const solver_run *run)
{
    return objective_gap_of_gradient(run->objective, run->parameters, run->value.loss,
                                     run->gradient);
}

/* By what factor the gap is too large, or the square of the norm. */
static double excess(const probability_ascent *self)
{
    const solver_run *run = self->run;
    const double norm = run->gradient_norm / (run->tolerance * self->reference);
    double found = norm * norm;
    if (run->gap_tolerance > 0) {
        const double gained = run->at_zero - run->value.objective;
        const double unjudged = run->unjudged > 0 ? CAUTION * run->unjudged * gained : INFINITY;
        const double wanted = fmin(run->gap_tolerance / 2 * run->at_zero, unjudged);
        found = fmax(found, gap_of(run) / wanted);
    }
    return isfinite(found) ? found : INFINITY;
}

static linclass_status look(probability_ascent *self, bool *done)
{
    solver_run *run = self->run;
    run->objective->methods->probabilities_store(run->objective, run->parameters);
    linclass_status status = solver_evaluate(run);
    if (status == LINCLASS_OK)
        status = solver_report(run);
    if (status != LINCLASS_OK)
        return status;
    const int64_t passes = run->iterations - self->began;
    const double now = excess(self);
    *done = now <= 1;
    if (self->last_look > 0) {
        const double per_pass = log(self->last / now) / (double)(passes - self->last_look);
        const bool falls = per_pass > -log(LEAST_FALL);
        self->is_slow = !falls && !self->falls;
        self->falls = falls;
        const double more = falls ? ceil(log(now) / per_pass) : AGAIN;
        self->next_look = passes + (int64_t)fmin(fmax(more, 1), MOST_BETWEEN);
    } else {
        self->next_look = SECOND_LOOK;
        self->falls = true;
    }
    self->last = now;
    self->last_look = passes;
    return LINCLASS_OK;
}

static linclass_status ascend(probability_ascent *self, bool *done)
{
    solver_run *run = self->run;
    objective *F = run->objective;
    *done = false;
    while (!*done && !self->is_slow && run->iterations - self->began < MOST_PASSES) {
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
        linclass_status status =
            F->methods->probabilities_pass(F, (uint64_t)run->options->seed, run->iterations + 1);
        if (status != LINCLASS_OK)
            return status;
        run->iterations++;
        const bool last = run->iterations == run->monitor->max_iterations;
        status = monitor_time(run->monitor);
        if (last || status != LINCLASS_OK || run->iterations - self->began >= self->next_look) {
            const linclass_status looked = look(self, done);
            status = looked < 0 || status == LINCLASS_OK ? looked : status;
        }
        if (status != LINCLASS_OK)
            return status;
    }
    return LINCLASS_OK;
}

/* What the passes have come to is no better than where they began. */
static linclass_status go_on(probability_ascent *self)
{
    solver_run *run = self->run;
    if (run->value.objective > run->at_zero) {
        for (int64_t i = 0; i < run->objective->parameters; i++)
            run->parameters[i] = 0;
    }
    return solver_lbfgs(run);
}

linclass_status solver_probability_ascent(solver_run *run)
{
    objective *F = run->objective;
    probability_ascent self = {.run = run, .began = run->iterations, .next_look = FIRST_LOOK};
    double *start;
    linclass_status status =
        context_allocate_doubles(run->ctx, F->parameters, "where a fit starts", &start);
    if (status != LINCLASS_OK)
        return status;
    status = solver_evaluate_zero(run, start);
    self.reference = run->gradient_norm;
    bool done = status == LINCLASS_OK && self.reference == 0;
    if (status == LINCLASS_OK && !done)
        status = solver_evaluate_start(run, start);
    context_release(run->ctx, start);
    done = done || (status == LINCLASS_OK && excess(&self) <= 1);
    if (status != LINCLASS_OK || done)
        return status;
    const bool has_weights = vector_infinity_norm(F->weights, run->parameters) > 0;
    status = F->methods->probabilities_begin(F, has_weights ? run->parameters : NULL);
    if (status != LINCLASS_OK)
        return status;
    status = ascend(&self, &done);
    F->methods->probabilities_end(F);
    run->relative_gradient = (double)NAN;
    return status != LINCLASS_OK || done ? status : go_on(&self);
}
