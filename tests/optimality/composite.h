/* What is minimised, in long double: a weighted mean of losses over a design, and separable penalties.
 *
 *     F(P) = sum_i s_i loss(P^T z_i, y_i) + sum_j lasso_j |P_j|_1 + sum_j ridge_j / 2 |P_j|^2
 *
 * P is N x c, row j of it belongs to column j of the design; an intercept is a column of ones without
 * penalties. The library's objective has this form, and keeps it under the changes of coordinates of
 * coordinates.h. */
#ifndef OPTIMALITY_COMPOSITE_H
#define OPTIMALITY_COMPOSITE_H

#include <stdint.h>

typedef struct composite {
    int32_t loss;
    int64_t m;
    int64_t N;
    int64_t c;            /* scores of a row */
    const int64_t *y;     /* m */
    const long double *s; /* m, of sum 1 */
    long double *Z;       /* m x N, row-major; owned */
    long double *ridge;   /* N; owned */
    long double *lasso;   /* N; owned */
} composite;

composite composite_new(int32_t loss, int64_t m, int64_t N, int64_t c, const int64_t *y,
                        const long double *s);
void composite_free(composite *self);

/* F(P). gradient: N x c, of F without its lasso; NULL: not wanted. */
long double composite_value(const composite *self, const long double *P, long double *gradient);

/* The second derivatives of F without its lasso, N c square. */
void composite_hessian(const composite *self, const long double *P, long double *H);

/* gradient, of F without its lasso, to the subgradient of F of least norm, in place. */
void composite_subgradient(const composite *self, const long double *P, long double *gradient);

/* Minimise from P, in place. *gap: about how far F is above its minimum: half of Newton's decrement, squared;
 * with a lasso what the barrier leaves. Returns F. */
long double composite_minimise(const composite *self, long double *P, long double *gap);

/* The same where there is a lasso; from 0. */
long double composite_minimise_lasso(const composite *self, long double *P, long double *gap);

/* A loss of several scores does not see a constant added to all of them, nor does the optimum of a ridge
 * penalty: a term for that direction makes the Hessian regular and leaves the step what it is. */
void composite_add_gauge(const composite *self, long double *hessian);

/* calloc that does not fail. */
long double *long_doubles(int64_t count);

#endif
