/* How far the result of a solver is from the minimum, estimated and proven; other solvers that go on from it. */
#ifndef FIT_FIT_SETTLE_H
#define FIT_FIT_SETTLE_H

#include "fit/fit_problem.h"
#include "solver/solver.h"

/* Round the problem's parameters to those that the model will keep. */
void fit_round_parameters(const fit_problem *problem);

/* Minimise from run->parameters in double precision, whatever the problem's, and come back with parameters that are
 * rounded and evaluated. Returns as the solver. */
linclass_status fit_minimise_exactly(const fit_problem *problem, const solver *next,
                                     solver_run *run);

/* The solver `chosen` has stopped: it says that it has converged, or can go no further. It is not believed: its
 * result is measured, and where that is too far from the minimum another solver goes on. Returns the status of
 * the fit. */
linclass_status fit_settle(const fit_problem *problem, const solver *chosen, solver_run *run,
                           linclass_status stopped);

/* Minimise by the smoothing solver, `chosen`, whose own proof is repeated in double precision at the parameters that
 * the model will keep; there it goes on where the gap is too large. With an l1 penalty and few parameters it begins
 * there: in single precision the Hessians of smoothed losses of features of several scales are lost in rounding, and
 * what it would save is little. Returns the status of the fit. */
linclass_status fit_smooth(const fit_problem *problem, const solver *chosen, solver_run *run);

/* fit_settle for dual ascent: its bound is proven in double precision, F of the parameters that the model will keep is
 * evaluated there. Where the gap is too large it begins again in double precision, and then the smoothing solver goes
 * on. */
linclass_status fit_settle_ascent(const fit_problem *problem, const solver *chosen, solver_run *run,
                                  linclass_status stopped);

#endif
