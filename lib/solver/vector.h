/* Vectors of doubles, as solvers use them. */
#ifndef SOLVER_VECTOR_H
#define SOLVER_VECTOR_H

#include <stdint.h>

/* a . b */
double vector_dot(int64_t length, const double *a, const double *b);

/* The 2-norm; finite wherever it is below the largest number, though squares overflow. */
double vector_norm(int64_t length, const double *a);

/* max |a_i|, the infinity norm. */
double vector_infinity_norm(int64_t length, const double *a);

/* y += alpha x */
void vector_add(int64_t length, double alpha, const double *x, double *y);

void vector_copy(int64_t length, const double *x, double *y);

#endif
