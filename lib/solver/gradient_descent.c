/* Gradient descent over all the rows, until the gradient's norm is small.
 *
 *     parameters := parameters - alpha * grad F,  until ||grad F|| <= tolerance * ||grad F_0||
 *
 * F_0 is F at zero parameters. With a learning rate, every step has that rate. Without one, the first is
 * 1 / (c E ||(x, 1)||^2 + l2), c the bound on a row's curvature, which cannot be too long; a step is accepted
 * when F falls by at least alpha / 2 * ||grad F||^2 (Armijo 1966, with the constant that a step of 1 / L achieves for
 * an L-Lipschitz gradient); else alpha is halved and the step tried again. After an accepted step alpha
 * grows by 3/2, and so follows the curvature. Near the optimum that fall drowns in the rounding of F;
 * for a convex F it is also guaranteed by grad F(new) . grad F(old) >= ||grad F(old)||^2 / 2, which
 * does not cancel, and either will do. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "solver/moments.h"
#include "solver/solver.h"

enum { MOST_HALVINGS = 100 };

static linclass_status step_from(solver_run *run, const solver_point *from)
{
    for (int64_t i = 0; i < run->objective->parameters; i++)
        run->parameters[i] = from->parameters[i] - run->learning_rate * from->gradient[i];
    return solver_evaluate(run);
}

static bool falls_enough(const solver_run *run, const solver_point *from)
{
    const double square = from->gradient_norm * from->gradient_norm;
    if (run->value.objective <= from->value.objective - run->learning_rate / 2 * square)
        return true;
    double product = 0;
    for (int64_t i = 0; i < run->objective->parameters; i++)
        product += run->gradient[i] * from->gradient[i];
    return product >= square / 2;
}

/* One accepted step by backtracking from run->learning_rate. */
static linclass_status search(solver_run *run, const solver_point *from)
{
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
        const linclass_status status = step_from(run, from);
        if (status == LINCLASS_OK && falls_enough(run, from))
            return LINCLASS_OK;
        if (status != LINCLASS_OK && status != LINCLASS_ERROR_NUMERIC)
            return status;
        run->learning_rate /= 2;
    }
    solver_point_return(from, run);
    return LINCLASS_LINE_SEARCH_STALLED;
}

static linclass_status diverged(const solver_run *run, int64_t iteration)
{
    return context_fail(run->ctx, LINCLASS_ERROR_NUMERIC,
                        "gradient descent diverged in iteration %" PRId64
                        ": learning_rate %g is too large for these data",
                        iteration, run->learning_rate);
}

static linclass_status constant_step(solver_run *run, const solver_point *from)
{
    const linclass_status status = step_from(run, from);
    return status == LINCLASS_ERROR_NUMERIC ? diverged(run, run->iterations + 1) : status;
}

static linclass_status descend(solver_run *run, solver_point *from)
{
    const bool constant = run->options->learning_rate > 0;
    linclass_status begun = solver_evaluate_zero(run, from->parameters);
    if (begun != LINCLASS_OK)
        return begun;
    const double reference = run->gradient_norm;
    const double enough = run->tolerance * reference;
    const double at_zero = run->value.objective;
    begun = solver_evaluate_start(run, from->parameters);
    if (begun != LINCLASS_OK)
        return begun;
    linclass_status status = LINCLASS_OK;
    while (status == LINCLASS_OK && run->gradient_norm > enough) {
        if (run->iterations == run->monitor->max_iterations) {
            status = LINCLASS_ITERATION_LIMIT;
            break;
        }
        run->relative_gradient = run->gradient_norm / reference;
        solver_point_keep(from, run);
        status = constant ? constant_step(run, from) : search(run, from);
        if (status != LINCLASS_OK)
            return status;
        run->iterations++;
        status = solver_report(run);
        if (!constant && status == LINCLASS_OK && run->gradient_norm > enough)
            run->learning_rate *= 1.5;
    }
    if (status >= 0 && constant && solver_has_diverged(run, at_zero))
        return diverged(run, run->iterations);
    return status;
}

static linclass_status choose_rate(solver_run *run)
{
    objective *F = run->objective;
    run->learning_rate = run->options->learning_rate;
    if (run->learning_rate > 0)
        return LINCLASS_OK;
    moments known;
    const linclass_status status = moments_begin(&known, F);
    if (status != LINCLASS_OK)
        return status;
    double square = 0;
    for (int64_t i = 0; i < known.N; i++)
        square += known.square[i];
    moments_end(&known);
    run->learning_rate = 1 / (F->curvature_bound * square + F->l2);
    if (!(run->learning_rate > 0) || !isfinite(run->learning_rate))
        run->learning_rate = 1;
    return LINCLASS_OK;
}

typedef struct descent {
    int64_t length;
    solver_point from; /* where a step starts */
} descent;

static void lay_out(void *owner, space_plan *plan)
{
    descent *self = owner;
    solver_point_lay_out(&self->from, plan, self->length);
}

linclass_status solver_gradient_descent(solver_run *run)
{
    descent self = {.length = run->objective->parameters};
    void *memory;
    linclass_status status = space_lay_out(run->ctx, lay_out, &self, "gradient descent", &memory);
    if (status == LINCLASS_OK)
        status = choose_rate(run);
    if (status == LINCLASS_OK)
        status = descend(run, &self.from);
    context_release(run->ctx, memory);
    return status;
}
