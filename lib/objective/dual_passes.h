/* The passes over samples that a lower bound is made of (lower_bound_tmpl.c), for an objective that has some of the
 * samples: what they find is to be added to what others find. */
#ifndef OBJECTIVE_DUAL_PASSES_H
#define OBJECTIVE_DUAL_PASSES_H

#include "objective/objective.h"
#include "sweep/dual_rows.h"

/* Scores of a row up to which the sums have a Laplacian: above, those of all slices are large. */
enum { DUAL_MOST_TILTED = 256 };

/* Numbers in dual_sums of k scores: residual, mass, and the Laplacian where there is one. */
static inline int64_t dual_sums_length(int64_t k)
{
    return 2 * k + (k <= DUAL_MOST_TILTED ? k * k : 0);
}

/* sums: dual_sums_length of them, of the residuals at `parameters`. F: an objective over a design matrix, of a loss
 * that has dual points. Errors: those of evaluate. */
linclass_status objective_dual_sums_f32(objective *F, const double *parameters, double *sums);
linclass_status objective_dual_sums_f64(objective *F, const double *parameters, double *sums);

/* Shares in the means of a lower bound; G: F->weights numbers, the products of samples and rows of the dual point.
 * Errors: those of evaluate. */
typedef struct dual_shares {
    double loss;
    double apart;
} dual_shares;
linclass_status objective_dual_gradient_f32(objective *F, const double *parameters,
                                            const dual_point *point, dual_shares *found, double *G);
linclass_status objective_dual_gradient_f64(objective *F, const double *parameters,
                                            const dual_point *point, dual_shares *found, double *G);

#ifdef REAL_BITS /* in *_tmpl.c */
#define objective_dual_sums     REAL(objective_dual_sums)
#define objective_dual_gradient REAL(objective_dual_gradient)
#endif

#endif
