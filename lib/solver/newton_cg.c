/* Newton's method, its direction by preconditioned conjugate gradients.
 *
 *     F'' d = -grad F, until ||residual||_M <= min(1/2, sqrt(||g||_M / ||g0||_M)) ||g||_M
 *     step by a strong Wolfe search;
 *     until ||g||_M <= tolerance * ||g0||_M, and so is what the first conjugate direction promises
 *
 * (Dembo, Eisenstat and Steihaug 1982: superlinear convergence at the least work.) Only products with
 * the Hessian are needed. ||g||_M^2 = g . M^-1 g, with the preconditioner's M; g0 is the gradient at
 * zero parameters. M may be far above the Hessian, as where few rows are uncertain any more: so a
 * Hessian product has the last word. */
#include <math.h>

#include "core/context.h"
#include "solver/line_search.h"
#include "solver/newton_system.h"
#include "solver/vector.h"

enum { MOST_PRODUCTS = 250 };

typedef struct newton_cg {
    solver_run *run;
    line_search search;
    preconditioner preconditioner;
    conjugate_gradients cg;
    double reference;
} newton_cg;

static double norm(const newton_cg *self)
{
    return preconditioner_norm(&self->preconditioner, self->run->gradient, self->cg.scaled);
}

static linclass_status set_direction(newton_cg *self, double enough, int products, double *gain)
{
    return newton_system_direction(self->run, &self->preconditioner, &self->cg, enough, products,
                                   self->search.direction, gain);
}

static linclass_status iterate(newton_cg *self)
{
    solver_run *run = self->run;
    line_search_from(&self->search, run);
    const linclass_status status = line_search_step(&self->search, run, 1);
    if (status != LINCLASS_OK)
        return status;
    run->iterations++;
    return solver_report(run);
}

static linclass_status minimise(newton_cg *self)
{
    solver_run *run = self->run;
    linclass_status status = solver_evaluate_zero(run, self->search.origin);
    if (status != LINCLASS_OK)
        return status;
    self->reference = norm(self);
    status = solver_evaluate_start(run, self->search.origin);
    const double enough = run->tolerance * self->reference;
    while (status == LINCLASS_OK) {
        const double present = norm(self);
        if (present <= preconditioner_floor(&self->preconditioner, run->value.loss))
            return LINCLASS_OK;
        const double forcing = fmin(0.5, sqrt(present / self->reference));
        double gain;
        if (present <= enough) {
            status = set_direction(self, forcing * present, 1, &gain);
            if (status != LINCLASS_OK || gain <= enough * enough)
                return status;
        }
        status = set_direction(self, forcing * present, MOST_PRODUCTS, &gain);
        if (status != LINCLASS_OK)
            return status;
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
        status = iterate(self);
    }
    return status == LINCLASS_LINE_SEARCH_STALLED ? line_search_verdict(&self->search) : status;
}

linclass_status solver_newton_cg(solver_run *run)
{
    const int64_t P = run->objective->parameters;
    space_plan plan = {0};
    const size_t search = line_search_plan(&plan, P);
    const size_t cg = conjugate_gradients_plan(&plan, P);
    void *memory;
    linclass_status status = space_allocate(run->ctx, &plan, "Newton-CG", &memory);
    if (status != LINCLASS_OK)
        return status;
    newton_cg self = {
        .run = run,
        .search = line_search_at(space_at(memory, search), P),
        .cg = conjugate_gradients_at(space_at(memory, cg), P, run->objective->epsilon),
    };
    self.search.moments = &self.preconditioner.moments;
    status = preconditioner_begin(&self.preconditioner, run->objective);
    if (status == LINCLASS_OK) {
        status = minimise(&self);
        preconditioner_end(&self.preconditioner);
    }
    context_release(run->ctx, memory);
    return status;
}
