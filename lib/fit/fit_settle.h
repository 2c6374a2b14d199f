/* How far the result of a solver is from the minimum, estimated and proven; other solvers that go on from it. */
#ifndef FIT_FIT_SETTLE_H
#define FIT_FIT_SETTLE_H

#include "fit/fit_problem.h"
#include "solver/solver.h"

/* Whether F has a lower bound above 0: a convex loss with a penalty. */
bool fit_has_bound(const objective *F);

/* Round the problem's parameters to those that the model will keep. */
void fit_round_parameters(const fit_problem *problem);

/* Set run->proven for run->parameters, by F in its precision; NaN where there is no bound. Errors: those of
 * lower_bound. */
linclass_status fit_prove(objective *F, solver_run *run);

/* The solver `chosen` has stopped: it says that it has converged, or can go no further. It is not believed: its
 * result is measured, and where that is too far from the minimum another solver goes on. Returns the status of
 * the fit. */
linclass_status fit_settle(const fit_problem *problem, const solver *chosen, solver_run *run,
                           linclass_status stopped);

#endif
