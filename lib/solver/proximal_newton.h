/* Newton's method for an l1 penalty, with the Hessian of the weights that are not 0: for few of them. */
#ifndef SOLVER_PROXIMAL_NEWTON_H
#define SOLVER_PROXIMAL_NEWTON_H

#include <stdbool.h>

#include "solver/solver.h"

/* Whether few enough weights are not 0 for their part of the Hessian to be made. */
bool proximal_newton_suits(const objective *F, const double *parameters);

/* Minimise F, which is twice differentiable, to run->target; with the orthant-wise method where the weights that are
 * not 0 become too many. Returns as solvers do. */
linclass_status proximal_newton_minimise(solver_run *run);

#endif
