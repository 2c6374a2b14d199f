/* The quadratic model of F about a point, in the coordinates that show its curvature: (theta, b'),
 * b' = b + mean . theta, in which an intercept and a feature far from zero are not nearly the same, or
 * (theta, b). The memory and the scratch of the judge with it. */
#ifndef JUDGE_QUADRATIC_H
#define JUDGE_QUADRATIC_H

#include <stdbool.h>

#include "core/space.h"
#include "judge/optimality.h"

typedef struct quadratic {
    const optimality_case *of;
    objective *products;
    int64_t n;
    int64_t k; /* columns of theta */
    int64_t parameters;
    bool with_bias;
    bool centred; /* coordinates are (theta, b') */
    const double *point;
    double value;        /* F there */
    double loss;         /* mean loss there */
    double norm;         /* of v there: what the solution is scaled with; 0: v is rounding */
    double share_left;   /* of the square of v's norm, after the step of the model; 0: not tried */
    int64_t multiplied;  /* products with the Hessian so far */
    double *gradient;    /* P: of F in (theta, b), without its l1 term */
    double *v;           /* P: the subgradient, centred; then the residual */
    double *direction;   /* P */
    double *solution;    /* P: of H d = v, the sum of the conjugate steps */
    double *step;        /* P: the direction in (theta, b) */
    double *product;     /* P */
    double *place;       /* P: where a walk has come to */
    double *bound;       /* n + 1: D */
    double *unit;        /* n + 1: 1 / sqrt(D) */
    unsigned char *kind; /* of each weight */
} quadratic;

/* The arrays, for space_lay_out; owner: a quadratic. */
void quadratic_lay_out(void *owner, space_plan *plan);

/* Mean square of feature i, the intercept's 1 last. */
double quadratic_mean_square(const quadratic *self, int64_t i);

/* D, in the coordinates that `centred` says. */
void quadratic_set_bound(quadratic *self);

/* A gradient in (theta, b) to that in the coordinates, in place. */
void quadratic_centre(const quadratic *self, double *gradient);

/* A step in the coordinates to that in (theta, b). */
void quadratic_uncentre(const quadratic *self, const double *from, double *to);

/* v . D^-1 v; where D is 0 nothing of F depends on the parameter, and v is rounding. */
double quadratic_square_norm(const quadratic *self, const double *v);

/* Take out of v what is rounding. */
void quadratic_drop_rounding(quadratic *self);

/* Multiplications in a product with the Hessian; whether more than a few of them may be made. */
double quadratic_product_work(const quadratic *self);
bool quadratic_is_affordable(const quadratic *self);

/* *gain: v . H^-1 v over the free weights, for a v of D-norm 1, which is overwritten; as much is allowed. */
linclass_status quadratic_solve(quadratic *self, double allowed, double *gain);

#endif
