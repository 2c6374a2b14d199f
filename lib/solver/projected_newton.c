/* Newton's method within bounds on the weights.
 *
 *     minimise F over lower <= theta <= upper
 *
 * by the steps of orthant_wise.c, where a bound is one more place at which a weight stays: Newton's direction among the
 * weights that are free, and the point that it leads to brought back between the bounds (two-metric projection,
 * Bertsekas 1982). The start is brought there too; the tolerance is relative to the norm at zero weights, which are
 * within. */
#include <math.h>

#include "core/context.h"
#include "solver/orthant_wise.h"
#include "solver/preconditioner.h"
#include "solver/vector.h"

static void keep_within(const objective *F, double *parameters)
{
    for (int64_t i = 0; i < F->weights; i++)
        parameters[i] = fmin(fmax(parameters[i], F->lower), F->upper);
}

/* ||v||_D at run->parameters, in the coordinates of moments.h. work: 2 P. */
static double norm_of(const preconditioner *diagonal, const solver_run *run, double *work)
{
    const objective *F = run->objective;
    double *v = work + F->parameters;
    vector_copy(F->parameters, run->gradient, work);
    moments_centre_gradient(&diagonal->moments, work);
    pseudo_gradient(F, run->parameters, work, v);
    vector_copy(F->parameters, v, work);
    preconditioner_apply_centred(diagonal, work);
    return sqrt(fmax(vector_dot(F->parameters, v, work), 0));
}

static linclass_status find_reference(solver_run *run, double *work, double *reference)
{
    preconditioner diagonal;
    const linclass_status status = preconditioner_begin_diagonal(&diagonal, run->objective);
    if (status != LINCLASS_OK)
        return status;
    *reference = norm_of(&diagonal, run, work);
    preconditioner_end(&diagonal);
    return LINCLASS_OK;
}

static linclass_status minimise(solver_run *run, double *work)
{
    const objective *F = run->objective;
    double *start = work + 2 * F->parameters;
    solver_target target = {0};
    keep_within(F, run->parameters);
    linclass_status status = solver_evaluate_zero(run, start);
    if (status == LINCLASS_OK)
        status = find_reference(run, work, &target.reference);
    if (status == LINCLASS_OK)
        status = solver_evaluate_start(run, start);
    if (status != LINCLASS_OK)
        return status;
    target.enough = run->tolerance * target.reference;
    run->target = &target;
    status = orthant_wise_minimise(run);
    run->target = NULL;
    return status;
}

linclass_status solver_projected_newton(solver_run *run)
{
    double *work;
    linclass_status status = context_allocate_doubles(run->ctx, 3 * run->objective->parameters,
                                                      "projected Newton", &work);
    if (status != LINCLASS_OK)
        return status;
    status = minimise(run, work);
    context_release(run->ctx, work);
    return status;
}
