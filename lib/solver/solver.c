#include "solver/solver.h"

#include <string.h>

#include "solver/vector.h"

static const solver SOLVERS[] = {
    {LINCLASS_SOLVER_SGD, "sgd", 10, solver_sgd},
    {LINCLASS_SOLVER_GRADIENT_DESCENT, "gradient descent", 1000, solver_gradient_descent},
    {LINCLASS_SOLVER_LBFGS, "L-BFGS", 10000, solver_lbfgs},
    {LINCLASS_SOLVER_NEWTON, "Newton", 1000, solver_newton},
    {LINCLASS_SOLVER_NEWTON_CG, "Newton-CG", 1000, solver_newton_cg},
    {LINCLASS_SOLVER_ORTHANT_WISE, "orthant-wise L-BFGS", 10000, solver_orthant_wise},
};

const solver *solver_find(int32_t number)
{
    for (size_t i = 0; i < sizeof SOLVERS / sizeof *SOLVERS; i++) {
        if (SOLVERS[i].number == number)
            return &SOLVERS[i];
    }
    return NULL;
}

linclass_status solver_evaluate(solver_run *run)
{
    const linclass_status status = run->objective->methods->evaluate(
        run->objective, run->parameters, &run->value, run->gradient);
    if (status != LINCLASS_OK)
        return status;
    run->gradient_norm = vector_norm(run->objective->parameters, run->gradient);
    run->evaluations++;
    return LINCLASS_OK;
}

linclass_status solver_evaluate_zero(solver_run *run, double *start)
{
    const int64_t length = run->objective->parameters;
    vector_copy(length, run->parameters, start);
    memset(run->parameters, 0, (size_t)length * sizeof(double));
    return solver_evaluate(run);
}

linclass_status solver_evaluate_start(solver_run *run, const double *start)
{
    const int64_t length = run->objective->parameters;
    if (vector_largest(length, start) == 0)
        return LINCLASS_OK;
    vector_copy(length, start, run->parameters);
    return solver_evaluate(run);
}

linclass_status solver_report(solver_run *run)
{
    linclass_progress progress = {
        .iteration = run->iterations,
        .objective = run->value.objective,
        .loss = run->value.loss,
        .error = run->value.error,
        .gradient_norm = run->gradient_norm,
        .learning_rate = run->learning_rate,
    };
    return monitor_iteration(run->monitor, run->parameters, &progress);
}
