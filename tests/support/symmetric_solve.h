/* Linear equations of a symmetric positive semidefinite matrix, in long double. */
#ifndef SUPPORT_SYMMETRIC_SOLVE_H
#define SUPPORT_SYMMETRIC_SOLVE_H

#include <stdint.h>

/* Solve A v = v by Cholesky's factorisation of A scaled to a diagonal of ones; the lower half of A, size x size, is
 * overwritten. A may be singular, as where a constant added to all intercepts changes nothing: a pivot that is
 * rounding error leaves its unknown at 0. */
void symmetric_solve(int64_t size, long double *A, long double *v);

#endif
