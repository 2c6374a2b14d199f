/* The gap at a point without a pass over the samples: the gradient of F, less that of its l2 term, is the sum of
 * products of the samples and their residuals, which are a dual point where their own sum is 0. */
#include "objective/dual_gap.h"
#include "objective/objective.h"

double objective_gap_of_gradient(const objective *F, const double *parameters, double loss,
                                 const double *gradient)
{
    const dual_terms terms = {
        .ctx = F->ctx,
        .weights = F->weights,
        .l1 = F->l1,
        .l2 = F->l2,
        .loss = loss,
        .with_ridge = true,
        .feasible = true,
    };
    return dual_gap_f64(&terms, parameters, gradient);
}
