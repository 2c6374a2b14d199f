/* Vectors of as many numbers as a fit may have parameters. Short ones are the calling thread's (vector.h); of
 * LONG_VECTOR numbers and more, slices are shared out among the workers, and sums added slice by slice: the same
 * bits for any number of threads. */
#ifndef SOLVER_LONG_VECTOR_H
#define SOLVER_LONG_VECTOR_H

#include <stdint.h>

#include <linclass/context.h>

enum { LONG_VECTOR = 1 << 18 };

/* a . b */
double long_vector_dot(linclass_context *ctx, int64_t length, const double *a, const double *b);

/* y += alpha x */
void long_vector_add(linclass_context *ctx, int64_t length, double alpha, const double *x,
                     double *y);

/* y += alpha x; return y . z: one pass instead of two. */
double long_vector_add_dot(linclass_context *ctx, int64_t length, double alpha, const double *x,
                           double *y, const double *z);

/* Call run(argument, first, end) for the slices of the rows 0..rows-1, which are `length` numbers together; on
 * the workers where these are many. run: writes what belongs to its rows. */
void long_vector_rows(linclass_context *ctx, int64_t rows, int64_t length,
                      void (*run)(void *argument, int64_t first, int64_t end), void *argument);

#endif
