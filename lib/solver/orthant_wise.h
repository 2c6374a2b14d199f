/* What an l1 penalty makes of a gradient. */
#ifndef SOLVER_ORTHANT_WISE_H
#define SOLVER_ORTHANT_WISE_H

#include "objective/objective.h"

/* pseudo = the subgradient of F of least norm, from the gradient of its smooth part: 0 everywhere
 * exactly at a minimum. The gradient itself where l1 = 0. */
void pseudo_gradient(const objective *F, const double *parameters, const double *gradient,
                     double *pseudo);

#endif
