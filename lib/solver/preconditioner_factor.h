/* One block of a preconditioner: from moments to a factor. */
#ifndef SOLVER_PRECONDITIONER_FACTOR_H
#define SOLVER_PRECONDITIONER_FACTOR_H

#include "solver/preconditioner.h"

/* block := the mean of w x x^T about the means, its lower triangle: over at most max_rows samples, w their weights, or
 * row_weights (objective.h, gram). Errors: NON_FINITE (X), MEMORY. */
linclass_status preconditioner_measure(const preconditioner *self, objective *F, int64_t max_rows,
                                       const double *row_weights, double *block);

/* Make all of w[0..rows-1] >= 0 but about `chosen` of them 0, and those larger that remain, so that sums of terms times
 * them stay about the same: preconditioner_blocks.c. Nothing changes where so few are positive. */
void preconditioner_choose_rows(int64_t rows, double *w, int64_t chosen);

/* unit[i] := 1 / sqrt(unit[i] + l2 D_ii): a diagonal of curvatures to the units of length they make. */
void preconditioner_set_units(const preconditioner *self, double *unit);

/* From a moment matrix S in the coordinates of moments.h, N x N, its lower triangle, to the factor of
 * scale S + l2 D + ridge and the units that make its diagonal 1; false when that is not positive
 * definite. A feature that is constant keeps its curvature about zero. */
bool preconditioner_factorise(const preconditioner *self, double scale, double *block,
                              double *unit);

#endif
