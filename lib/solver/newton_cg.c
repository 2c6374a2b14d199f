/* Newton's method, its direction by preconditioned conjugate gradients.
 *
 *     F'' d = -grad F, until ||residual||_M <= min(1/2, sqrt(||g||_M / ||g0||_M)) ||g||_M
 *     step by a strong Wolfe search;  until ||g||_M <= tolerance * ||g0||_M
 *
 * (Dembo, Eisenstat and Steihaug 1982: superlinear convergence at the least work.) Only products with
 * the Hessian are needed. ||g||_M^2 = g . M^-1 g, with the preconditioner's M; g0 is the gradient at
 * zero parameters. A direction of no or negative curvature ends the inner loop: what has been found so
 * far descends. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "solver/line_search.h"
#include "solver/preconditioner.h"
#include "solver/vector.h"

enum { MOST_PRODUCTS = 250 };

typedef struct newton_cg {
    solver_run *run;
    line_search search;
    preconditioner preconditioner;
    double *residual; /* of F'' d = -g */
    double *scaled;   /* M^-1 residual */
    double *conjugate;
    double *product; /* F'' conjugate */
    double reference;
} newton_cg;

static double norm(const newton_cg *self)
{
    return preconditioner_norm(&self->preconditioner, self->run->gradient, self->scaled);
}

/* Set the direction; scaled_norm: ||g||_M. */
static linclass_status set_direction(newton_cg *self, double scaled_norm)
{
    objective *target = self->run->objective;
    const int64_t P = target->parameters;
    double *d = self->search.direction;
    memset(d, 0, (size_t)P * sizeof(double));
    for (int64_t i = 0; i < P; i++)
        self->residual[i] = -self->run->gradient[i];
    vector_copy(P, self->residual, self->scaled);
    preconditioner_apply(&self->preconditioner, self->scaled);
    vector_copy(P, self->scaled, self->conjugate);
    double square = vector_dot(P, self->residual, self->scaled);
    const double enough = fmin(0.5, sqrt(scaled_norm / self->reference)) * scaled_norm;
    for (int products = 0; products < MOST_PRODUCTS && sqrt(square) > enough; products++) {
        const linclass_status status = target->methods->hessian_product(
            target, self->run->parameters, self->conjugate, self->product);
        if (status != LINCLASS_OK)
            return status;
        const double curvature = vector_dot(P, self->conjugate, self->product);
        if (!(curvature > 0)) {
            if (products == 0)
                vector_copy(P, self->conjugate, d);
            return LINCLASS_OK;
        }
        const double step = square / curvature;
        vector_add(P, step, self->conjugate, d);
        vector_add(P, -step, self->product, self->residual);
        vector_copy(P, self->residual, self->scaled);
        preconditioner_apply(&self->preconditioner, self->scaled);
        const double next = fmax(vector_dot(P, self->residual, self->scaled), 0);
        for (int64_t i = 0; i < P; i++)
            self->conjugate[i] = self->scaled[i] + next / square * self->conjugate[i];
        square = next;
    }
    return LINCLASS_OK;
}

static linclass_status minimise(newton_cg *self)
{
    solver_run *run = self->run;
    linclass_status status = solver_evaluate_zero(run, self->search.origin);
    if (status != LINCLASS_OK)
        return status;
    self->reference = norm(self);
    status = solver_evaluate_start(run, self->search.origin);
    const double target = run->options->gradient_tolerance * self->reference;
    while (status == LINCLASS_OK) {
        const double scaled_norm = norm(self);
        if (scaled_norm <= target)
            return LINCLASS_OK;
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
        status = set_direction(self, scaled_norm);
        if (status != LINCLASS_OK)
            return status;
        line_search_from(&self->search, run);
        status = line_search_step(&self->search, run, 1);
        if (status != LINCLASS_OK)
            return status;
        run->iterations++;
        status = solver_report(run);
    }
    return status;
}

linclass_status solver_newton_cg(solver_run *run)
{
    const int64_t P = run->objective->parameters;
    space_plan plan = {0};
    const size_t search = line_search_plan(&plan, P);
    const size_t residual = space_part(&plan, P, 1, sizeof(double));
    const size_t scaled = space_part(&plan, P, 1, sizeof(double));
    const size_t conjugate = space_part(&plan, P, 1, sizeof(double));
    const size_t product = space_part(&plan, P, 1, sizeof(double));
    void *memory;
    linclass_status status = space_allocate(run->ctx, &plan, "Newton-CG", &memory);
    if (status != LINCLASS_OK)
        return status;
    newton_cg self = {
        .run = run,
        .search = line_search_at(space_at(memory, search), P),
        .residual = space_at(memory, residual),
        .scaled = space_at(memory, scaled),
        .conjugate = space_at(memory, conjugate),
        .product = space_at(memory, product),
    };
    status = preconditioner_begin(&self.preconditioner, run->objective);
    if (status == LINCLASS_OK) {
        status = minimise(&self);
        preconditioner_end(&self.preconditioner);
    }
    context_release(run->ctx, memory);
    return status;
}
