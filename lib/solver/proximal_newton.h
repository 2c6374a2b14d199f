/* Newton's method for an l1 penalty, with the whole Hessian: for few parameters. */
#ifndef SOLVER_PROXIMAL_NEWTON_H
#define SOLVER_PROXIMAL_NEWTON_H

#include <stdbool.h>

#include "solver/solver.h"

/* Whether F has few enough parameters for its Hessian to be made, and to be worth it. */
bool proximal_newton_suits(const objective *F);

/* Minimise F, which is twice differentiable, to run->target. Returns as solvers do. */
linclass_status proximal_newton_minimise(solver_run *run);

#endif
