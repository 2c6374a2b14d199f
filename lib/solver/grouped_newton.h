/* Newton's method for an l1 term of the rows of theta: a feature has weights for all columns or for none. */
#ifndef SOLVER_GROUPED_NEWTON_H
#define SOLVER_GROUPED_NEWTON_H

#include "solver/solver.h"

/* Minimise F, which is grouped and twice differentiable, to run->target. Returns as solvers do. */
linclass_status grouped_newton_minimise(solver_run *run);

#endif
