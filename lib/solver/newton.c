/* Newton's method with the whole Hessian: for few parameters.
 *
 *     (F'' + ridge I) d = -grad F;  step by a strong Wolfe search;
 *     until sqrt(-d . grad F) <= tolerance * that at zero parameters   (Newton's decrement)
 *
 * The Hessian's columns are products with unit vectors: P products for P parameters. Where it is
 * singular (softmax without penalty: adding the same to all columns of theta changes nothing; columns
 * that are copies) or indefinite, a ridge is added, from 10^-12 of the mean diagonal upwards, until
 * Cholesky's factorisation exists: d is then still a direction of descent. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "linalg/cholesky.h"
#include "solver/line_search.h"
#include "solver/vector.h"

typedef struct newton {
    solver_run *run;
    line_search search;
    double *hessian; /* P x P */
    double *factor;  /* P x P */
    double *unit;    /* P */
} newton;

static linclass_status make_hessian(newton *self)
{
    objective *target = self->run->objective;
    const int64_t P = target->parameters;
    memset(self->unit, 0, (size_t)P * sizeof(double));
    for (int64_t j = 0; j < P; j++) {
        self->unit[j] = 1;
        const linclass_status status = target->methods->hessian_product(
            target, self->run->parameters, self->unit, self->hessian + j * P);
        if (status != LINCLASS_OK)
            return status;
        self->unit[j] = 0;
    }
    return LINCLASS_OK;
}

static void factorise(newton *self)
{
    const int64_t P = self->run->objective->parameters;
    double trace = 0;
    for (int64_t i = 0; i < P; i++)
        trace += fabs(self->hessian[i * P + i]);
    const double unit = trace > 0 ? trace / (double)P : 1;
    for (double ridge = 1e-12; ridge < 1e12; ridge *= 10) {
        vector_copy(P * P, self->hessian, self->factor);
        for (int64_t i = 0; i < P; i++)
            self->factor[i * P + i] += ridge * unit;
        if (cholesky_factor(P, self->factor))
            return;
    }
}

/* A loss of several scores sees their differences alone: adding the same to all columns of a row of
 * theta changes only the penalty, to all intercepts nothing. Where nothing changes the gradient is
 * rounding, which so small a ridge would magnify to 1e-3: such a step is taken out. */
static void remove_shifts(const objective *target, double *direction)
{
    const int64_t columns = target->columns;
    if (columns < 2)
        return;
    for (int64_t i = target->l2 > 0 ? target->weights : 0; i < target->parameters; i += columns) {
        double mean = 0;
        for (int64_t j = 0; j < columns; j++)
            mean += direction[i + j] / (double)columns;
        for (int64_t j = 0; j < columns; j++)
            direction[i + j] -= mean;
    }
}

/* Set the direction; *decrement: its square, -d . grad F. */
static linclass_status set_direction(newton *self, double *decrement)
{
    const int64_t P = self->run->objective->parameters;
    double *direction = self->search.direction;
    const linclass_status status = make_hessian(self);
    if (status != LINCLASS_OK)
        return status;
    factorise(self);
    for (int64_t i = 0; i < P; i++)
        direction[i] = -self->run->gradient[i];
    cholesky_solve(P, 1, self->factor, direction);
    remove_shifts(self->run->objective, direction);
    *decrement = -vector_dot(P, direction, self->run->gradient);
    return LINCLASS_OK;
}

static linclass_status minimise(newton *self)
{
    solver_run *run = self->run;
    const double tolerance = run->options->gradient_tolerance;
    double decrement = 0;
    linclass_status status = solver_evaluate_zero(run, self->search.origin);
    if (status == LINCLASS_OK)
        status = set_direction(self, &decrement);
    if (status == LINCLASS_OK)
        status = solver_evaluate_start(run, self->search.origin);
    const double target = tolerance * tolerance * decrement;
    while (status == LINCLASS_OK) {
        status = set_direction(self, &decrement);
        if (status != LINCLASS_OK || decrement <= target)
            return status;
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
        line_search_from(&self->search, run);
        status = line_search_step(&self->search, run, 1);
        if (status != LINCLASS_OK)
            return status;
        run->iterations++;
        status = solver_report(run);
    }
    return status;
}

linclass_status solver_newton(solver_run *run)
{
    const int64_t P = run->objective->parameters;
    space_plan plan = {0};
    const size_t search = line_search_plan(&plan, P);
    const size_t hessian = space_part(&plan, P, P, sizeof(double));
    const size_t factor = space_part(&plan, P, P, sizeof(double));
    const size_t unit = space_part(&plan, P, 1, sizeof(double));
    void *memory;
    linclass_status status = space_allocate(run->ctx, &plan, "the Hessian", &memory);
    if (status != LINCLASS_OK)
        return status;
    newton self = {
        .run = run,
        .search = line_search_at(space_at(memory, search), P),
        .hessian = space_at(memory, hessian),
        .factor = space_at(memory, factor),
        .unit = space_at(memory, unit),
    };
    status = minimise(&self);
    context_release(run->ctx, memory);
    return status;
}
