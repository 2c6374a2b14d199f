/* The information, or another Hessian in its place, factored and inverted.
 *
 * The matrix is scaled to a diagonal of ones, A_ij / sqrt(A_ii A_jj), which makes it independent of the units of the
 * features, and factored by Cholesky: pivot i is then the share of what the data say of parameter i
 * that they do not say of the parameters before it, 1 / (variance inflation). Where it is rounding the
 * matrix is singular. */
#ifndef DIAGNOSTICS_INFORMATION_INVERSE_H
#define DIAGNOSTICS_INFORMATION_INVERSE_H

#include "diagnostics/information_matrix.h"

/* hessian := L, the factor of S A S with ones in the diagonal, gradient := S gradient; scale: P, the diagonal of S.
 * Errors: NUMERIC, which names the coefficient that is not determined. */
linclass_status information_factor(information_matrix *self, double *scale);

/* From the factor to the inverse of A, the whole symmetric matrix. Errors: NUMERIC. */
linclass_status information_invert(information_matrix *self, const double *scale);

#endif
