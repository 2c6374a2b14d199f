#include "solver/preconditioned.h"

#include "core/context.h"

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

linclass_status preconditioned_solve(const preconditioned_solver *method, solver_run *run)
{
    preconditioned_space space = {method, run->objective};
    void *memory;
    linclass_status status = space_lay_out(run->ctx, lay_out, &space, method->purpose, &memory);
    if (status != LINCLASS_OK)
        return status;
    method->search->moments = &method->preconditioner->moments;
    status = method->begin(method->preconditioner, run->objective);
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
