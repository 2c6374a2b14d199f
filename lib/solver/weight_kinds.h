/* What an l1 penalty makes of the weights at a point: which are fixed at 0, which are leaving for it,
 * and which are free. */
#ifndef SOLVER_WEIGHT_KINDS_H
#define SOLVER_WEIGHT_KINDS_H

#include "objective/objective.h"

enum { WEIGHT_FIXED, WEIGHT_LEAVING, WEIGHT_FREE };

/* kind: one for each weight of F. Fixed: 0, and the pseudo-gradient is 0 too. Leaving: the step
 * -unit^2 pseudo would carry it to 0 or beyond; unit: N, of the features. Without an l1 penalty 0 is
 * nothing special. A bound on the weights is as 0 is, from within. */
void weight_kinds_set(const objective *F, const double *parameters, const double *pseudo,
                      const double *unit, unsigned char *kind);

/* Where a weight that is leaving goes: 0 or a bound. */
double weight_kinds_end(const objective *F, double weight, double pseudo);

/* Clear in `vector` the weights that are not free. */
void weight_kinds_keep_free(int64_t weights, const unsigned char *kind, double *vector);

#endif
