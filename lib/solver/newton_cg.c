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

#include "solver/newton_system.h"
#include "solver/preconditioned.h"
#include "solver/vector.h"

enum { MOST_PRODUCTS = 250 };
static const double HELD_FORCING = 0.3;
/* Of the gap that is proof enough without a judge: that from which another iteration, of products with a Hessian that
 * is held, costs less than he does. It leaves a tenth of the gap or less. */
static const double NEARLY_PROVEN = 8;

typedef struct newton_cg {
    solver_run *run;
    line_search search;
    preconditioner preconditioner;
    conjugate_gradients cg;
    double reference;
    bool for_proof; /* there has been an iteration for the proof alone */
} newton_cg;

static double norm(const newton_cg *self)
{
    return preconditioner_norm(&self->preconditioner, self->run->gradient, self->cg.scaled);
}

/* How much of the gradient a direction may leave. Where products cost much less than an evaluation of F, as those
 * with a Hessian that is held do, but not of all the rows, a smaller share is not worth its products. */
static double set_forcing(const newton_cg *self, double present)
{
    const double forcing = fmin(0.5, sqrt(present / self->reference));
    return self->run->objective->can_hold ? fmax(HELD_FORCING, forcing) : forcing;
}

static linclass_status set_direction(newton_cg *self, double enough, int products, double *gain)
{
    return newton_system_direction(self->run, &self->preconditioner, &self->cg, enough, products,
                                   self->search.direction, gain);
}

/* Whether one more iteration is worth more than the judge that it may spare. */
static bool goes_on_for_proof(newton_cg *self)
{
    const bool before = self->for_proof;
    self->for_proof = true;
    return !before && self->run->objective->can_hold &&
           preconditioned_nears_proof(self->run, &self->preconditioner, NEARLY_PROVEN,
                                      self->cg.scaled);
}

static linclass_status minimise(void *owner)
{
    newton_cg *self = owner;
    solver_run *run = self->run;
    linclass_status status = solver_evaluate_zero(run, self->search.origin.parameters);
    if (status != LINCLASS_OK)
        return status;
    self->reference = norm(self);
    status = solver_evaluate_start(run, self->search.origin.parameters);
    const double enough = run->tolerance * self->reference;
    while (status == LINCLASS_OK) {
        const double present = norm(self);
        run->relative_gradient = present / self->reference;
        if (present <= preconditioner_floor(&self->preconditioner, run->value.loss))
            return LINCLASS_OK;
        const double forcing = set_forcing(self, present);
        double gain;
        if (present <= enough && solver_gap_is_small(run)) {
            status = set_direction(self, forcing * present, 1, &gain);
            if (status != LINCLASS_OK)
                return status;
            if (gain <= enough * enough && !goes_on_for_proof(self))
                return LINCLASS_OK;
        }
        status = set_direction(self, forcing * present, MOST_PRODUCTS, &gain);
        if (status == LINCLASS_OK)
            status = preconditioned_iterate(&self->search, run);
    }
    return status;
}

linclass_status solver_newton_cg(solver_run *run)
{
    newton_cg self = {.run = run};
    const preconditioned_solver method = {&self, &self.search, &self.cg, &self.preconditioner,
                                          false, "Newton-CG",  NULL,     minimise};
    return preconditioned_solve(&method, run);
}
