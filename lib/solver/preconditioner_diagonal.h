/* The diagonal preconditioner, for vectors longer than caches are large: what preconditioner_apply does in steps, in
 * one pass. */
#ifndef SOLVER_PRECONDITIONER_DIAGONAL_H
#define SOLVER_PRECONDITIONER_DIAGONAL_H

#include "solver/preconditioner.h"

/* Whether M is taken as its diagonal. */
bool preconditioner_is_diagonal(const preconditioner *self);

/* v := M^-1 v, v a vector of parameters. */
void preconditioner_diagonal_apply(const preconditioner *self, double *v);

/* g . M^-1 g */
double preconditioner_diagonal_square(const preconditioner *self, const double *g);

#endif
