/* The mean loss of softmax in extended precision, by its definition. */
#ifndef SOLVER_TESTS_SOFTMAX_REFERENCE_H
#define SOLVER_TESTS_SOFTMAX_REFERENCE_H

#include "solver/problems.h"

enum { SOFTMAX_REFERENCE_MOST = 16 }; /* classes */

/* The loss at theta (n x k) and bias (k). G: its gradient, n k of theta, then k of the bias. */
long double softmax_reference(const problem *of, const long double *theta, const long double *bias,
                              long double *G);

#endif
