/* Newton's method for objectives with an l1 penalty, one orthant at a time.
 *
 * Within an orthant ||theta||_1 is linear. The pseudo-gradient v is the gradient of F there, 0 where F
 * has its minimum at a weight of exactly 0. A weight is fixed when it is 0 and so is its v; it is
 * leaving when the step -v / D would carry it to 0 or beyond; the others are free. The direction is
 * Newton's among the free weights, F''_free d = -v, by conjugate gradients, and straight to 0 for the
 * leaving ones; components that would leave 0 against v are taken out; the point reached is projected
 * back into the orthant, so that weights which would change sign become exactly 0 (orthant-wise search:
 * Andrew and Gao 2007; Newton steps in the free weights, with a margin about the others: two-metric
 * projection, Bertsekas 1982).
 *
 *     until ||v||_D <= tolerance * that at zero parameters,  ||v||_D^2 = v . D^-1 v
 *
 * Bounds on the weights are treated alike: a weight at a bound is fixed when -v leads out of it, which v = 0 says, and
 * leaving when the step -v / D would carry it there.
 *
 * and the first conjugate direction promises no more than that either. D is the diagonal of a
 * bound on the Hessian: the norm does not change with a feature's units. All this happens in the
 * coordinates of moments.h, in which the intercept has little to do with the weights. */
#include <math.h>
#include <string.h>

#include "solver/conjugate_gradients.h"
#include "solver/orthant_wise.h"
#include "solver/penalty_shift.h"
#include "solver/preconditioned.h"
#include "solver/vector.h"
#include "solver/weight_kinds.h"

static const double FALL = 1e-4;
enum { MOST_HALVINGS = 60, MOST_PRODUCTS = 100 };

typedef struct orthant_wise {
    solver_run *run;
    preconditioner diagonal; /* D */
    line_search search;
    double *pseudo; /* v */
    conjugate_gradients cg;
    double *work;
    unsigned char *kind; /* of each weight */
    double *moved;       /* the step made, projected */
    double reference;    /* ||v||_D at zero parameters */
} orthant_wise;

/* Of rows with one l1 term each. */
static void pseudo_gradient_of_rows(const objective *F, const double *parameters,
                                    const double *gradient, double *pseudo)
{
    const int64_t k = F->columns;
    vector_copy(F->parameters, gradient, pseudo);
    for (int64_t row = 0; row < F->weights; row += k) {
        const double norm = vector_norm(k, parameters + row);
        const double size = norm > 0 ? 0 : vector_norm(k, gradient + row);
        for (int64_t e = row; e < row + k; e++) {
            if (norm > 0)
                pseudo[e] += F->l1 * (parameters[e] / norm);
            else
                pseudo[e] *= size > F->l1 ? 1 - F->l1 / size : 0;
        }
    }
}

void pseudo_gradient(const objective *F, const double *parameters, const double *gradient,
                     double *pseudo)
{
    const double l1 = F->l1;
    if (objective_is_grouped(F)) {
        pseudo_gradient_of_rows(F, parameters, gradient, pseudo);
        return;
    }
    for (int64_t i = 0; i < F->weights; i++) {
        const double x = parameters[i];
        const double g = gradient[i];
        const double within = g < -l1 ? -l1 : (g > l1 ? l1 : g);
        pseudo[i] = g + (x > 0 ? l1 : (x < 0 ? -l1 : -within));
    }
    for (int64_t i = F->weights; i < F->parameters; i++)
        pseudo[i] = gradient[i];
    for (int64_t i = 0; objective_is_bounded(F) && i < F->weights; i++) {
        const double x = parameters[i];
        if ((x <= F->lower && pseudo[i] > 0) || (x >= F->upper && pseudo[i] < 0))
            pseudo[i] = 0;
    }
}

/* Set v; its norm. */
static double set_pseudo_gradient(orthant_wise *self)
{
    const solver_run *run = self->run;
    const int64_t P = run->objective->parameters;
    vector_copy(P, run->gradient, self->work);
    moments_centre_gradient(&self->diagonal.moments, self->work);
    pseudo_gradient(run->objective, run->parameters, self->work, self->pseudo);
    vector_copy(P, self->pseudo, self->work);
    preconditioner_apply_centred(&self->diagonal, self->work);
    return sqrt(fmax(vector_dot(P, self->pseudo, self->work), 0));
}

/* product := F''_free direction. */
static linclass_status multiply(void *owner, const double *direction, double *product)
{
    orthant_wise *self = owner;
    objective *F = self->run->objective;
    vector_copy(F->parameters, direction, self->work);
    moments_uncentre_step(&self->diagonal.moments, self->work);
    const linclass_status status = solver_hessian_product(self->run, self->work, product);
    moments_centre_gradient(&self->diagonal.moments, product);
    weight_kinds_keep_free(F->weights, self->kind, product);
    return status;
}

static void precondition(void *owner, double *v)
{
    const orthant_wise *self = owner;
    preconditioner_apply_centred(&self->diagonal, v);
}

/* d: conjugate gradients on F''_free d = -v, until the residual's norm is small against ||v||_D, and no
 * more than so many. *gain:
 * twice what F would fall by along d, were it quadratic, and along -v / D in the leaving weights. */
static linclass_status newton_direction(orthant_wise *self, double norm, int products, double *gain)
{
    const int64_t P = self->run->objective->parameters;
    const linear_system system = {self, multiply, precondition};
    double *residual = self->cg.residual;
    for (int64_t i = 0; i < P; i++)
        residual[i] = -self->pseudo[i];
    weight_kinds_keep_free(self->run->objective->weights, self->kind, residual);
    vector_copy(P, residual, self->work);
    preconditioner_apply_centred(&self->diagonal, self->work);
    const double leaving = norm * norm - vector_dot(P, residual, self->work);
    const double enough = fmin(0.1, norm / self->reference) * norm;
    const linclass_status status = conjugate_gradients_solve(&self->cg, &system, enough, products,
                                                             self->search.direction, gain);
    *gain += leaving;
    return status;
}

/* Leaving weights go to 0, or to the bound that comes first; what would leave 0 against v is taken out of d, as is what
 * would pass a bound that the weight is at. */
static void align(orthant_wise *self)
{
    const solver_run *run = self->run;
    double *d = self->search.direction;
    const objective *F = run->objective;
    const bool held = F->l1 > 0 || objective_is_bounded(F);
    for (int64_t i = 0; held && i < F->weights; i++) {
        const double x = run->parameters[i];
        const bool at_kink = F->l1 > 0 && x == 0;
        const bool at_bound = (x <= F->lower && d[i] < 0) || (x >= F->upper && d[i] > 0);
        if (self->kind[i] == WEIGHT_LEAVING)
            d[i] = weight_kinds_end(F, x, self->pseudo[i]) - x;
        else if ((at_kink && d[i] * self->pseudo[i] >= 0) || at_bound)
            d[i] = 0;
    }
}

/* Shift each row of theta to where the penalty is least. The Hessian of the loss is zero along these
 * shifts, and Newton's steps along them would be long, and cut short by the first sign to change. */
static void shift_rows(orthant_wise *self)
{
    const objective *F = self->run->objective;
    const int64_t k = F->columns;
    const bool shifted = k > 1 && F->l1 > 0 && !objective_is_bounded(F);
    for (int64_t i = 0; shifted && i < F->weights; i += k) {
        double *row = self->run->parameters + i;
        const double shift = penalty_shift(k, row, F->l1, F->l2, self->work);
        for (int64_t j = 0; shift != 0 && j < k; j++)
            row[j] += shift;
    }
}

/* parameters := origin + step d, projected into the orthant of the origin and the bounds, then shifted; v . step made,
 * without the shifts, which only lower F. */
static double project(orthant_wise *self, double step)
{
    solver_run *run = self->run;
    const objective *F = run->objective;
    const int64_t weights = F->weights;
    const int64_t kinked = F->l1 > 0 ? weights : 0;
    const int64_t P = run->objective->parameters;
    const double *origin = self->search.origin.parameters;
    for (int64_t i = 0; i < P; i++) {
        const double x = origin[i] + step * self->search.direction[i];
        const double sign = origin[i] != 0 ? origin[i] : -self->pseudo[i];
        run->parameters[i] = i < kinked && x * sign <= 0 ? 0 : x;
        if (i < weights)
            run->parameters[i] = fmin(fmax(run->parameters[i], F->lower), F->upper);
        self->moved[i] = run->parameters[i] - origin[i];
    }
    const double change = vector_dot(P, self->pseudo, self->moved);
    vector_copy(P, self->moved, self->work);
    moments_uncentre_step(&self->diagonal.moments, self->work);
    for (int64_t i = weights; i < P; i++)
        run->parameters[i] = origin[i] + self->work[i];
    shift_rows(self);
    return change;
}

/* Slope of F within the orthant along the step made, at its end, before the shifts: the gradient of the
 * loss is the same. */
static double end_slope(const orthant_wise *self)
{
    const solver_run *run = self->run;
    const double l1 = run->objective->l1;
    const double l2 = run->objective->l2;
    vector_copy(run->objective->parameters, run->gradient, self->work);
    moments_centre_gradient(&self->diagonal.moments, self->work);
    double slope = 0;
    for (int64_t i = 0; i < run->objective->parameters; i++) {
        const double origin = self->search.origin.parameters[i];
        const double end = origin + self->moved[i];
        double g = self->work[i];
        if (i < run->objective->weights) {
            g += l2 * (end - run->parameters[i]);
            g += origin + end > 0 ? l1 : (origin + end < 0 ? -l1 : 0);
        }
        slope += g * self->moved[i];
    }
    return slope;
}

/* Whether F fell enough; or, where rounding hides that, whether its slope did (as in line_search.h). */
static bool falls_enough(const orthant_wise *self, double change)
{
    const double before = self->search.origin.value.objective;
    const double after = self->run->value.objective;
    if (after <= before + FALL * change)
        return true;
    return change < 0 && after <= before + self->search.rounding &&
           end_slope(self) <= (2 * FALL - 1) * change;
}

static linclass_status search(orthant_wise *self)
{
    solver_run *run = self->run;
    double step = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
        const double change = project(self, step);
        if (halving == 0) {
            self->search.promised = -change / 2;
            if (!line_search_may_go_on(&self->search))
                break;
        }
        const linclass_status status = solver_evaluate(run);
        run->learning_rate = step;
        if (status == LINCLASS_OK && falls_enough(self, change))
            return LINCLASS_OK;
        if (status != LINCLASS_OK && status != LINCLASS_ERROR_NUMERIC)
            return status;
        step /= 2;
    }
    line_search_back(&self->search, run);
    return LINCLASS_LINE_SEARCH_STALLED;
}

static linclass_status minimise(void *owner)
{
    orthant_wise *self = owner;
    solver_run *run = self->run;
    const double enough = run->target->enough;
    linclass_status status = LINCLASS_OK;
    self->reference = run->target->reference;
    while (status == LINCLASS_OK) {
        const double norm = set_pseudo_gradient(self);
        double gain;
        run->relative_gradient = norm / self->reference;
        if (norm <= preconditioner_floor(&self->diagonal, run->value.loss) ||
            solver_gap_is_enough(run))
            return LINCLASS_OK;
        weight_kinds_set(run->objective, run->parameters, self->pseudo, self->diagonal.unit,
                         self->kind);
        if (norm <= enough && run->target->is_round)
            return LINCLASS_OK;
        if (norm <= enough && solver_gap_is_small(run)) {
            status = newton_direction(self, norm, 1, &gain);
            if (status != LINCLASS_OK || gain <= enough * enough)
                return status;
        }
        status = newton_direction(self, norm, MOST_PRODUCTS, &gain);
        if (status != LINCLASS_OK)
            return status;
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
        align(self);
        line_search_from(&self->search, run);
        status = search(self);
        if (status == LINCLASS_OK) {
            run->iterations++;
            status = solver_report(run);
        }
    }
    return status;
}

static void lay_out(void *owner, space_plan *plan)
{
    orthant_wise *self = owner;
    const objective *F = self->run->objective;
    self->pseudo = space_doubles(plan, F->parameters, 1);
    self->work = space_doubles(plan, F->parameters, 1);
    self->moved = space_doubles(plan, F->parameters, 1);
    self->kind = space_next(plan, F->weights, 1, 1);
}

linclass_status orthant_wise_minimise(solver_run *run)
{
    orthant_wise self = {.run = run};
    const preconditioned_solver method = {&self, &self.search,          &self.cg, &self.diagonal,
                                          true,  "orthant-wise Newton", lay_out,  minimise};
    return preconditioned_solve(&method, run);
}
