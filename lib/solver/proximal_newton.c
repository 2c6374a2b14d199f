/* The step d minimises the quadratic model of the smooth part of F, and the l1 penalty as it is:
 *
 *     d = argmin g . d + 1/2 d . (F'' + damping D) d + l1 ||theta + d||_1
 *
 * over the weights that are not 0 and those nearest to leaving it, with the intercepts: by coordinate descent on their
 * part of the Hessian, which is made in one pass over the rows; then a step is searched for along
 * d, by halving, until F falls by a part of what the model without its curvature promises. Which weights are 0 is thus
 * decided by the model, many at a time, and not by the end of a line search (proximal Newton: Lee, Sun and Saunders
 * 2014; Yuan, Ho and Lin 2012 for l1).
 *
 * Hazards. Where classes are separated the Hessian all but vanishes, and d is long: when the search has to shorten it
 * much, damping, in units of the bound D on the Hessian's diagonal, keeps the next one shorter; smoothed
 * losses with parameters that no l2 penalty holds begin with some, and a step that promises more than F, and leads
 * nowhere, is made again with more. Without an l2 penalty a shift of a row of theta changes the penalty alone: the
 * rows are shifted to its least after each step. Coordinates are those of moments.h, in which an intercept has little
 * to do with the weights.
 *
 * chosen_hessian.c says which weights those are, and keeps their Hessian, on a path for as long as ||v||_D falls fast,
 * else, of sparse rows, after steps that left little of it. For more than CHOSEN_MOST the method ends, and another goes
 * on; of sparse rows, whose Hessian costs little, a step is that of a block.
 *
 *     until what the model promises is below enough^2 / 2, and ||v||_D below `enough`: v the pseudo-gradient */
#include "solver/proximal_newton.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "linalg/blas_buffers.h"
#include "solver/chosen_hessian.h"
#include "solver/coordinate_descent.h"
#include "solver/orthant_wise.h"
#include "solver/penalty_shift.h"
#include "solver/preconditioned.h"
#include "solver/vector.h"

static const double FALL = 1e-4;
static const double SLOPE_LEFT = 0.9;
static const double FORCING = 0.1; /* of what a first pass changes, the most that is left undone */
static const double ROUNDING = 64; /* units in the last place */
static const double LEAST_FORCING = 1e-3; /* below, passes cost more than the next step saves */
static const double LEAST_DAMPING = 1e-6;
static const double MOST_DAMPING = 1e6;
static const double FIRST_DAMPING = 1e-3; /* of a smoothed loss */
static const double BOUND = 1;   /* damping with which the model is above a smoothed loss, about */
static const double STALE = 0.3; /* of the norm: a step with an earlier Hessian has to leave less */
static const double WARM_FORCING = 0.03; /* on a path: more steps follow with the same Hessian */
static const double NEAR = 0.1; /* of the norm: after a step that left less its Hessian may serve */
enum { MOST_HALVINGS = 40, MOST_BLOCKS = 4 };

typedef struct proximal_newton {
    solver_run *run;
    preconditioner diagonal; /* D */
    line_search search;
    chosen_hessian of;         /* the model */
    double *pseudo;            /* P: v */
    double *gradient;          /* P: about the means */
    double *step;              /* P: d about the means */
    double *work;              /* P */
    double *start;             /* of the chosen: the gradient */
    penalised_quadratic model; /* of the chosen */
    coordinate_space coordinates;
    double damping;
    double damped;    /* by so much was the last step */
    double change;    /* of F by d, as far as it is linear, with the penalty */
    double gain;      /* of F by d, by the model */
    double curvature; /* of the model along d, in units of D */
    bool refresh;     /* the next is not to be */
    bool is_near;     /* to the minimum: the Hessian changes little */
} proximal_newton;

/* Whether the weights that are not 0 fill less than three quarters of what the model can hold; or, where the rows
 * are so many that the model's descent costs less than the products of another method, some times as much: of
 * dense rows, whose Hessian is dear, half as much again. Where columns depend on one another orthant_wise.c takes
 * hundreds of steps of 1/32 or less until the signs are right. */
bool proximal_newton_suits(const objective *F, const double *parameters)
{
    if (!F->twice_differentiable)
        return false;
    if (F->parameters <= CHOSEN_MOST)
        return true;
    int64_t count = F->parameters - F->weights;
    for (int64_t e = 0; e < F->weights; e++)
        count += parameters[e] != 0;
    const double model = (double)CHOSEN_MOST * CHOSEN_MOST;
    if (F->elements * (double)F->columns < model)
        return count < CHOSEN_MOST / 4 * 3;
    return count < (objective_is_sparse(F) ? MOST_BLOCKS * CHOSEN_MOST : CHOSEN_MOST / 2 * 3);
}

/* The gradient about the means; ||v||_D. */
static double set_pseudo_gradient(proximal_newton *self)
{
    const solver_run *run = self->run;
    const int64_t P = run->objective->parameters;
    vector_copy(P, run->gradient, self->gradient);
    moments_centre_gradient(&self->diagonal.moments, self->gradient);
    pseudo_gradient(run->objective, run->parameters, self->gradient, self->pseudo);
    vector_copy(P, self->pseudo, self->work);
    preconditioner_apply_centred(&self->diagonal, self->work);
    return sqrt(fmax(vector_dot(P, self->pseudo, self->work), 0));
}

/* change and gain of the step of the model. */
static void set_promise(proximal_newton *self)
{
    const penalised_quadratic *model = &self->model;
    const int64_t columns = self->run->objective->columns;
    double linear = 0;
    double curved = 0;
    double bound = 0;
    for (int64_t a = 0; a < model->length; a++) {
        const double d = model->step[a];
        linear += self->start[a] * d;
        curved += (model->slope[a] - self->start[a]) * d;
        const double length = d / self->diagonal.unit[self->of.chosen[a] / columns];
        bound += length * length;
        if (a < model->weights)
            linear += model->l1 * (fabs(model->point[a] + d) - fabs(model->point[a]));
    }
    self->change = linear;
    self->gain = -(linear + curved / 2);
    self->curvature = bound > 0 ? fmax(curved / bound, 0) : 0;
}

/* The same added to all intercepts changes nothing of a loss of several scores: what a step has of it is rounding,
 * divided by a curvature that is rounding too. */
static void remove_shift(const objective *F, double *step)
{
    const int64_t k = F->columns;
    double mean = 0;
    if (k < 2 || F->parameters == F->weights)
        return;
    for (int64_t c = 0; c < k; c++)
        mean += step[F->weights + c] / (double)k;
    for (int64_t c = 0; c < k; c++)
        step[F->weights + c] -= mean;
}

/* What is added to the diagonal of the Hessian: damping, and for intercepts as much as its rounding, lest it is flat
 * along their shift. */
static double ridge_of(const proximal_newton *self, int64_t a)
{
    const objective *F = self->run->objective;
    const int64_t e = self->of.chosen[a];
    const double unit = self->diagonal.unit[e / F->columns];
    const double rounding =
        e < F->weights ? 0 : ROUNDING * F->epsilon * self->model.hessian[a * self->of.count + a];
    return rounding + (self->damping > 0 ? self->damping / (unit * unit) : 0);
}

/* d, from that Hessian. */
static linclass_status set_direction(proximal_newton *self, double forcing)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    penalised_quadratic *model = &self->model;
    const chosen_point at = {self->gradient, self->diagonal.moments.mean, self->diagonal.unit,
                             self->work, self->is_near};
    bool same;
    const linclass_status status =
        chosen_hessian_set(&self->of, &at, self->refresh, &same, model->hessian);
    if (status != LINCLASS_OK)
        return status;
    if (same)
        self->coordinates.is_new = self->damped != self->damping;
    model->length = self->of.count;
    model->weights = self->of.count - (F->parameters - F->weights);
    model->l1 = F->l1;
    for (int64_t a = 0; a < self->of.count; a++) {
        const int64_t e = self->of.chosen[a];
        model->ridge[a] = ridge_of(self, a);
        model->point[a] = run->parameters[e];
        model->slope[a] = self->start[a] = self->gradient[e];
        model->step[a] = 0;
    }
    self->damped = self->damping;
    coordinate_descent(model, &self->coordinates,
                       run->warm != NULL ? fmax(forcing, WARM_FORCING) : forcing);
    set_promise(self);
    memset(self->step, 0, (size_t)F->parameters * sizeof(double));
    for (int64_t a = 0; a < self->of.count; a++)
        self->step[self->of.chosen[a]] = model->step[a];
    remove_shift(F, self->step);
    return LINCLASS_OK;
}

/* Shift each row of theta to where the penalty is least; see orthant_wise.c. */
static void shift_rows(proximal_newton *self)
{
    const objective *F = self->run->objective;
    const int64_t k = F->columns;
    for (int64_t i = 0; k > 1 && i < F->weights; i += k) {
        double *row = self->run->parameters + i;
        const double shift = penalty_shift(k, row, F->l1, F->l2, self->work);
        for (int64_t j = 0; shift != 0 && j < k; j++)
            row[j] += shift;
    }
}

/* parameters := origin + part of d, then shifted. */
static void go(proximal_newton *self, double part)
{
    solver_run *run = self->run;
    const int64_t P = run->objective->parameters;
    double *d = self->search.direction;
    vector_copy(P, self->step, d);
    moments_uncentre_step(&self->diagonal.moments, d);
    for (int64_t e = 0; e < P; e++)
        run->parameters[e] = self->search.origin.parameters[e] + part * d[e];
    shift_rows(self);
}

/* Slope of F along d, at the end of the part made, before the shifts. */
static double end_slope(const proximal_newton *self, double part)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    const double *d = self->search.direction;
    double slope = 0;
    for (int64_t e = 0; e < F->parameters; e++) {
        const double from = self->search.origin.parameters[e];
        const double to = from + part * d[e];
        double g = run->gradient[e];
        if (e < F->weights) {
            g += F->l2 * (to - run->parameters[e]);
            g += F->l1 * (to != 0 ? copysign(1, to) : (from != 0 ? copysign(1, from) : 0));
        }
        slope += g * d[e];
    }
    return slope;
}

/* Whether F fell enough; or, where rounding hides that, whether its slope did. */
static bool falls_enough(const proximal_newton *self, double part)
{
    const double before = self->search.origin.value.objective;
    const double after = self->run->value.objective;
    if (after <= before + FALL * part * self->change)
        return true;
    return after <= before + self->search.rounding &&
           fabs(end_slope(self, part)) <= -SLOPE_LEFT * self->change;
}

/* Damping for the next step, after one of which this part was made: a short one would have been about as short with so
 * much damping that it took the place of what curvature the model lacked along it. */
static void adapt_damping(proximal_newton *self, double part)
{
    if (part < 0.25) {
        const double lacking = (1 / part - 1) * self->curvature;
        self->damping = fmin(fmax(fmax(10 * self->damping, lacking), LEAST_DAMPING), MOST_DAMPING);
    }
    if (part == 1)
        self->damping = self->damping > LEAST_DAMPING ? self->damping / 10 : 0;
}

static linclass_status search(proximal_newton *self)
{
    solver_run *run = self->run;
    line_search_from(&self->search, run);
    self->search.promised = self->gain;
    if (!(self->change < 0) || !line_search_may_go_on(&self->search))
        return LINCLASS_LINE_SEARCH_STALLED;
    double part = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
        go(self, part);
        const linclass_status status = solver_evaluate(run);
        run->learning_rate = part;
        if (status == LINCLASS_OK && falls_enough(self, part)) {
            adapt_damping(self, part);
            return LINCLASS_OK;
        }
        if (status != LINCLASS_OK && status != LINCLASS_ERROR_NUMERIC)
            return status;
        part /= 2;
    }
    line_search_back(&self->search, run);
    return LINCLASS_LINE_SEARCH_STALLED;
}

/* A smoothed loss has no curvature but that of the rows within its width: without an l2 penalty, which intercepts never
 * have, the model may have no minimum, or none of use, and its descent takes very many passes. Damping, up to the bound
 * on the Hessian's diagonal, finds a step. */
static bool may_be_flat(const objective *F)
{
    return F->mu > 0 && (F->l2 == 0 || F->parameters > F->weights);
}

/* So is a loss where base scores make rows certain, and some of them wrong: then a step promises more than there is,
 * as F is at least 0. */
static bool promises_too_much(const proximal_newton *self)
{
    return may_be_flat(self->run->objective) || self->gain > self->run->value.objective;
}

static linclass_status minimise(void *owner)
{
    proximal_newton *self = owner;
    solver_run *run = self->run;
    const solver_target *target = run->target;
    linclass_status status = LINCLASS_OK;
    double before = INFINITY;
    self->damping = may_be_flat(run->objective) ? FIRST_DAMPING : run->damping;
    while (status == LINCLASS_OK) {
        const double norm = set_pseudo_gradient(self);
        run->relative_gradient = norm / target->reference;
        const double settled = run->by_gap ? 0 : target->enough;
        self->refresh = self->of.is_stale && norm > fmax(settled, STALE * before);
        self->is_near = objective_is_sparse(run->objective) && norm <= NEAR * before;
        before = norm;
        if (norm <= preconditioner_floor(&self->diagonal, run->value.loss) ||
            solver_gap_is_enough(run))
            return LINCLASS_OK;
        if (target->is_round && norm <= target->enough)
            return LINCLASS_OK;
        status = set_direction(self, fmin(FORCING, fmax(LEAST_FORCING, norm / target->reference)));
        if (status != LINCLASS_OK)
            return status;
        if (norm <= target->enough && solver_gap_is_small(run) &&
            self->gain <= target->enough * target->enough / 2)
            return LINCLASS_OK;
        if (!proximal_newton_suits(run->objective, run->parameters))
            return orthant_wise_minimise(run);
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
        status = search(self);
        if (status == LINCLASS_OK) {
            run->iterations++;
            run->damping = self->damping;
            status = solver_report(run);
        } else if (status == LINCLASS_LINE_SEARCH_STALLED && self->of.is_stale) {
            before = 0; /* which no norm is small beside: the next Hessian is made anew */
            status = LINCLASS_OK;
        } else if (status == LINCLASS_LINE_SEARCH_STALLED && promises_too_much(self) &&
                   self->damping < BOUND) {
            self->damping = fmin(fmax(100 * self->damping, FIRST_DAMPING), BOUND);
            status = LINCLASS_OK;
        }
    }
    return status;
}

static void lay_out(void *owner, space_plan *plan)
{
    proximal_newton *self = owner;
    const int64_t P = self->run->objective->parameters;
    chosen_hessian_lay_out(&self->of, plan);
    const int64_t most = self->of.most;
    self->pseudo = space_doubles(plan, P, 1);
    self->gradient = space_doubles(plan, P, 1);
    self->step = space_doubles(plan, P, 1);
    self->work = space_doubles(plan, P, 1);
    self->start = space_doubles(plan, most, 1);
    self->model.hessian = space_doubles(plan, most, most);
    self->model.ridge = space_doubles(plan, most, 1);
    self->model.point = space_doubles(plan, most, 1);
    self->model.step = space_doubles(plan, most, 1);
    self->model.slope = space_doubles(plan, most, 1);
    coordinate_space_lay_out(&self->coordinates, plan, self->run->ctx->vector_set, most);
}

linclass_status proximal_newton_minimise(solver_run *run)
{
    proximal_newton self = {.run = run, .of = {.run = run}};
    const preconditioned_solver method = {&self, &self.search,  NULL,    &self.diagonal,
                                          true,  "the Hessian", lay_out, minimise};
    const linclass_status status = blas_buffers_claim(run->ctx);
    return status == LINCLASS_OK ? preconditioned_solve(&method, run) : status;
}
