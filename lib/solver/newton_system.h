/* Newton's direction where a solver stands, F'' d = -grad F, by conjugate gradients. */
#ifndef SOLVER_NEWTON_SYSTEM_H
#define SOLVER_NEWTON_SYSTEM_H

#include "solver/conjugate_gradients.h"
#include "solver/preconditioner.h"
#include "solver/solver.h"

/* d, until ||F'' d + grad F||_M <= enough or most_products. *gain: -d . grad F, twice what F would fall
 * by along d, were it quadratic. Returns what
 * solver_hessian_product does where that is not 0. */
linclass_status newton_system_direction(solver_run *run, const preconditioner *M,
                                        conjugate_gradients *cg, double enough, int most_products,
                                        double *d, double *gain);

#endif
