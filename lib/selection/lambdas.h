/* Where a path of penalties begins. */
#ifndef SELECTION_LAMBDAS_H
#define SELECTION_LAMBDAS_H

#include "fit/fit_problem.h"

/* l1_ratio, at least 0.01: l2 alone has no lambda_max, and so small a share of l1 stands for it. */
double effective_l1_ratio(double l1_ratio);

/* Set problem->parameters to the null model: theta = 0 and, for a smooth loss with intercepts, the
 * best of those. Errors: NUMERIC, MEMORY. */
linclass_status null_model(fit_problem *problem);

/* lambda_max of selection.h, the gradient taken at the null model, which is where problem->parameters
 * are left. Errors: NUMERIC (it is 0), NON_FINITE, MEMORY. */
linclass_status lambda_max(fit_problem *problem, double l1_ratio, double *largest);

#endif
