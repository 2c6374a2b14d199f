/* What a solver knows of the samples: the first and second moments of their features, from which it
 * has a good choice of coordinates and the size of rounding errors.
 *
 * Coordinates: with intercepts, theta and b' = b + mean . theta, the intercept about the features'
 * means. A feature far from zero is then no longer nearly the intercept once more. theta is the same in
 * both, and so is every penalty.
 *
 * Rounding: by Cauchy's inequality an element of the gradient, the mean of x_j r, is made of terms whose
 * absolute values have a mean of at most sqrt(S_j E r^2), with S_j = E x_j^2; and E ||r||^2 <= 2 c loss
 * for a loss that is not negative and whose second derivative is bounded by c. */
#ifndef SOLVER_MOMENTS_H
#define SOLVER_MOMENTS_H

#include "objective/objective.h"

typedef struct moments {
    linclass_context *ctx;
    const objective *objective;
    int64_t N;        /* features, and 1 for the intercept */
    int64_t columns;  /* of theta */
    double *square;   /* N: S, mean squares */
    double *mean;     /* N: of the features; 0 for the intercept, and where there is none */
    double *variance; /* N: about `mean`; S of a feature that is constant */
    bool *constant;   /* N: constant in the working precision, but not zero, and there is an
                        * intercept: nothing of F but its penalties depends on its weights when b' is
                        * held */
    double *unit;     /* N: 1 / sqrt(variance), 1 where that is 0 */
    void *memory;
} moments;

/* From evenly spaced samples, moments_sample of them, or those that F knows. Errors: NON_FINITE (X), MEMORY. */
linclass_status moments_begin(moments *self, objective *F);
void moments_end(moments *self);

/* The moments alone, into arrays of N; work: N. Errors as above. */
linclass_status moments_measure(objective *F, const feature_moments *found, double *work);

/* How many samples are enough for moments of N features. */
int64_t moments_sample(int64_t N);

/* A gradient in (theta, b) to that in (theta, b'), in place. */
void moments_centre_gradient(const moments *self, double *gradient);

/* A step in (theta, b') to that in (theta, b), in place. */
void moments_uncentre_step(const moments *self, double *step);

/* sqrt(E ||r||^2), at most, where the mean loss is `loss`. */
double moments_residual(const moments *self, double loss);

/* About the size of rounding errors in F at these parameters: those of the scores, whose terms are of
 * size sqrt(S_j) |theta_j|, times the residuals, and unrelated from sample to sample; and that of the
 * sum. */
double moments_value_rounding(const moments *self, const objective_value *value,
                              const double *parameters);

#endif
