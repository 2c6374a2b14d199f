#include "solver/newton_system.h"

typedef struct newton_system {
    solver_run *run;
    const preconditioner *preconditioner;
} newton_system;

static linclass_status multiply(void *owner, const double *direction, double *product)
{
    const newton_system *self = owner;
    return solver_hessian_product(self->run, direction, product);
}

static void precondition(void *owner, double *v)
{
    const newton_system *self = owner;
    preconditioner_apply(self->preconditioner, v);
}

linclass_status newton_system_direction(solver_run *run, const preconditioner *M,
                                        conjugate_gradients *cg, double enough, int most_products,
                                        double *d, double *gain)
{
    newton_system self = {run, M};
    const linear_system system = {&self, multiply, precondition};
    for (int64_t i = 0; i < cg->length; i++)
        cg->residual[i] = -run->gradient[i];
    return conjugate_gradients_solve(cg, &system, enough, most_products, d, gain);
}
