/* Newton-CG within orthants, and what an l1 penalty makes of a gradient. */
#ifndef SOLVER_ORTHANT_WISE_H
#define SOLVER_ORTHANT_WISE_H

#include "objective/objective.h"
#include "solver/solver.h"

/* pseudo = the subgradient of F of least norm, from the gradient of its smooth part: 0 everywhere
 * exactly at a minimum. The gradient itself where l1 = 0 and no weight is
 * at a bound that the way down leads out of; there it is 0. */
void pseudo_gradient(const objective *F, const double *parameters, const double *gradient,
                     double *pseudo);

/* Minimise F, to run->target where there is one: the solver of working sets for many parameters. Returns as solvers
 * do. */
linclass_status orthant_wise_minimise(solver_run *run);

#endif
