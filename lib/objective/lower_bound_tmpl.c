/* The lower bound of the minimum of F that duality proves, from a point (Fenchel and Rockafellar):
 *
 *     min F >= D(r) = -sum s_i loss*(r_i) - Omega*(-G),    s_i = w_i / W,  G = sum s_i x_i r_i^T
 *
 * for any r_i in the domain of the conjugates, with sum s_i r_i = 0 where there are intercepts; Omega is the penalty.
 * r are the residuals at the point, moved where intercepts require it (sweep/dual_rows.h): one pass over the scores
 * finds how, a sweep makes G; of the scores that are few enough to keep, without another product. What is computed is
 * the gap, F - D(r): a sum of terms that are not negative,
 *
 *     sum s_i [loss(h_i) + loss*(r_i) - <r_i, h_i>] + [Omega(theta) + Omega*(-G) + <theta, G>]
 *
 * and D from it, less what rounding may have done to it (bound_rounding.c). Sums over samples are in double; what
 * rounding of G does is of second order near the minimum, where theta is the maximiser of <theta, -G> -
 * Omega(theta). */
#include <math.h>

#include "core/context.h"
#include "core/space.h"
#include "objective/dual_balance.h"
#include "objective/dual_gap.h"
#include "objective/linear_objective.h"
#include "sweep/blocks.h"

enum {
    MOST_TILTED = 256, /* scores of a row: above, the Laplacians of all slices are large */
    MOST_KEPT = 1 << 20
};

typedef struct bound {
    linear_objective *objective;
    const double *parameters;
    int64_t length; /* of the sums */
    bool tilted;
    double *sums;
    double *work;
    bool kept;    /* the scores, between the passes */
    real *scores; /* m x k, or NULL */
} bound;

/* Whether there are two passes over products in blocks, and few scores. */
static bool keeps_scores(const linear_objective *of)
{
    const linear_map *map = &of->sweep.map;
    return of->with_bias && !matrix_is_sparse(of->sweep.X) && !blocks_use_tiles(map->n, map->k) &&
           of->sweep.count <= MOST_KEPT / map->k;
}

static void lay_out(void *owner, space_plan *plan)
{
    bound *self = owner;
    const int64_t k = self->objective->base.columns;
    self->sums = space_doubles(plan, self->length, 1);
    self->work = space_doubles(plan, dual_balance_work(k, self->tilted), 1);
    self->scores = space_next(plan, self->kept ? self->objective->sweep.count : 0, k, sizeof(real));
    if (!self->kept)
        self->scores = NULL;
}

/* Balance the point by the sums over all rows. */
static linclass_status balance_point(const bound *self, dual_point *point, bool *feasible)
{
    const linear_objective *of = self->objective;
    const int64_t k = of->base.columns;
    sweep_input sweep = of->sweep;
    sweep.dual = point;
    sweep.scores = self->scores;
    const linclass_status status = sweep_dual(of->base.ctx, &sweep, self->length, self->sums);
    const dual_sums sums = {self->sums, self->sums + k, self->tilted ? self->sums + 2 * k : NULL};
    if (status == LINCLASS_OK)
        *feasible = dual_balance(k, of->total_weight, &sums, self->work, point);
    return status;
}

static linclass_status find_gap(const bound *self, double penalty, duality *found)
{
    linear_objective *of = self->objective;
    const objective *F = &of->base;
    dual_point point = {.kind = of->dual_kind, .margin = of->dual_margin};
    dual_terms terms = objective_dual_terms(F);
    linclass_status status = LINCLASS_OK;
    if (of->with_bias)
        status = balance_point(self, &point, &terms.feasible);
    if (status != LINCLASS_OK)
        return status;
    if (!terms.feasible)
        point = (dual_point){.kind = of->dual_kind, .margin = of->dual_margin};
    sweep_input sweep = of->sweep;
    sweep.dual = &point;
    sweep.known_scores = self->scores;
    sweep_sums sums;
    status = sweep_gradient(F->ctx, &sweep, &sums, of->G, F->columns, of->g_bias);
    if (status != LINCLASS_OK)
        return status;
    terms.loss = sums.loss / of->total_weight;
    terms.apart = sums.apart / of->total_weight;
    terms.rounding = dual_rounding(F, self->parameters, terms.loss);
    const double value = terms.loss + penalty;
    if (!isfinite(value))
        return context_fail(F->ctx, LINCLASS_ERROR_NUMERIC, "the objective overflows");
    duality_set(found, terms.loss, penalty, dual_gap(&terms, of->theta, of->G));
    return LINCLASS_OK;
}

linclass_status objective_lower_bound(objective *base, const double *parameters, duality *found)
{
    linear_objective *of = (linear_objective *)base;
    if (of->dual_kind == LOSS_DUAL_NONE)
        return context_fail(base->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the loss is not convex: it has no dual problem");
    const int64_t k = base->columns;
    bound self = {.objective = of,
                  .parameters = parameters,
                  .tilted = k <= MOST_TILTED,
                  .kept = keeps_scores(of)};
    self.length = 2 * k + (self.tilted ? k * k : 0);
    void *memory;
    linclass_status status = space_lay_out(base->ctx, lay_out, &self, "the lower bound", &memory);
    if (status != LINCLASS_OK)
        return status;
    const double penalty = objective_round(of, parameters, of->theta, of->bias);
    status = find_gap(&self, penalty, found);
    context_release(base->ctx, memory);
    return status;
}
