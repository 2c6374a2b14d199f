/* The subgradient of F of least norm, and what an l1 penalty makes of the weights at a point. */
#ifndef JUDGE_SUBGRADIENT_H
#define JUDGE_SUBGRADIENT_H

#include "objective/objective.h"

enum { SUBGRADIENT_FIXED, SUBGRADIENT_LEAVING, SUBGRADIENT_FREE };

/* v := the subgradient at `point`. gradient: of F there without its l1 term. All: F->parameters. */
void subgradient_set(const objective *F, const double *point, const double *gradient, double *v);

/* kind: of each weight. Fixed: 0, and so is its v. Leaving: the step -unit^2 v would carry it to 0 or
 * beyond; unit: one for each feature. Free: all others, without an l1 penalty all. */
void subgradient_classify(const objective *F, const double *point, const double *v,
                          const double *unit, unsigned char *kind);

/* product += the curvature of the l1 terms of rows at `point`, where they have one, along `direction`: l1 / ||theta_j||
 * times what the direction has across theta_j. All: F->parameters. */
void subgradient_add_curvature(const objective *F, const double *point, const double *direction,
                               double *product);

/* Clear in `vector` the weights that are not free. */
void subgradient_keep_free(int64_t weights, const unsigned char *kind, double *vector);

#endif
