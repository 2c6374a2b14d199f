/* Lower bounds of the minimum of F, and that there is none.
 *
 * A loss of probabilities is above 0 whatever the scores, and -log p_y < log 2 only where the score of y is above all
 * others. Where that is so in every row and nothing is penalised, F(t theta, t bias) falls to 0 as t grows: F has an
 * infimum, and no minimum. With base scores, or targets that are between the classes, it may have one. */
#include "fit/fit_proof.h"

#include <math.h>

#include "fit/fit_parts.h"
#include "sweep/losses.h"

static const double LOG_2 = 0.69314718055994531;

bool fit_has_bound(const objective *F)
{
    return F->convex && (F->l1 > 0 || F->l2 > 0);
}

duality fit_duality(double value, double loss, double bound)
{
    return (duality){
        .objective = value,
        .dual_objective = bound,
        .gap = isnan(bound) ? bound : fmax(value - bound, 0),
        .loss = loss,
    };
}

linclass_status fit_prove(objective *F, solver_run *run)
{
    duality found = {NAN, NAN, NAN, NAN};
    if (fit_has_bound(F)) {
        const linclass_status status = F->methods->lower_bound(F, run->parameters, &found);
        if (status != LINCLASS_OK)
            return status;
        run->bound = fmax(run->bound, found.dual_objective);
        found = fit_duality(found.objective, found.loss, run->bound);
    }
    run->proven = found;
    run->is_proven = true;
    return LINCLASS_OK;
}

linclass_status fit_prove_by_bound(objective *F, solver_run *run, double wanted, bool *proven)
{
    objective_value value;
    *proven = false;
    if (isnan(run->bound))
        return LINCLASS_OK;
    const linclass_status status = F->methods->evaluate(F, NULL, run->parameters, &value, NULL);
    if (status != LINCLASS_OK || value.objective - run->bound > wanted)
        return status;
    run->proven = fit_duality(value.objective, value.loss, run->bound);
    run->is_proven = *proven = true;
    return LINCLASS_OK;
}

linclass_status fit_bound_unrounded(const fit_problem *problem, solver_run *run)
{
    objective *F = problem->exact;
    duality found;
    if (problem->dtype != LINCLASS_FLOAT32 || !fit_has_bound(F))
        return LINCLASS_OK;
    const linclass_status status = F->methods->lower_bound(F, run->parameters, &found);
    if (status == LINCLASS_OK)
        run->bound = fmax(run->bound, found.dual_objective);
    return status;
}

static bool has_hard_targets(const fit_problem *problem)
{
    const linclass_fit_options *options = &problem->options;
    if (problem->parts != NULL && (problem->parts->working.fit.with_probabilities != 0 ||
                                   problem->parts->working.fit.with_offset != 0))
        return false;
    return options->label_smoothing == 0 && !problem->training.with_probabilities &&
           problem->training.X.offset == NULL;
}

bool fit_has_no_minimum(const fit_problem *problem, const solver_run *run)
{
    const objective *F = problem->objective;
    return loss_gives_probabilities(problem->options.loss) && F->l1 == 0 && F->l2 == 0 &&
           !objective_is_bounded(F) && has_hard_targets(problem) && run->value.error == 0 &&
           run->value.loss * (double)F->samples < LOG_2;
}
