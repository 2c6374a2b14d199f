/* Newton's method with the whole Hessian: for few parameters.
 *
 *     (F'' + ridge I) d = -grad F;  step by a strong Wolfe search;
 *     until sqrt(-d . grad F) <= tolerance * that at zero parameters   (Newton's decrement)
 *
 * The Hessian is made in one pass over the rows, about the features' means. It is scaled to a
 * diagonal of ones, so that a feature's unit of measure does not matter. Where it is singular (softmax
 * without penalty: adding the same to all columns of theta changes nothing; columns that are copies) or
 * indefinite, a ridge is added, from some P units in the last place of the working precision upwards,
 * until Cholesky's factorisation exists: d is then still a direction of descent. A gradient that is
 * rounding error ends the fit, whatever the tolerance.
 *
 * Where scores are so far from 0, by base scores, that rows are certain and wrong, their second derivatives are next
 * to nothing, and d is longer by many orders of magnitude than a search can shorten it. Then the step is one along the
 * gradient in units of the bound of the curvature, which no step needs to be shorter than, and may be far longer. */
#include <math.h>
#include <string.h>

#include "linalg/blas_buffers.h"
#include "core/context.h"
#include "linalg/cholesky.h"
#include "solver/preconditioned.h"
#include "solver/vector.h"

static const double RIDGE = 4; /* units in the last place, for each parameter */

typedef struct newton {
    solver_run *run;
    line_search search;
    double *hessian; /* P x P */
    double *factor;  /* P x P */
    double *unit;    /* P */
    double *scale;   /* P: the Hessian is 1 on the diagonal in these units */
    preconditioner diagonal;
} newton;

static void factorise(newton *self)
{
    const int64_t P = self->run->objective->parameters;
    const moments *known = &self->diagonal.moments;
    const double l2 = self->run->objective->l2;
    for (int64_t i = 0; i < P; i++) {
        const double curvature = fabs(self->hessian[i * P + i]);
        const bool flat = known->constant[i / known->columns] && l2 == 0;
        self->scale[i] = curvature > 0 && !flat ? 1 / sqrt(curvature) : 0;
    }
    const double least = RIDGE * (double)P * self->run->objective->epsilon;
    for (double ridge = least; ridge < 1e12; ridge *= 10) {
        for (int64_t i = 0; i < P; i++) {
            for (int64_t j = 0; j < i; j++)
                self->factor[i * P + j] =
                    self->hessian[i * P + j] * (self->scale[i] * self->scale[j]);
            const double square = known->square[i / known->columns];
            const double variance = known->variance[i / known->columns];
            const double sign = self->hessian[i * P + i] < 0 ? -1 : 1;
            self->factor[i * P + i] =
                sign + ridge * (square > variance ? sqrt(square / variance) : 1);
        }
        if (cholesky_factor(self->run->objective->ctx->vector_set, P, self->factor))
            return;
    }
}

/* A loss of several scores sees their differences alone: adding the same to all columns of a row of
 * theta changes only the penalty, to all intercepts nothing. Where nothing changes the gradient is
 * rounding, which so small a ridge would magnify to 1e-3: such a step is taken out. */
static void remove_shifts(const objective *F, double *direction)
{
    const int64_t columns = F->columns;
    if (columns < 2)
        return;
    for (int64_t i = F->l2 > 0 ? F->weights : 0; i < F->parameters; i += columns) {
        double mean = 0;
        for (int64_t j = 0; j < columns; j++)
            mean += direction[i + j] / (double)columns;
        for (int64_t j = 0; j < columns; j++)
            direction[i + j] -= mean;
    }
}

/* direction := -(F'' + ridge)^-1 grad F */
static void solve(newton *self)
{
    const int64_t P = self->run->objective->parameters;
    double *direction = self->search.direction;
    for (int64_t i = 0; i < P; i++)
        direction[i] = -self->run->gradient[i];
    moments_centre_gradient(&self->diagonal.moments, direction);
    for (int64_t i = 0; i < P; i++)
        direction[i] *= self->scale[i];
    cholesky_solve(self->run->objective->ctx->vector_set, P, 1, self->factor, direction);
    for (int64_t i = 0; i < P; i++)
        direction[i] *= self->scale[i];
    moments_uncentre_step(&self->diagonal.moments, direction);
    remove_shifts(self->run->objective, direction);
}

/* Set the direction; *decrement: its square, -d . grad F. */
static linclass_status set_direction(newton *self, double *decrement)
{
    const linclass_status status =
        solver_hessian(self->run, self->diagonal.moments.mean, NULL, 0, self->hessian);
    if (status != LINCLASS_OK)
        return status;
    factorise(self);
    solve(self);
    *decrement =
        -vector_dot(self->run->objective->parameters, self->search.direction, self->run->gradient);
    return LINCLASS_OK;
}

/* Whether the gradient is rounding error. */
static bool is_rounding(const newton *self)
{
    const solver_run *run = self->run;
    return preconditioner_norm(&self->diagonal, run->gradient, self->unit) <=
           preconditioner_floor(&self->diagonal, run->value.loss);
}

/* The decrement at zero parameters that tolerances refer to. Half of it is what the model of F promises, k times F at
 * most where no row is certain: base scores that make rows so promise anything. */
static double reference_of(const solver_run *run, double decrement)
{
    return fmin(decrement, 2 * (double)run->objective->columns * run->at_zero);
}

/* A step along Newton's direction or, where none leads down, along the gradient. */
static linclass_status iterate(newton *self)
{
    solver_run *run = self->run;
    linclass_status status = preconditioned_iterate(&self->search, run);
    if (status != LINCLASS_LINE_SEARCH_STALLED ||
        line_search_verdict(&self->search) != LINCLASS_LINE_SEARCH_STALLED)
        return status;
    const int64_t P = run->objective->parameters;
    for (int64_t i = 0; i < P; i++)
        self->search.direction[i] = -run->gradient[i];
    preconditioner_apply(&self->diagonal, self->search.direction);
    remove_shifts(run->objective, self->search.direction);
    return preconditioned_iterate(&self->search, run);
}

static linclass_status minimise(void *owner)
{
    newton *self = owner;
    solver_run *run = self->run;
    const double tolerance = run->tolerance;
    const int64_t P = run->objective->parameters;
    double decrement = 0;
    linclass_status status = solver_evaluate_zero(run, self->search.origin.parameters);
    if (status == LINCLASS_OK)
        status = set_direction(self, &decrement);
    const double reference = reference_of(run, decrement);
    const double enough = tolerance * tolerance * reference;
    bool direction_is_set = vector_infinity_norm(P, self->search.origin.parameters) == 0;
    if (status == LINCLASS_OK)
        status = solver_evaluate_start(run, self->search.origin.parameters);
    while (status == LINCLASS_OK) {
        if (is_rounding(self))
            return LINCLASS_OK;
        if (!direction_is_set)
            status = set_direction(self, &decrement);
        direction_is_set = false;
        if (status != LINCLASS_OK || (decrement <= enough && solver_gap_is_small(run)))
            return status;
        run->relative_gradient = sqrt(decrement / reference);
        status = iterate(self);
    }
    return status;
}

static void lay_out(void *owner, space_plan *plan)
{
    newton *self = owner;
    const int64_t P = self->run->objective->parameters;
    self->hessian = space_doubles(plan, P, P);
    self->factor = space_doubles(plan, P, P);
    self->unit = space_doubles(plan, P, 1);
    self->scale = space_doubles(plan, P, 1);
}

linclass_status solver_newton(solver_run *run)
{
    newton self = {.run = run};
    const preconditioned_solver method = {&self, &self.search,  NULL,    &self.diagonal,
                                          true,  "the Hessian", lay_out, minimise};
    const linclass_status status = blas_buffers_claim(run->ctx);
    return status == LINCLASS_OK ? preconditioned_solve(&method, run) : status;
}
