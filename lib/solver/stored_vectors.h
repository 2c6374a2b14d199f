/* Vectors of a solver's memory, kept in the working precision of its objective: reading them is what they cost, and
 * in single precision that is half. All sums are in double.
 *
 * A function goes once over memory whatever the number of vectors, in blocks that stay in the first cache. Vectors
 * are named by pointers to the first of their elements that the function works on. */
#ifndef SOLVER_STORED_VECTORS_H
#define SOLVER_STORED_VECTORS_H

#include <stddef.h>
#include <stdint.h>

enum { STORED_MOST = 10 }; /* vectors in one call */

/* s := to - from and y := to_gradient - from_gradient, and the sums s.y, s.s and y.y of what is stored. */
typedef struct stored_step {
    const double *from;
    const double *to;
    const double *from_gradient;
    const double *to_gradient;
    double product;
    double s_square;
    double y_square;
} stored_step;

/* keep: see stored_step.
 * dots: sums[i] := vectors[i] . v; and, where other is not NULL, other_sums[i] := vectors[i] . other.
 * combine: v := factor v + sum_i coefficients[i] vectors[i].
 * expand: v := vector. */
typedef struct stored_functions {
    size_t size; /* of an element */
    void (*keep)(int64_t length, stored_step *step, void *s, void *y);
    void (*dots)(int64_t length, int count, const void *const *vectors, const double *v,
                 const void *other, double *sums, double *other_sums);
    void (*combine)(int64_t length, int count, const void *const *vectors,
                    const double *coefficients, double factor, double *v);
    void (*expand)(int64_t length, const void *vector, double *v);
} stored_functions;

/* For floats and for doubles, in a vector set that is usable; all give the same bits. */
const stored_functions *stored_functions_f32(int32_t set);
const stored_functions *stored_functions_f64(int32_t set);

#endif
