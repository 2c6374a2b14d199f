#include "solver/solver.h"

#include <math.h>

static const solver SOLVERS[] = {
    {LINCLASS_SOLVER_SGD, "sgd", 10, solver_sgd},
    {LINCLASS_SOLVER_GRADIENT_DESCENT, "gradient descent", 1000, solver_gradient_descent},
    {LINCLASS_SOLVER_LBFGS, "L-BFGS", 10000, solver_lbfgs},
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
    double square = 0;
    for (int64_t i = 0; i < run->objective->parameters; i++)
        square += run->gradient[i] * run->gradient[i];
    run->gradient_norm = sqrt(square);
    run->evaluations++;
    return LINCLASS_OK;
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
