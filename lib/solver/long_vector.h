/* Vectors of as many numbers as a fit may have parameters: those of vector.h, shared out among the workers where they
 * are long (core/slices.h). */
#ifndef SOLVER_LONG_VECTOR_H
#define SOLVER_LONG_VECTOR_H

#include <stdint.h>

#include <linclass/context.h>

/* a . b */
double long_vector_dot(linclass_context *ctx, int64_t length, const double *a, const double *b);

/* sum := x + alpha y; sum may be x. */
void long_vector_sum(linclass_context *ctx, int64_t length, const double *x, double alpha,
                     const double *y, double *sum);

/* to := from */
void long_vector_copy(linclass_context *ctx, int64_t length, const double *from, double *to);

/* The 2-norm; finite wherever it is below the largest number. */
double long_vector_norm(linclass_context *ctx, int64_t length, const double *a);

#endif
