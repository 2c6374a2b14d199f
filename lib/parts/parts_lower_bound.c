/* The lower bound of objective/lower_bound_tmpl.c, whose sums over the samples are those of the parts: one request for
 * the balance of the intercepts, where there are any, and one for the dual point's gradient. */
#include <math.h>

#include "core/context.h"
#include "core/space.h"
#include "objective/dual_balance.h"
#include "objective/dual_gap.h"
#include "objective/dual_passes.h"
#include "parts/parts_methods.h"
#include "parts/sums.h"
#include "sweep/losses.h"

typedef struct bound {
    const parts_objective *objective;
    double *balance; /* the sums of the residuals, which the point refers to */
    double *work;
    double *theta; /* as the parts see it */
} bound;

static void lay_out(void *owner, space_plan *plan)
{
    bound *self = owner;
    const objective *F = &self->objective->base;
    self->work =
        space_doubles(plan, dual_balance_work(F->columns, F->columns <= DUAL_MOST_TILTED), 1);
    self->theta = space_doubles(plan, F->weights, 1);
}

static linclass_status balance_point(bound *self, const double *parameters, dual_point *point,
                                     bool *feasible)
{
    const objective *F = &self->objective->base;
    const int64_t k = F->columns;
    part_request request = {.parameters = parameters};
    const linclass_status status =
        parts_ask(self->objective, &request, PART_DUAL_SUMS, dual_sums_length(k), &self->balance);
    if (status != LINCLASS_OK)
        return status;
    const dual_sums sums = {self->balance, self->balance + k,
                            k <= DUAL_MOST_TILTED ? self->balance + 2 * k : NULL};
    *feasible = dual_balance(k, self->objective->data->fit.total_weight, &sums, self->work, point);
    return LINCLASS_OK;
}

static linclass_status find_gap(bound *self, const double *parameters, duality *found)
{
    const objective *F = &self->objective->base;
    const int32_t loss = (int32_t)self->objective->data->fit.loss;
    const dual_point unmoved = {.kind = loss_dual_of(loss), .margin = loss_margin(loss)};
    part_request request = {.parameters = parameters, .point = unmoved};
    dual_terms terms = objective_dual_terms(F);
    linclass_status status = LINCLASS_OK;
    if (F->parameters > F->weights)
        status = balance_point(self, parameters, &request.point, &terms.feasible);
    if (status != LINCLASS_OK)
        return status;
    if (!terms.feasible)
        request.point = unmoved;
    double *sums;
    status =
        parts_ask(self->objective, &request, PART_DUAL_GRADIENT, DUAL_GRADIENT + F->weights, &sums);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t e = 0; e < F->weights; e++)
        self->theta[e] = parts_round(F, parameters[e]);
    terms.loss = sums[DUAL_LOSS];
    terms.apart = sums[DUAL_APART];
    terms.rounding = dual_rounding(F, parameters, terms.loss);
    duality_set(found, terms.loss, parts_penalty(F, parameters),
                dual_gap_f64(&terms, self->theta, sums + DUAL_GRADIENT));
    context_release(F->ctx, sums);
    return isfinite(found->objective)
               ? LINCLASS_OK
               : context_fail(F->ctx, LINCLASS_ERROR_NUMERIC, "the objective overflows");
}

linclass_status parts_lower_bound(objective *base, const double *parameters, duality *found)
{
    bound self = {.objective = (const parts_objective *)base};
    if (loss_dual_of((int32_t)self.objective->data->fit.loss) == LOSS_DUAL_NONE)
        return context_fail(base->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the loss is not convex: it has no dual problem");
    void *memory;
    linclass_status status = space_lay_out(base->ctx, lay_out, &self, "the lower bound", &memory);
    if (status != LINCLASS_OK)
        return status;
    status = find_gap(&self, parameters, found);
    context_release(base->ctx, self.balance);
    context_release(base->ctx, memory);
    return status;
}
