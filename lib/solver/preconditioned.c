#include "solver/preconditioned.h"

#include "core/context.h"

linclass_status preconditioned_solve(const preconditioned_solver *method, solver_run *run)
{
    void *memory;
    linclass_status status =
        space_lay_out(run->ctx, method->lay_out, method->owner, method->purpose, &memory);
    if (status != LINCLASS_OK)
        return status;
    method->search->moments = &method->preconditioner->moments;
    status = method->diagonal
                 ? preconditioner_begin_diagonal(method->preconditioner, run->objective)
                 : preconditioner_begin(method->preconditioner, run->objective);
    if (status == LINCLASS_OK) {
        status = method->minimise(method->owner);
        preconditioner_end(method->preconditioner);
    }
    context_release(run->ctx, memory);
    return status;
}

linclass_status preconditioned_iterate(line_search *search, solver_run *run)
{
    line_search_from(search, run);
    const linclass_status status = line_search_step(search, run, 1);
    if (status != LINCLASS_OK)
        return status;
    run->iterations++;
    return solver_report(run);
}
