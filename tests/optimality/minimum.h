/* The minimum of the library's objective over given data, found in long double by code and coordinates that
 * the library does not have, and what of it a precision can reach. */
#ifndef OPTIMALITY_MINIMUM_H
#define OPTIMALITY_MINIMUM_H

#include "composite.h"
#include "coordinates.h"
#include "data.h"

typedef struct objective_terms {
    int32_t loss;
    int32_t dtype; /* of the fit: what the data are rounded to */
    bool bias;
    double l1;
    double l2;
} objective_terms;

typedef struct minimum {
    composite outer; /* F of the data: n columns, and one of ones for the bias */
    coordinates change;
    long double *s;      /* m: what samples count, of sum 1 */
    long double *P;      /* outer.N x c: where F is least */
    long double F;       /* there */
    long double at_zero; /* F at zero parameters */
    long double gap;     /* how far F may be above the true minimum */
    bool finite;         /* the data are, in the precision of the fit */
    long double unit;    /* unit roundoff of the precision */
} minimum;

/* The objective alone, with its value at zero parameters. */
minimum minimum_start(const fit_data *data, const objective_terms *terms);
minimum minimum_find(const fit_data *data, const objective_terms *terms);
/* Whether F is near enough to the true minimum to judge by. */
bool minimum_is_certain(const minimum *self);

void minimum_free(minimum *self);

/* What rounding in the precision may do to F at parameters that a fit finds near P:
 *
 *     sum |dF/dP_e| u |P_e|  +  sum_i s_i / 2 d_i^T loss'' d_i,   d_i = (4 + sqrt(N) / 2) u (1 + sum_j |z_ij P_j|)
 *
 * The first term is of parameters rounded to the precision; it is 0 at an optimum. The second is of scores
 * rounded in each row, a sum of N terms being allowed 4 + sqrt(N) / 2 roundings: they move the root of
 * the gradient by H^-1 Z^T S loss'' d, at which F is higher by no more than that. */
long double minimum_rounding(const minimum *self, const long double *P);

/* The least of F(P) + rounding(P) over P at the minimum and at minima under stronger penalties: a point that
 * the precision can express has an F as low as this. */
long double minimum_attainable(const minimum *self);

/* d^T d / 2 for the gradient in the coordinates of curvature 1: of a loss that is not convex, what a step
 * is sure to gain. */
long double minimum_possible_gain(const minimum *self, const long double *P);

#endif
