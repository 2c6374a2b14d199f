/* One block of a preconditioner: from moments to a factor. */
#ifndef SOLVER_PRECONDITIONER_FACTOR_H
#define SOLVER_PRECONDITIONER_FACTOR_H

#include "solver/preconditioner.h"

/* unit[i] := 1 / sqrt(unit[i] + l2 D_ii): a diagonal of curvatures to the units of length they make. */
void preconditioner_set_units(const preconditioner *self, double *unit);

/* From a moment matrix S in the coordinates of moments.h, N x N, its lower triangle, to the factor of
 * scale S + l2 D + ridge and the units that make its diagonal 1; false when that is not positive
 * definite. A feature that is constant keeps its curvature about zero. */
bool preconditioner_factorise(const preconditioner *self, double scale, double *block,
                              double *unit);

#endif
