/* Losses of margins with an l2 penalty alone and without intercepts: coordinate ascent of the dual problem.
 *
 *     passes over the dual rows that take part, until none violates the conditions of the maximum by more than a
 *     threshold, which is halved each time; then all take part again, and F less the bound that the point proves is its
 *     gap
 *
 * A pass costs a few products of rows and single classes where a step of smoothing.c costs many sweeps: with few rows,
 * and sparse ones, the minimum is found in far less time. With many rows, where l2 is small beside the squares of the
 * rows, it takes thousands of passes, of one thread. Rows come from memory in the order of a permutation, a function of
 * the seed and the pass.
 *
 * Sparse rows are passed over in rounds, of which the objective knows: the sum of the rows' gaps in the pass that
 * begins one is about that of F, which is proven where the sum says that it may suffice.
 *
 * Rows that are all but parallel, for l2 as small as that, take a million: where nobody has asked for this solver it
 * ends after a thousand visits of each row, and smoothing.c goes on. Fits that it suits take 60 to 210.
 *
 * D rises with every row, but F of the parameters does not fall as steadily: it is looked at where the violations are
 * half of what they were. */
#include <math.h>

#include "core/context.h"
#include "solver/solver.h"

static const double FIRST_THRESHOLD = 1; /* margins: all are violated by that much at zero */
static const double CAUTION = 0.9;       /* of the gap: the parameters are rounded after */
static const double NEXT = 0.5;          /* of the threshold */
static const double BETWEEN_LOOKS = 20;  /* times all rows: a look costs as much as a few of them */
static const double NONE = 1e-14;        /* margins, violated by rounding */
static const double HOPEFUL = 1.2;  /* times the gap that is wanted: a sum of gaps before a look */
static const double LOWER = 0.9;    /* than the least so far, a sum of gaps, before another */
static const double UNASKED = 1000; /* times all rows: visits of a solver that was not asked for */

enum { MOST_IDLE = 100 }; /* rounds */

/* F at the present point, which becomes run->parameters, and what is proven. */
static linclass_status prove(solver_run *run)
{
    objective *F = run->objective;
    double bound;
    F->methods->ascent_store(F, run->parameters, &bound);
    run->bound = fmax(run->bound, bound);
    return solver_evaluate(run);
}

/* What a look finds does not change where the next pass goes. */
static linclass_status report(solver_run *run, int64_t left, double *seen)
{
    *seen += (double)left;
    if (!monitor_watches(run->monitor) || *seen < BETWEEN_LOOKS * (double)run->objective->samples)
        return monitor_time(run->monitor);
    *seen = 0;
    const double bound = run->bound;
    linclass_status status = prove(run);
    if (status == LINCLASS_OK)
        status = solver_report(run);
    run->bound = bound;
    return status;
}

/* One pass. *left: samples that take part, 0 before the first; *visits: of samples, in all passes. */
static linclass_status pass(solver_run *run, double *violation, int64_t *left, double *visits,
                            double *seen)
{
    objective *F = run->objective;
    if (run->iterations == run->monitor->max_iterations)
        return LINCLASS_ITERATION_LIMIT;
    if (run->options->solver != LINCLASS_SOLVER_DUAL_ASCENT &&
        *visits > UNASKED * (double)F->samples)
        return LINCLASS_NOT_CONVERGED;
    run->iterations++;
    const int64_t visited = *left > 0 ? *left : F->samples;
    *visits += (double)visited;
    const linclass_status status =
        F->methods->ascent_pass(F, (uint64_t)run->options->seed, run->iterations, violation, left);
    return status == LINCLASS_OK ? report(run, visited, seen) : status;
}

/* Passes until the violations are at most the threshold. */
static linclass_status ascend(solver_run *run, double threshold, double *visits)
{
    double violation = INFINITY;
    int64_t left = 0;
    double seen = 0;
    linclass_status status;
    do
        status = pass(run, &violation, &left, visits, &seen);
    while (status == LINCLASS_OK && violation > threshold && left > 0);
    return status;
}

/* F and its bound, after passes that were stopped by that. *proven: the gap is small enough. */
static linclass_status look(solver_run *run, linclass_status stopped, bool *proven)
{
    const double wanted = CAUTION * run->gap_tolerance * run->at_zero;
    *proven = false;
    if (stopped < 0)
        return stopped;
    const linclass_status status = prove(run);
    if (status != LINCLASS_OK || stopped != LINCLASS_OK)
        return status != LINCLASS_OK ? status : stopped;
    *proven = run->value.objective - run->bound <= wanted;
    if (*proven)
        return LINCLASS_OK;
    run->objective->methods->ascent_restore(run->objective);
    return monitor_watches(run->monitor) ? solver_report(run) : LINCLASS_OK;
}

/* Where the sum of the gaps has not fallen for long, rounding holds it. */
static linclass_status close_gap_in_rounds(solver_run *run)
{
    const double wanted = run->gap_tolerance * run->at_zero;
    double due = HOPEFUL * wanted; /* a sum of gaps that is worth a look */
    double least = INFINITY;
    double visits = 0;
    double seen = 0;
    for (int idle = 0;; idle++) {
        linclass_status stopped;
        double sum = INFINITY;
        int64_t left = 0;
        do
            stopped = pass(run, &sum, &left, &visits, &seen);
        while (stopped == LINCLASS_OK && left > 0);
        if (sum < LOWER * least) {
            least = sum;
            idle = 0;
        }
        if (stopped == LINCLASS_OK && idle == MOST_IDLE)
            stopped = LINCLASS_NOT_CONVERGED;
        if (stopped == LINCLASS_OK && sum > due)
            continue;
        bool proven;
        stopped = look(run, stopped, &proven);
        if (stopped != LINCLASS_OK || proven)
            return stopped;
        due = LOWER * sum;
    }
}

static linclass_status close_gap(solver_run *run)
{
    double visits = 0;
    for (double threshold = FIRST_THRESHOLD; threshold > NONE; threshold *= NEXT) {
        bool proven;
        const linclass_status stopped = look(run, ascend(run, threshold, &visits), &proven);
        if (stopped != LINCLASS_OK || proven)
            return stopped;
    }
    return LINCLASS_NOT_CONVERGED;
}

linclass_status solver_dual_ascent(solver_run *run)
{
    objective *F = run->objective;
    if (F->can_ascend_smoothly)
        return solver_probability_ascent(run);
    double *start;
    linclass_status status =
        context_allocate_doubles(run->ctx, F->parameters, "where a fit starts", &start);
    if (status != LINCLASS_OK)
        return status;
    status = solver_evaluate_zero(run, start);
    context_release(run->ctx, start);
    if (status == LINCLASS_OK)
        status = F->methods->ascent_begin(F);
    if (status != LINCLASS_OK)
        return status;
    status = F->ascends_in_rounds ? close_gap_in_rounds(run) : close_gap(run);
    F->methods->ascent_end(F);
    run->relative_gradient = (double)NAN;
    return status;
}
