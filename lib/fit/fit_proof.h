/* What is proven of the result of a fit: a lower bound of the minimum, or that there is no minimum. */
#ifndef FIT_FIT_PROOF_H
#define FIT_FIT_PROOF_H

#include "fit/fit_problem.h"
#include "solver/solver.h"

/* Whether F has a lower bound above 0: a convex loss with a penalty. */
bool fit_has_bound(const objective *F);

/* What a lower bound proves of a value of F, whose first term is `loss`. A NaN for a bound proves nothing: the gap
 * is NaN. */
duality fit_duality(double value, double loss, double bound);

/* Set run->proven for run->parameters, by F in its precision; NaN where there is no bound. Errors: those of
 * lower_bound. */
linclass_status fit_prove(objective *F, solver_run *run);

/* The same by a bound that is known already, without a new one, if F less it is at most `wanted`: *proven. Errors:
 * those of evaluate. */
linclass_status fit_prove_by_bound(objective *F, solver_run *run, double wanted, bool *proven);

/* The lower bound at parameters that single precision has not rounded yet, where it is the best: rounding, which
 * moves F by its square, moves the gradient, and costs a bound that without l2, or with a small one beside large
 * features, a share of F that is the rounding over the penalty. Errors: those of lower_bound. */
linclass_status fit_bound_unrounded(const fit_problem *problem, solver_run *run);

/* Whether the result shows that F has no minimum: nothing is penalised, and it separates the classes. */
bool fit_has_no_minimum(const fit_problem *problem, const solver_run *run);

#endif
