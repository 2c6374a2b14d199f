#include "objective/dual_passes.h"

#include "objective/linear_objective.h"

linclass_status objective_dual_sums(objective *F, const double *parameters, double *sums)
{
    linear_objective *of = (linear_objective *)F;
    const dual_point point = {.kind = of->dual_kind, .margin = of->dual_margin};
    (void)objective_round(of, parameters, of->theta, of->bias);
    sweep_input sweep = of->sweep;
    sweep.dual = &point;
    return sweep_dual(F->ctx, &sweep, dual_sums_length(F->columns), sums);
}

linclass_status objective_dual_gradient(objective *F, const double *parameters,
                                        const dual_point *point, dual_shares *found, double *G)
{
    linear_objective *of = (linear_objective *)F;
    (void)objective_round(of, parameters, of->theta, of->bias);
    sweep_input sweep = of->sweep;
    sweep.dual = point;
    sweep_sums sums;
    const linclass_status status =
        sweep_gradient(F->ctx, &sweep, &sums, of->G, F->columns, of->g_bias);
    if (status != LINCLASS_OK)
        return status;
    found->loss = sums.loss / of->total_weight;
    found->apart = sums.apart / of->total_weight;
    for (int64_t e = 0; e < F->weights; e++)
        G[e] = (double)of->G[e];
    return LINCLASS_OK;
}
