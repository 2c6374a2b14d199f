/* The step d minimises the quadratic model of the smooth part of F, and the l1 penalty as it is:
 *
 *     d = argmin g . d + 1/2 d . (F'' + damping D) d + l1 ||theta + d||_1
 *
 * by coordinate descent on the whole Hessian, which is made in one pass over the rows; then a step is searched for along
 * d, by halving, until F falls by a part of what the model without its curvature promises. Which weights are 0 is thus
 * decided by the model, many at a time, and not by the end of a line search (proximal Newton: Lee, Sun and Saunders
 * 2014; Yuan, Ho and Lin 2012 for l1).
 *
 * Hazards. Where classes are separated the Hessian all but vanishes, and d is long: when the search has to shorten it much,
 * damping, in units of the bound D on the Hessian's diagonal, keeps the next one shorter. Without an l2 penalty a shift of
 * a row of theta changes the penalty alone: the rows are shifted to its least after each step. Coordinates are those of
 * moments.h, in which an intercept has little to do with the weights.
 *
 *     until what the model promises is below enough^2 / 2, and ||v||_D below `enough`: v the pseudo-gradient */
#include "solver/proximal_newton.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "linalg/blas_buffers.h"
#include "solver/coordinate_descent.h"
#include "solver/orthant_wise.h"
#include "solver/penalty_shift.h"
#include "solver/preconditioned.h"
#include "solver/vector.h"

static const double FALL = 1e-4;
static const double SLOPE_LEFT = 0.9;
static const double FORCING = 0.1; /* of what a first pass changes, the most that is left undone */
static const double LEAST_DAMPING = 1e-6;
static const double MOST_DAMPING = 1e6;
static const double MOST_WORK = 4e9; /* multiplications for a Hessian */
enum { MOST_PARAMETERS = 2048, FEW_PARAMETERS = 256, MOST_PASSES = 1000, MOST_HALVINGS = 40 };

typedef struct proximal_newton {
    solver_run *run;
    preconditioner diagonal; /* D */
    line_search search;
    double *hessian; /* P x P */
    double *pseudo;  /* v */
    double *ridge;   /* P */
    double *slope;   /* P: the gradient about the means, then that of the model at the end of d */
    double *step;    /* P: d about the means */
    double *work;
    double damping;
    double change; /* of F by d, as far as it is linear, with the penalty */
    double gain;   /* of F by d, by the model */
} proximal_newton;

bool proximal_newton_suits(const objective *F)
{
    const double P = (double)F->parameters;
    if (!F->twice_differentiable || F->parameters > MOST_PARAMETERS)
        return false;
    return F->parameters <= FEW_PARAMETERS || (double)F->samples * P * P / 2 <= MOST_WORK;
}

/* The gradient about the means into slope; ||v||_D. */
static double set_pseudo_gradient(proximal_newton *self)
{
    const solver_run *run = self->run;
    const int64_t P = run->objective->parameters;
    vector_copy(P, run->gradient, self->slope);
    moments_centre_gradient(&self->diagonal.moments, self->slope);
    pseudo_gradient(run->objective, run->parameters, self->slope, self->pseudo);
    vector_copy(P, self->pseudo, self->work);
    preconditioner_apply_centred(&self->diagonal, self->work);
    return sqrt(fmax(vector_dot(P, self->pseudo, self->work), 0));
}

/* change and gain of the step, whose gradient about the means is `gradient`. */
static void set_promise(proximal_newton *self, const double *gradient)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    double linear = 0;
    double curved = 0;
    for (int64_t e = 0; e < F->parameters; e++) {
        const double d = self->step[e];
        linear += gradient[e] * d;
        curved += (self->slope[e] - gradient[e]) * d;
        if (e < F->weights)
            linear += F->l1 * (fabs(run->parameters[e] + d) - fabs(run->parameters[e]));
    }
    self->change = linear;
    self->gain = -(linear + curved / 2);
}

/* d, from the Hessian at the present parameters and the gradient in slope. */
static linclass_status set_direction(proximal_newton *self, double forcing)
{
    const solver_run *run = self->run;
    const int64_t P = run->objective->parameters;
    const linclass_status status =
        solver_hessian(self->run, self->diagonal.moments.mean, self->hessian);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t e = 0; e < P; e++) {
        const double unit = self->diagonal.unit[e / run->objective->columns];
        self->ridge[e] = self->damping > 0 ? self->damping / (unit * unit) : 0;
    }
    memset(self->step, 0, (size_t)P * sizeof(double));
    vector_copy(P, self->slope, self->work);
    const penalised_quadratic model = {
        .length = P,
        .weights = run->objective->weights,
        .l1 = run->objective->l1,
        .hessian = self->hessian,
        .ridge = self->ridge,
        .point = run->parameters,
        .step = self->step,
        .slope = self->slope,
    };
    coordinate_descent(&model, forcing, MOST_PASSES);
    set_promise(self, self->work);
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

/* Damping for the next step, after one of which this part was made. */
static void adapt_damping(proximal_newton *self, double part)
{
    if (part < 0.25)
        self->damping = fmin(fmax(10 * self->damping, LEAST_DAMPING), MOST_DAMPING);
    else if (part == 1)
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

static linclass_status minimise(void *owner)
{
    proximal_newton *self = owner;
    solver_run *run = self->run;
    const solver_target *target = run->target;
    linclass_status status = LINCLASS_OK;
    while (status == LINCLASS_OK) {
        const double norm = set_pseudo_gradient(self);
        if (norm <= preconditioner_floor(&self->diagonal, run->value.loss))
            return LINCLASS_OK;
        status = set_direction(self, fmin(FORCING, norm / target->reference));
        if (status != LINCLASS_OK)
            return status;
        if (norm <= target->enough && 2 * self->gain <= target->enough * target->enough)
            return LINCLASS_OK;
        if (run->iterations == run->monitor->max_iterations)
            return LINCLASS_ITERATION_LIMIT;
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
    proximal_newton *self = owner;
    const int64_t P = self->run->objective->parameters;
    self->hessian = space_doubles(plan, P, P);
    self->pseudo = space_doubles(plan, P, 1);
    self->ridge = space_doubles(plan, P, 1);
    self->slope = space_doubles(plan, P, 1);
    self->step = space_doubles(plan, P, 1);
    self->work = space_doubles(plan, P, 1);
}

linclass_status proximal_newton_minimise(solver_run *run)
{
    proximal_newton self = {.run = run};
    const preconditioned_solver method = {
        &self,         &self.search, NULL,    &self.diagonal, preconditioner_begin_diagonal,
        "the Hessian", lay_out,      minimise};
    const linclass_status status = blas_buffers_claim(run->ctx);
    return status == LINCLASS_OK ? preconditioned_solve(&method, run) : status;
}
