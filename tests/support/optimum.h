/* The minimum of a small softmax regression, found independently of the library: Newton's method in
 * long double over the formulas of docs/mathematics.md, until the gradient is rounding error. */
#ifndef SUPPORT_OPTIMUM_H
#define SUPPORT_OPTIMUM_H

#include "support/samples.h"

/* F(theta, bias) = mean loss + (l2 / 2) ||theta||^2 and its gradient in theta (n x k) and bias (k),
 * any of them NULL for not wanted. bias may be NULL: none. */
long double optimum_objective(const samples *data, double l2, const long double *theta,
                              const long double *bias, long double *G, long double *g_bias);

/* Minimise. theta: n x k, bias: k, outputs. l2 > 0. Returns F. */
long double optimum_find(const samples *data, double l2, long double *theta, long double *bias);

#endif
