/* How far a point is from the minimum of F: the judge of the solvers.
 *
 * A solver stops by a norm of its own, in which a scale that it chose badly hides what is left to gain.
 * The judge shares neither scale nor stopping rule with any of them. It takes F and its gradient in
 * double precision, in the coordinates of the features' means and variances over all rows, and asks how
 * much F would fall in the best step of its quadratic model:
 *
 *     gap = 1/2 v . H^-1 v,    v the gradient, with an l1 penalty the subgradient of least norm */
#ifndef JUDGE_OPTIMALITY_H
#define JUDGE_OPTIMALITY_H

#include <stdbool.h>

#include "data/column_statistics.h"
#include "objective/objective.h"

typedef struct optimality {
    double objective; /* F there, in double precision */
    double zero;      /* F at zero parameters */
    double gap;       /* F less its minimum, estimated; at most F */
    double allowed;   /* gap of a converged fit */
} optimality;

/* What is judged. */
typedef struct optimality_case {
    objective *exact;    /* F in double precision */
    objective *products; /* F in any, for products with its Hessian where conditioning permits */
    const column_statistics *columns; /* of the design matrix */
    double epsilon;                   /* unit in the last place of the parameters */
    double tolerance;                 /* gradient_tolerance of the fit */
} optimality_case;

/* A converged fit has a gap of at most 10 tolerance^2 (F(0) - F), or of what the rounding of its
 * parameters makes of a minimum, as long as that is below 1e-7 (F(0) - F).
 * F needs a second derivative. Errors: those of evaluate and hessian_product; NUMERIC, where a feature is
 * too large or too small for double precision to square. */
linclass_status optimality_measure(const optimality_case *of, const double *parameters,
                                   optimality *found);

/* The gap that is allowed where F has fallen by `gained`, whatever the rounding. */
double optimality_promise(double tolerance, double gained);

static inline bool optimality_is_reached(const optimality *found)
{
    return found->gap <= found->allowed;
}

/* Refuse features whose squares double precision cannot hold: larger than 1e140 in magnitude, or, where
 * no penalty makes their weights small, not zero and smaller than 1e-140; and those whose largest value is
 * more than 1e15, and more than 1e15 times a typical one. Errors: NUMERIC. */
linclass_status optimality_check_scale(const objective *F, const column_statistics *columns);

#endif
