/* Coordinates in which a composite is well conditioned, whatever the scales, means and correlations of its
 * columns.
 *
 *     without lasso: columns about their weighted means, then the right singular vectors of the weighted
 *                    design, each scaled to curvature 1; directions that are rounding error of long
 *                    double are left out
 *     with lasso:    columns about their weighted means, each scaled to curvature 1
 *
 * Both keep F: the penalties stay separable, and the intercept, which takes up the means, has none. With
 * a ridge the singular vectors are those of the columns as they are, for |theta| is to stay what it is;
 * without one, those of columns scaled to the same length. */
#ifndef OPTIMALITY_COORDINATES_H
#define OPTIMALITY_COORDINATES_H

#include <stdbool.h>

#include "composite.h"

typedef struct coordinates {
    composite inner; /* F in the new coordinates */
    int64_t outer;   /* rows of parameters in the old ones, N */
    long double *T;  /* N x inner.N: old parameters = T new */
    long double
        *shrink; /* inner.N: a ridge of these proportions pulls at parameters measured in units
                          * of their columns; 0: the intercept */
} coordinates;

/* with_intercept: the last column of the outer composite is one of ones, without penalties. */
coordinates coordinates_new(const composite *outer, bool with_intercept);
void coordinates_free(coordinates *self);

/* old := T new; N x c. */
void coordinates_back(const coordinates *self, const long double *inner, long double *outer);

#endif
