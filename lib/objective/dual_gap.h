/* The gap of a point and a dual point of F, from the sums over the samples. */
#ifndef OBJECTIVE_DUAL_GAP_H
#define OBJECTIVE_DUAL_GAP_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/context.h>

#include "objective/objective.h"

typedef struct dual_terms {
    linclass_context *ctx;
    int64_t weights;
    double l1;
    int64_t
        group; /* so many numbers, a row of theta, have one l1 term, that of their 2-norm; 1: each its own */
    double l2;
    bool bounded; /* the weights, to lower..upper, where 0 is within */
    double lower;
    double upper;
    double loss;     /* mean loss, at theta */
    double apart;    /* mean of what the rows of the dual point cost */
    double rounding; /* what the gap is larger by (dual_rounding) */
    bool with_ridge; /* G has l2 theta added to it: it is a gradient of F */
    bool feasible;   /* false: the dual point is not in the domain, but for its multiple 0 */
} dual_terms;

/* Those of F, of a dual point in the domain; what depends on the points is left to the caller. */
static inline dual_terms objective_dual_terms(const objective *F)
{
    return (dual_terms){
        .ctx = F->ctx,
        .weights = F->weights,
        .l1 = F->l1,
        .group = objective_is_grouped(F) ? F->columns : 1,
        .l2 = F->l2,
        .bounded = objective_is_bounded(F),
        .lower = F->lower,
        .upper = F->upper,
        .feasible = true,
    };
}

/* F - D(rho r) >= 0 for the best rho of 0..1: a bound of F less its minimum. theta, G: `weights` numbers in single or
 * double precision, G the sum of the products of samples and rows of the dual point. */
double dual_gap_f32(const dual_terms *of, const float *theta, const float *G);
double dual_gap_f64(const dual_terms *of, const double *theta, const double *G);

/* What rounding of the products of samples with parameters and residuals may do to the bound at a point of that mean
 * loss; 0 where the columns of F are not known. */
double dual_rounding(const objective *F, const double *parameters, double loss);

#ifdef REAL_BITS /* in *_tmpl.c */
#define dual_gap REAL(dual_gap)
#endif

#endif
