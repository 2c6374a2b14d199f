/* The l1 term of the rows, l1 sum_j ||theta_j||_2, is smooth but where a row is 0. An iteration makes proximal steps
 * (shrunk_steps.h), which decide which rows are 0, and then one of Newton's among the others, whose l1 terms have a
 * curvature of their own, C,
 *
 *     d = -(F'' + C)^-1 v,    C_j = l1 / ||theta_j|| (I - u u^T),    u = theta_j / ||theta_j||
 *
 * by conjugate gradients, preconditioned by D + C, whose inverse is known, D a bound on the diagonal of F''; a row that
 * would be carried to 0 or beyond, theta_j . (theta_j + t d_j) <= 0, becomes 0; t is halved until F falls by a part of
 * what v says. While more rows change their kind than that step knows of, t is small, and proximal steps with momentum
 * get on faster: where t would be less than an eighth there is no step, and there are twice as many of them in the next
 * iteration.
 *
 * Hazards. A row that is about to vanish has a large C, but none along itself: Newton's step carries it to 0 all the
 * same. A shift of all columns of a row changes no score, and the penalty is least where the columns sum to 0: so do
 * the gradients, and iterates keep what they begin with. Coordinates are those of moments.h, in which an intercept has
 * little to do with the weights.
 *
 *     until ||v||_D <= what is enough, v the subgradient of F of least norm */
#include "solver/grouped_newton.h"

#include <math.h>
#include <string.h>

#include "solver/conjugate_gradients.h"
#include "solver/orthant_wise.h"
#include "solver/preconditioned.h"
#include "solver/shrunk_steps.h"
#include "solver/vector.h"

static const double FALL = 1e-4;
static const double SLOPE_LEFT = 0.9;
static const double FORCING = 0.1; /* of the norm, the most that conjugate gradients leave */
enum { MOST_HALVINGS = 4, MOST_PRODUCTS = 100, FIRST_STEPS = 8, MOST_STEPS = 128 };

typedef struct grouped_newton {
    solver_run *run;
    preconditioner diagonal; /* D */
    line_search search;
    conjugate_gradients cg;
    shrunk_steps shrunk;
    int steps;      /* proximal ones with momentum, before one of Newton's */
    double *pseudo; /* P: v */
    double *work;   /* P */
    double *norm;   /* rows of theta: ||theta_j||; 0: the row stays */
} grouped_newton;

static double square_of(double x)
{
    return x * x;
}

/* Set v; ||v||_D. */
static double set_pseudo_gradient(grouped_newton *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    const int64_t k = F->columns;
    vector_copy(F->parameters, run->gradient, self->work);
    moments_centre_gradient(&self->diagonal.moments, self->work);
    pseudo_gradient(F, run->parameters, self->work, self->pseudo);
    double total = 0;
    for (int64_t e = 0; e < F->parameters; e++)
        total += square_of(self->diagonal.unit[e / k] * self->pseudo[e]);
    return sqrt(total);
}

/* Which rows move: those that are not 0. */
static void set_norms(grouped_newton *self)
{
    const objective *F = self->run->objective;
    const int64_t k = F->columns;
    for (int64_t i = 0; i * k < F->weights; i++)
        self->norm[i] = vector_norm(k, self->run->parameters + i * k);
}

static void keep_moving(const grouped_newton *self, double *vector)
{
    const objective *F = self->run->objective;
    for (int64_t e = 0; e < F->weights; e++)
        vector[e] = self->norm[e / F->columns] > 0 ? vector[e] : 0;
}

/* product := (F'' + C) direction among the rows that move. */
static linclass_status multiply(void *owner, const double *direction, double *product)
{
    grouped_newton *self = owner;
    const objective *F = self->run->objective;
    const int64_t k = F->columns;
    vector_copy(F->parameters, direction, self->work);
    moments_uncentre_step(&self->diagonal.moments, self->work);
    const linclass_status status = solver_hessian_product(self->run, self->work, product);
    moments_centre_gradient(&self->diagonal.moments, product);
    for (int64_t i = 0; i * k < F->weights; i++) {
        const double norm = self->norm[i];
        const double *row = self->run->parameters + i * k;
        if (norm == 0)
            continue;
        const double along = vector_dot(k, row, direction + i * k) / norm;
        for (int64_t c = 0; c < k; c++)
            product[i * k + c] += F->l1 / norm * (direction[i * k + c] - along * (row[c] / norm));
    }
    keep_moving(self, product);
    return status;
}

/* v := (D + C)^-1 v. With c = l1 / ||theta_j|| that is (v + c / D u u . v) / (D + c). */
static void precondition(void *owner, double *v)
{
    const grouped_newton *self = owner;
    const objective *F = self->run->objective;
    const int64_t k = F->columns;
    for (int64_t i = 0; i * k < F->parameters; i++) {
        const double inverse = square_of(self->diagonal.unit[i]);
        const double norm = i * k < F->weights ? self->norm[i] : 0;
        double *row = v + i * k;
        if (norm == 0) {
            for (int64_t c = 0; c < k; c++)
                row[c] *= inverse;
            continue;
        }
        const double *theta = self->run->parameters + i * k;
        const double across = F->l1 / norm * inverse; /* c / D */
        const double along = across * (vector_dot(k, theta, row) / norm);
        for (int64_t c = 0; c < k; c++)
            row[c] = inverse / (1 + across) * (row[c] + along * (theta[c] / norm));
    }
}

/* d, from v; what it promises is twice self->search.promised. */
static linclass_status set_direction(grouped_newton *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    const double norm = set_pseudo_gradient(self);
    const linear_system system = {self, multiply, precondition};
    const double forcing = fmin(FORCING, norm / run->target->reference);
    double gain;
    set_norms(self);
    keep_moving(self, self->pseudo);
    for (int64_t e = 0; e < F->parameters; e++)
        self->cg.residual[e] = -self->pseudo[e];
    vector_copy(F->parameters, self->cg.residual, self->work);
    precondition(self, self->work);
    const double within = sqrt(fmax(vector_dot(F->parameters, self->cg.residual, self->work), 0));
    const linclass_status status = conjugate_gradients_solve(
        &self->cg, &system, forcing * within, MOST_PRODUCTS, self->search.direction, &gain);
    self->search.promised = gain / 2;
    return status;
}

/* moved := that part of d, but to 0 for the rows that it carries there or beyond; v . moved. */
static double set_moved(grouped_newton *self, double part)
{
    const objective *F = self->run->objective;
    const int64_t k = F->columns;
    for (int64_t e = 0; e < F->parameters; e++)
        self->shrunk.moved[e] = part * self->search.direction[e];
    for (int64_t i = 0; i * k < F->weights; i++) {
        const double *origin = self->search.origin.parameters + i * k;
        const double along = vector_dot(k, origin, self->shrunk.moved + i * k);
        const bool ends = self->norm[i] > 0 && along <= -square_of(self->norm[i]);
        for (int64_t e = i * k; ends && e < (i + 1) * k; e++)
            self->shrunk.moved[e] = -self->search.origin.parameters[e];
    }
    return vector_dot(F->parameters, self->pseudo, self->shrunk.moved);
}

/* Slope of F along the step made, at its end. */
static double end_slope(grouped_newton *self)
{
    const solver_run *run = self->run;
    const objective *F = run->objective;
    const int64_t k = F->columns;
    vector_copy(F->parameters, run->gradient, self->work);
    moments_centre_gradient(&self->diagonal.moments, self->work);
    double slope = vector_dot(F->parameters, self->work, self->shrunk.moved);
    for (int64_t i = 0; i * k < F->weights; i++) {
        const double *end = run->parameters + i * k;
        const double norm = vector_norm(k, end);
        if (norm > 0)
            slope += F->l1 * vector_dot(k, end, self->shrunk.moved + i * k) / norm;
        else
            slope -= F->l1 * self->norm[i];
    }
    return slope;
}

/* Whether F fell enough; or, where rounding hides that, whether its slope did. */
static bool falls_enough(grouped_newton *self, double change)
{
    const double before = self->search.origin.value.objective;
    const double after = self->run->value.objective;
    if (after <= before + FALL * change)
        return true;
    return after <= before + self->search.rounding && fabs(end_slope(self)) <= -SLOPE_LEFT * change;
}

/* Make Newton's step; none, where there is no gain in it or F does not fall soon enough. */
static linclass_status step_among_rows(grouped_newton *self)
{
    solver_run *run = self->run;
    linclass_status status = set_direction(self);
    if (status != LINCLASS_OK || !(self->search.promised > 0))
        return status;
    line_search_from(&self->search, run);
    if (!line_search_may_go_on(&self->search))
        return LINCLASS_LINE_SEARCH_STALLED;
    double part = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++) {
        const double change = set_moved(self, part);
        shrunk_steps_move(&self->shrunk);
        status = solver_evaluate(run);
        run->learning_rate = part;
        if (status == LINCLASS_OK && falls_enough(self, change)) {
            self->steps = part == 1 ? self->steps / 2 : self->steps;
            return LINCLASS_OK;
        }
        if (status != LINCLASS_OK && status != LINCLASS_ERROR_NUMERIC)
            return status;
        part /= 2;
    }
    line_search_back(&self->search, run);
    self->steps = self->steps == 0 ? FIRST_STEPS : 2 * self->steps;
    self->steps = self->steps > MOST_STEPS ? MOST_STEPS : self->steps;
    return LINCLASS_OK;
}

static linclass_status iterate(grouped_newton *self)
{
    solver_run *run = self->run;
    if (run->iterations == run->monitor->max_iterations)
        return LINCLASS_ITERATION_LIMIT;
    linclass_status status = shrunk_steps_one(&self->shrunk);
    if (status == LINCLASS_OK && self->steps > 0)
        status = shrunk_steps_more(&self->shrunk, self->steps);
    if (status == LINCLASS_OK)
        status = step_among_rows(self);
    if (status != LINCLASS_OK)
        return status;
    run->iterations++;
    return solver_report(run);
}

static linclass_status minimise(void *owner)
{
    grouped_newton *self = owner;
    solver_run *run = self->run;
    const solver_target *target = run->target;
    linclass_status status = LINCLASS_OK;
    while (status == LINCLASS_OK) {
        const double norm = set_pseudo_gradient(self);
        run->relative_gradient = norm / target->reference;
        if (norm <= preconditioner_floor(&self->diagonal, run->value.loss) ||
            solver_gap_is_enough(run))
            return LINCLASS_OK;
        if (norm <= target->enough && (target->is_round || solver_gap_is_small(run)))
            return LINCLASS_OK;
        status = iterate(self);
    }
    return status;
}

static void lay_out(void *owner, space_plan *plan)
{
    grouped_newton *self = owner;
    const objective *F = self->run->objective;
    shrunk_steps_lay_out(&self->shrunk, plan, F->parameters);
    self->pseudo = space_doubles(plan, F->parameters, 1);
    self->work = space_doubles(plan, F->parameters, 1);
    self->norm = space_doubles(plan, F->weights / F->columns, 1);
}

linclass_status grouped_newton_minimise(solver_run *run)
{
    grouped_newton self = {.run = run, .steps = FIRST_STEPS};
    self.shrunk = (shrunk_steps){.run = run, .diagonal = &self.diagonal, .search = &self.search};
    const preconditioned_solver method = {&self,          &self.search, &self.cg,
                                          &self.diagonal, true,         "Newton's method for rows",
                                          lay_out,        minimise};
    return preconditioned_solve(&method, run);
}
