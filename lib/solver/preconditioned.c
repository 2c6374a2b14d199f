#include "solver/preconditioned.h"

#include "core/context.h"
#include "solver/long_vector.h"

/* Of the gap that is proof enough: the estimate, a little above what is proven then, at which one proves. */
static const double PROVEN_AT = 1.1;

typedef struct preconditioned_space {
    const preconditioned_solver *method;
    const objective *F;
} preconditioned_space;

static void lay_out(void *owner, space_plan *plan)
{
    const preconditioned_space *self = owner;
    const preconditioned_solver *method = self->method;
    line_search_lay_out(method->search, plan, self->F->parameters);
    if (method->cg != NULL)
        conjugate_gradients_lay_out(method->cg, plan, self->F);
    if (method->lay_out != NULL)
        method->lay_out(method->owner, plan);
}

static linclass_status begin_preconditioner(const preconditioned_solver *method, solver_run *run)
{
    objective *F = run->objective;
    if (method->diagonal)
        return preconditioner_begin_diagonal(method->preconditioner, F);
    warm_state *warm = run->warm;
    if (warm == NULL || warm->parameters != F->parameters) /* a working set knows its own moments */
        return preconditioner_begin(method->preconditioner, F, NULL);
    linclass_status status = warm_state_know_moments(warm, F);
    if (status == LINCLASS_OK)
        status = preconditioner_begin(method->preconditioner, F, &warm->curvature);
    F->known = NULL;
    return status;
}

linclass_status preconditioned_solve(const preconditioned_solver *method, solver_run *run)
{
    preconditioned_space space = {method, run->objective};
    void *memory;
    linclass_status status = space_lay_out(run->ctx, lay_out, &space, method->purpose, &memory);
    if (status != LINCLASS_OK)
        return status;
    method->search->moments = &method->preconditioner->moments;
    status = begin_preconditioner(method, run);
    if (status == LINCLASS_OK) {
        status = method->minimise(method->owner);
        if (status == LINCLASS_LINE_SEARCH_STALLED)
            status = line_search_verdict(method->search);
        preconditioner_end(method->preconditioner);
    }
    context_release(run->ctx, memory);
    return status;
}

linclass_status preconditioned_iterate(line_search *search, solver_run *run)
{
    if (run->iterations == run->monitor->max_iterations)
        return LINCLASS_ITERATION_LIMIT;
    line_search_from(search, run);
    const linclass_status status = line_search_step(search, run, 1);
    if (status != LINCLASS_OK)
        return status;
    run->iterations++;
    return solver_report(run);
}

/* What the intercepts cost the proof is about what centring makes of the gradient. */
bool preconditioned_nears_proof(const solver_run *run, const preconditioner *M, double times,
                                double *work)
{
    const double enough = run->unjudged * (run->at_zero - run->value.objective);
    if (run->gap_tolerance == 0 || !(enough > 0))
        return false;
    long_vector_copy(run->ctx, run->objective->parameters, run->gradient, work);
    moments_centre_gradient(&M->moments, work);
    const double gap =
        objective_gap_of_gradient(run->objective, run->parameters, run->value.loss, work);
    return gap > PROVEN_AT * enough && gap <= times * enough;
}
